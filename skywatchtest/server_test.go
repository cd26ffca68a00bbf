package skywatchtest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"skywatch/skywatchtest"
)

// call makes a request and returns the answer's status and body.
func call(t testing.TB, method, url, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return send(t, r)
}

func send(t testing.TB, r *http.Request) (int, string) {
	t.Helper()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func TestStart(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	s := skywatchtest.Start(t, skywatchtest.At(at))
	if now := s.Now(); !now.Equal(at) {
		t.Errorf("it begins at %v", now)
	}
	if now := s.Advance(90 * time.Second); !now.Equal(at.Add(90*time.Second)) || !s.Now().Equal(now) {
		t.Errorf("it goes to %v", now)
	}
	if now := s.AdvanceTo(at.Add(time.Hour)); !now.Equal(at.Add(time.Hour)) {
		t.Errorf("it goes to %v", now)
	}
	if status, body := call(t, http.MethodGet, s.URL+"/skywatch/v1/clock", ""); status != 200 || body != `{"Now":"2026-01-05T01:00:00Z","Manual":true}`+"\n" {
		t.Errorf("%d %s", status, body)
	}
	if got := strings.Join(s.Environment(), " "); !strings.HasPrefix(got, "AWS_ENDPOINT_URL="+s.URL+" AWS_REGION=us-east-1 ") {
		t.Error(got)
	}
}

// Servers that run at once do not know of each other.
func TestApart(t *testing.T) {
	t.Parallel()
	a, b := skywatchtest.Start(t), skywatchtest.Start(t)
	before := b.Now()
	a.Advance(time.Hour)
	if a.URL == b.URL || !b.Now().Equal(before) {
		t.Error("two servers have a URL or a clock in common")
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() { // they stop at the end
		skywatchtest.Start(b)
	}
}
