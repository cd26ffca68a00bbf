package conformance_test

import (
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"skywatch/server"
)

// datagrams sends each text as a datagram.
func datagrams(t *testing.T, address string, texts ...string) {
	t.Helper()
	conn, err := net.Dial("udp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for _, text := range texts {
		if _, err := conn.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestStatsD sends each type through a socket, as clients do, and reads it with
// the Go SDK: what had no time to be written is written when the server stops.
func TestStatsD(t *testing.T) {
	t.Parallel()
	cfg, dir := server.DefaultConfig(), filepath.Join(t.TempDir(), "data")
	cfg.StatsDListen, cfg.StatsDNamespace = freeAddress(t), "app"
	t.Run("sent", func(t *testing.T) { // its server stops at its end
		url := serveWith(t, cfg, dir, time.Now)
		datagrams(t, cfg.StatsDListen,
			"hits:1|c\nhits:2|c|@0.5\nhits:1|c|#page:home,env:prod", "depth:5|g\ndepth:-2|g", "took:10:20:30|ms\ntook:940|ms|@1", "size:7|d|#page:home", "users:ann|s\nusers:bob|s\nusers:ann|s", "nonsense")
		eventually(t, 20*time.Second, "all lines have arrived", func() bool {
			metrics, _ := fetch(t, http.MethodGet, url+"/metrics", "")
			return strings.Contains(metrics, "\nskywatch_statsd_lines_total 11\n") && strings.Contains(metrics, "\nskywatch_statsd_lines_refused_total 1\n")
		})
	})
	c := newCloudWatchIn(serve(t, dir, time.Now), "us-east-1")
	for _, q := range []struct {
		name       string
		dimensions []string
		stats      []string
		want       []float64
	}{
		{"hits", nil, []string{"Sum", "SampleCount"}, []float64{5, 3}},
		{"hits", []string{"env", "prod", "page", "home"}, []string{"Sum"}, []float64{1}},
		{"depth", nil, []string{"Maximum"}, []float64{3}},
		{"took", nil, []string{"SampleCount", "Sum", "Minimum", "Maximum"}, []float64{4, 1000, 10, 940}},
		{"size", []string{"page", "home"}, []string{"Average"}, []float64{7}},
		{"users", nil, []string{"Sum"}, []float64{2}},
	} {
		if diff := gocmp.Diff(q.want, totals(t, c, "app", q.name, dims(q.dimensions...), q.stats...)); diff != "" {
			t.Errorf("%s %v (-want +got):\n%s", q.name, q.dimensions, diff)
		}
	}
	if p := totals(t, c, "app", "took", nil, "p75")[0]; p < 29.7 || p > 30.3 {
		t.Errorf("p75 is %v", p)
	}
}

// Sockets of protocols without keys are not opened to others by mistake.
func TestOpenSocketsAreAskedFor(t *testing.T) {
	t.Parallel()
	cfg := server.DefaultConfig()
	cfg.EMFListen, cfg.StatsDListen = "0.0.0.0:25888", ":8125"
	err := cfg.Validate()
	if err == nil || !strings.Contains(err.Error(), `--emf-listen: "0.0.0.0:25888" is not a loopback address`) || !strings.Contains(err.Error(), "--statsd-listen: ") {
		t.Errorf("%v", err)
	}
	cfg.InsecureListeners = true
	if err := cfg.Validate(); err != nil {
		t.Error(err)
	}
	for _, wrong := range []time.Duration{0, 500 * time.Millisecond, 7 * time.Second, 2 * time.Minute} {
		cfg.StatsDInterval = wrong
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), "--statsd-interval") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	cfg.StatsDInterval, cfg.StatsDNamespace, cfg.EMFListen = time.Second, "AWS/App", "25888"
	if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), "--statsd-namespace") || !strings.Contains(err.Error(), "--emf-listen") {
		t.Errorf("%v", err)
	}
}
