package agent

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// sockets counts the machine's sockets over IPv4 and IPv6.
type sockets struct {
	tcp [numTCPStates]int // by state
	udp int
}

// The states of a TCP socket, as numbered by Linux (include/net/tcp_states.h);
// 0 stands for any other number.
const (
	tcpNone = iota
	tcpEstablished
	tcpSynSent
	tcpSynRecv
	tcpFinWait1
	tcpFinWait2
	tcpTimeWait
	tcpClose
	tcpCloseWait
	tcpLastAck
	tcpListen
	tcpClosing
	numTCPStates
)

type netstatReader interface {
	sockets(ctx context.Context) (sockets, error)
}

// netstatCollector counts sockets. It reads the kernel's socket tables rather
// than gopsutil's connections, which look through the open files of every
// process to find the owners and count Unix sockets under tcp_none and
// udp_socket.
type netstatCollector struct {
	from   netstatReader
	fields []field[sockets]
}

func newNetstat(from netstatReader) *netstatCollector {
	return &netstatCollector{from, netstatFields()}
}

func (c *netstatCollector) name() string { return "netstat" }

func (c *netstatCollector) metrics() []Definition { return definitions(c.fields) }

func (c *netstatCollector) collect(ctx context.Context, out []Datum) ([]Datum, error) {
	s, err := c.from.sockets(ctx)
	if err != nil {
		return out, err
	}
	return levels(out, c.fields, s, nil), nil
}

func netstatFields() []field[sockets] {
	tcp := func(name string, state int, text string) field[sockets] {
		return field[sockets]{"netstat_tcp_" + name, types.StandardUnitCount, Level, text, func(s sockets) float64 { return float64(s.tcp[state]) }}
	}
	return []field[sockets]{
		tcp("close", tcpClose, "TCP sockets without a connection"),
		tcp("close_wait", tcpCloseWait, "closed by the peer, not yet by the program"),
		tcp("closing", tcpClosing, "closed by both sides at once"),
		tcp("established", tcpEstablished, "open connections"),
		tcp("fin_wait1", tcpFinWait1, "closed by the program, not yet acknowledged"),
		tcp("fin_wait2", tcpFinWait2, "closed by the program, waiting for the peer"),
		tcp("last_ack", tcpLastAck, "closed by both sides, waiting for the last acknowledgement"),
		tcp("listen", tcpListen, "listening"),
		tcp("none", tcpNone, "in no known state"),
		tcp("syn_recv", tcpSynRecv, "being opened by a peer"),
		tcp("syn_sent", tcpSynSent, "being opened by a program"),
		tcp("time_wait", tcpTimeWait, "closed, waiting for packets under way"),
		{"netstat_udp_socket", types.StandardUnitCount, Level, "UDP sockets", func(s sockets) float64 { return float64(s.udp) }},
	}
}
