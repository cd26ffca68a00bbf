package statsd

import (
	"context"
	"fmt"
	"net"
)

// maxDatagram is the largest datagram that UDP carries.
const maxDatagram = 64 << 10

// socketBuffer is what the machine is asked to hold of datagrams that are not
// read yet; it may give less. What does not fit is lost there, unseen.
const socketBuffer = 4 << 20

// Socket is a UDP socket of StatsD.
type Socket struct{ conn *net.UDPConn }

// Listen opens a socket; Serve reads it.
func Listen(address string) (*Socket, error) {
	at, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for StatsD: %w", err)
	}
	conn, err := net.ListenUDP("udp", at)
	if err != nil {
		return nil, fmt.Errorf("listen for StatsD: %w", err)
	}
	_ = conn.SetReadBuffer(socketBuffer)
	return &Socket{conn}, nil
}

// Addr is where it listens.
func (k *Socket) Addr() net.Addr { return k.conn.LocalAddr() }

// Serve hands datagrams to take until ctx ends, and closes the socket.
func (k *Socket) Serve(ctx context.Context, take func([]byte)) error {
	stop := context.AfterFunc(ctx, func() { _ = k.conn.Close() })
	defer stop()
	buffer := make([]byte, maxDatagram)
	for {
		n, _, err := k.conn.ReadFromUDP(buffer)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read StatsD: %w", err)
		}
		take(buffer[:n])
	}
}
