package agent

import (
	"context"
	"testing"
)

type socketsReading sockets

func (r socketsReading) sockets(context.Context) (sockets, error) { return sockets(r), nil }

func TestNetstat(t *testing.T) {
	t.Parallel()
	reading := socketsReading{udp: 100}
	for state := range reading.tcp {
		reading.tcp[state] = state + 1
	}
	checkLines(t, collectOnce(t, newNetstat(reading)), `
		netstat_tcp_close{} 8 Count
		netstat_tcp_close_wait{} 9 Count
		netstat_tcp_closing{} 12 Count
		netstat_tcp_established{} 2 Count
		netstat_tcp_fin_wait1{} 5 Count
		netstat_tcp_fin_wait2{} 6 Count
		netstat_tcp_last_ack{} 10 Count
		netstat_tcp_listen{} 11 Count
		netstat_tcp_none{} 1 Count
		netstat_tcp_syn_recv{} 4 Count
		netstat_tcp_syn_sent{} 3 Count
		netstat_tcp_time_wait{} 7 Count
		netstat_udp_socket{} 100 Count`)
}
