package server_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"

	"skywatch/server"
)

// halfSent begins a request and returns the first line of what the server says
// once it waits for the body (it says "100 Continue" then) or refuses.
func halfSent(t *testing.T, s *server.Server) string {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: %s\r\nX-Amz-Target: GraniteServiceVersion20100801.ListMetrics\r\n"+
		"Content-Type: application/x-amz-json-1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n", strings.TrimPrefix(s.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// Requests whose bodies do not arrive keep nobody out, though there are more of
// them than may be worked on, and are bounded themselves.
func TestSlowBodiesKeepNobodyOut(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), func(c *server.Config) { c.MaxInFlight, c.ShutdownGrace = 1, 0 })
	arriving := func() {
		t.Helper()
		if got := halfSent(t, s); got != "HTTP/1.1 100 Continue" {
			t.Fatalf("a body that is on its way: %s", got)
		}
	}
	for range 3 {
		arriving()
	}
	if _, err := client(s).ListMetrics(t.Context(), &cloudwatch.ListMetricsInput{}); err != nil {
		t.Errorf("beside bodies on their way: %v", err)
	}
	arriving()
	if got := halfSent(t, s); got != "HTTP/1.1 400 Bad Request" {
		t.Errorf("a body beyond the bound: %s", got)
	}
}
