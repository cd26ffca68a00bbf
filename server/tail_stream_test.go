package server

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"skywatch/api"
	"skywatch/metric"
	"skywatch/rules"
	"skywatch/rules/tail"
)

// tailClient is a connection of a live tail on virtual time.
type tailClient struct {
	header http.Header
	mu     sync.Mutex
	text   strings.Builder
	hold   chan struct{} // nil: it reads at once
}

func (c *tailClient) Header() http.Header { return c.header }
func (*tailClient) WriteHeader(int)       {}
func (c *tailClient) Write(p []byte) (int, error) {
	if c.hold != nil {
		<-c.hold
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.Write(p)
}
func (*tailClient) FlushError() error                { return nil }
func (*tailClient) SetReadDeadline(time.Time) error  { return nil }
func (*tailClient) SetWriteDeadline(time.Time) error { return nil }

func (c *tailClient) got() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.String()
}

// follow runs f beside a live tail until f returns and the server stops.
func follow(t *testing.T, c *tailClient, f func(route func(id string))) {
	t.Helper()
	stopping, stop := context.WithCancel(t.Context())
	hub := &tail.Hub{}
	tails := &tails{hub: hub, holds: func(api.Caller) bool { return true }, stopping: stopping}
	on := rules.BusName{Tenant: metric.Tenant{Account: "000000000000", Region: "us-east-1"}, Bus: "default"}
	l, err := hub.Listen(tail.Filter{Bus: on})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	done := make(chan error)
	go func() { done <- tails.send(c, httptest.NewRequest(http.MethodGet, "/", nil), tailer{Listener: l}) }()
	f(func(id string) {
		envelope := []byte(`{"id":"` + id + `","detail":{"a":"<\n>"}}`)
		hub.Routed(rules.Routed{Bus: on, Envelope: envelope, At: time.Now().UTC(), Rules: []rules.Matched{{RuleName: rules.RuleName{Rule: "r"}}}})
	})
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestTailBeatsAndEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &tailClient{header: http.Header{}}
		follow(t, c, func(route func(string)) {
			time.Sleep(tailBeat + time.Second)
			route("1")
			time.Sleep(time.Second)
		})
		want := "event: open\ndata: {\"Bus\":\"default\"}\n\n: nothing\n\n" +
			"event: event\ndata: {\"Event\":{\"id\":\"1\",\"detail\":{\"a\":\"<\\n>\"}},\"Rules\":[\"r\"],\"Arrived\":\"2000-01-01T00:00:16Z\"}\n\n" +
			"event: end\ndata: {\"Reason\":\"The server stops.\"}\n\n"
		if c.got() != want {
			t.Errorf("got\n%s\nwant\n%s", c.got(), want)
		}
		if got := c.header.Get("Content-Type"); got != "text/event-stream" {
			t.Errorf("type %q", got)
		}
	})
}

// A client that does not read is told, once it does, how many events it missed,
// behind those that waited for it.
func TestTailOverflows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &tailClient{header: http.Header{}, hold: make(chan struct{})}
		follow(t, c, func(route func(string)) {
			synctest.Wait() // it hangs in the first write
			for i := range 1500 {
				route(fmt.Sprint(i))
			}
			close(c.hold)
			synctest.Wait()
			route("late")
			synctest.Wait()
		})
		text := c.got()
		gap := strings.Index(text, "event: dropped\ndata: {\"Count\":500}\n\n")
		if gap < strings.Index(text, `"id":"999"`) || gap > strings.Index(text, `"id":"late"`) || strings.Contains(text, `"id":"1000"`) {
			t.Errorf("the gap is at %d of %d", gap, len(text))
		}
	})
}
