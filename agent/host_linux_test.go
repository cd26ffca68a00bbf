package agent

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestReadThisMachine reads the machine that runs the test, twice, so that
// growths and shares are there too.
func TestReadThisMachine(t *testing.T) {
	t.Parallel()
	r, log := newTestReader(newCollectors(machine{"/proc"}, DefaultConfig().IgnoreFileSystemTypes)...)
	datums := r.read(t.Context(), time.Now())
	for range 100_000 { // until the CPU counters, which count in 10 ms, moved
		if has(datums, "cpu_usage_active") {
			break
		}
		datums = r.read(t.Context(), time.Now())
	}
	checkThisMachine(t, datums)
	if log.Len() > 0 {
		t.Errorf("log: %s", log)
	}
}

func has(datums []Datum, name string) bool {
	for _, d := range datums {
		if d.Name == name {
			return true
		}
	}
	return false
}

func checkThisMachine(t *testing.T, datums []Datum) {
	t.Helper()
	for _, d := range Metrics() {
		switch d.Name[:3] {
		case "cpu", "mem", "swa", "pro":
			if !has(datums, d.Name) {
				t.Errorf("%s is missing", d.Name)
			}
		}
	}
	stripped := make([]Datum, len(datums))
	for i, d := range datums {
		d.Dimensions = d.Dimensions[1:] // without host
		stripped[i] = d
	}
	checkDescribed(t, Metrics(), stripped)
	seen := map[string]bool{}
	for i, line := range lines(datums) {
		key, _, _ := strings.Cut(line, "} ")
		if seen[key] {
			t.Errorf("%s is read twice", key)
		}
		seen[key] = true
		if d := datums[i]; d.Value < 0 || d.Unit == "Percent" && d.Value > 100 {
			t.Errorf("%s", line)
		}
	}
}

// TestRunOnThisMachine runs a whole agent with the SDK's default client
// against a server on a loopback port.
func TestRunOnThisMachine(t *testing.T) {
	t.Parallel()
	got := make(chan putRequest, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		put, err := decodePut(req)
		if err != nil {
			t.Errorf("request: %v", err)
		}
		w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
		w.Header().Set("Content-Type", "application/cbor")
		_, _ = io.WriteString(w, "\xa0") // an empty map
		got <- put
	}))
	defer server.Close()

	cfg := DefaultConfig()
	cfg.Endpoint = server.URL
	a, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()

	put := <-got
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if put.Namespace != "CWAgent" || len(put.MetricData) < 30 {
		t.Errorf("%d datums in %s", len(put.MetricData), put.Namespace)
	}
	if s := a.Stats(); s.Sent != s.Collected || s.Buffered != 0 {
		t.Errorf("%+v", s)
	}
}
