package agent

import (
	"context"
	"testing"

	"github.com/shirou/gopsutil/v4/net"
)

type netReadings struct {
	readings [][]net.IOCountersStat
	up       map[string]bool
}

func (r *netReadings) netIO(context.Context) ([]net.IOCountersStat, error) {
	first := r.readings[0]
	r.readings = r.readings[1:]
	return first, nil
}

func (r *netReadings) upInterfaces() (map[string]bool, error) { return r.up, nil }

func TestNet(t *testing.T) {
	t.Parallel()
	c := newNet(&netReadings{
		up: map[string]bool{"eth0": true, "lo": false},
		readings: [][]net.IOCountersStat{
			{{Name: "eth0", BytesRecv: 100, BytesSent: 200, PacketsRecv: 1, PacketsSent: 2}, {Name: "lo"}},
			{
				{Name: "eth0", BytesRecv: 150, BytesSent: 260, PacketsRecv: 8, PacketsSent: 10, Errin: 1, Errout: 2, Dropin: 3, Dropout: 4},
				{Name: "lo", BytesRecv: 9},
			},
		},
	})
	checkLines(t, collectOnce(t, c), "")
	checkLines(t, collectOnce(t, c), `
		net_bytes_recv{interface=eth0} 50 Bytes
		net_bytes_sent{interface=eth0} 60 Bytes
		net_drop_in{interface=eth0} 3 Count
		net_drop_out{interface=eth0} 4 Count
		net_err_in{interface=eth0} 1 Count
		net_err_out{interface=eth0} 2 Count
		net_packets_recv{interface=eth0} 7 Count
		net_packets_sent{interface=eth0} 8 Count`)
}
