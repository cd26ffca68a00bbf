package statsd_test

import (
	"context"
	"net"
	"testing"

	"skywatch/statsd"
)

// send sends a datagram.
func send(t *testing.T, address, text string) {
	t.Helper()
	conn, err := net.Dial("udp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
}

// A socket hands over what arrives, and closes when it is told.
func TestSocket(t *testing.T) {
	t.Parallel()
	k, err := statsd.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	got, done := make(chan string, 1), make(chan error)
	go func() { done <- k.Serve(ctx, func(b []byte) { got <- string(b) }) }()
	send(t, k.Addr().String(), "a:1|c\nb:2|g")
	if d := <-got; d != "a:1|c\nb:2|g" {
		t.Errorf("%q", d)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if again, err := statsd.Listen(k.Addr().String()); err != nil {
		t.Errorf("the address is not free: %v", err)
	} else {
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		_ = again.Serve(ended, nil)
	}
}
