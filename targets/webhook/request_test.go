package webhook

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"testing"
	"time"
)

func TestDo(t *testing.T) {
	t.Parallel()
	c, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "%s %s %q %v", r.Method, r.Header.Get("X-Test"), body, r.Close)
	})
	for _, q := range []struct {
		r    Request
		want string
	}{
		{Request{}, `POST  "" false`},
		{Request{Method: http.MethodPut, Header: http.Header{"X-Test": {"yes"}}, Body: []byte("b"), Close: true}, `PUT yes "b" true`},
		{Request{Method: http.MethodGet}, `GET  "" false`},
		{Request{Method: http.MethodHead}, ``},
		{Request{Method: http.MethodOptions, Body: []byte("b"), MaxAnswer: 7}, `OPTIONS`},
	} {
		q.r.URL = url
		if a, err := c.Do(t.Context(), q.r); err != nil || string(a.Body) != q.want || a.Status != http.StatusOK {
			t.Errorf("%+v: %d %s %v, want %s", q.r, a.Status, a.Body, err, q.want)
		}
	}
	if _, err := c.Do(t.Context(), Request{Method: "BAD METHOD", URL: url}); err == nil {
		t.Error("a method of two words was sent")
	}
}

// Check says early what Do would say, as far as a URL tells.
func TestCheck(t *testing.T) {
	t.Parallel()
	loopback := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	for _, c := range []struct {
		url   string
		allow []netip.Prefix
		ok    bool
	}{
		{"https://good.example/", nil, true},
		{"https://8.8.8.8/", nil, true},
		{"http://good.example/", nil, false},
		{"http://8.8.8.8/", nil, false},
		{"https://127.0.0.1/", nil, false},
		{"https://[::ffff:127.0.0.1]/", nil, false},
		{"https://2130706433/", nil, false},
		{"https://8.8.8.8:25/", nil, false},
		{"https://8.8.8.8:99999/", nil, false},
		{"ftp://good.example/", nil, false},
		{"https:///", nil, false},
		{"https://[::1", nil, false},
		{"http://127.0.0.1:8080/", loopback, true},
		{"http://localhost/", loopback, true}, // a name is looked up when it is called
		{"http://10.0.0.1/", loopback, false},
	} {
		client, _ := dialled(Options{Allow: c.allow})
		if err := client.Check(c.url); (err == nil) != c.ok || err != nil && !errors.Is(err, ErrEgress) {
			t.Errorf("%s: %v", c.url, err)
		}
	}
}

var now = time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		after, date string
		want        time.Duration
	}{
		{"", "", 0},
		{"0", "", 0},
		{"7", "", 7 * time.Second},
		{"-1", "", -time.Second},
		{"-9223372036854775808", "", -time.Second},
		{"9223372036854775807", "", 30 * 24 * time.Hour},
		{"99999999999999999999", "", 0},
		{"soon", "", 0},
		{"1.5", "", 0},
		{"Wed, 20 May 2026 12:01:00 GMT", "", time.Minute},
		{"Wed, 20 May 2026 11:59:00 GMT", "", 0},
		// The receiver's clock is a day behind.
		{"Tue, 19 May 2026 12:01:00 GMT", "Tue, 19 May 2026 12:00:00 GMT", time.Minute},
		{"Wed, 20 May 2099 12:01:00 GMT", "", 30 * 24 * time.Hour},
	} {
		h := http.Header{"Retry-After": {c.after}, "Date": {c.date}}
		if got := RetryAfter(h, now); got != c.want {
			t.Errorf("%q at %q: %v, want %v", c.after, c.date, got, c.want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("7", "")
	f.Add("-1", "x")
	f.Add("Wed, 20 May 2026 12:01:00 GMT", "Wed, 20 May 2026 12:00:00 GMT")
	f.Fuzz(func(t *testing.T, after, date string) {
		if got := RetryAfter(http.Header{"Retry-After": {after}, "Date": {date}}, now); got < -time.Second || got > longestRetryAfter {
			t.Errorf("%q at %q: %v", after, date, got)
		}
	})
}
