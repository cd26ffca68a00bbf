package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// reading is how a server is at a time of a soak.
type reading struct {
	at                        time.Duration
	requests, errors          int64
	called, taken             int64
	goroutines, files, memory float64
	disk                      float64
}

// reading takes one.
func (r *router) reading(at time.Duration, l *soakLoad) (reading, error) {
	now := reading{at: at, called: l.called.Load(), taken: l.taken.Load()}
	for _, k := range l.kinds {
		now.requests += k.requests.Load()
		now.errors += k.errors.Load()
	}
	var err error
	if now.goroutines, err = r.gauge("go_goroutines"); err != nil {
		return now, err
	}
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", r.pid()))
	if err != nil {
		return now, err
	}
	memory, err := memoryOf(r.pid(), "VmRSS")
	if err != nil {
		return now, err
	}
	// Files come and go while they are counted; the sum so far does then.
	disk, _ := diskBytes(r.dir, func(string) bool { return true })
	now.files, now.memory, now.disk = float64(len(files)), float64(memory)/1e6, float64(disk)/1e6
	return now, nil
}

// gauge is a figure of the server's /metrics.
func (r *router) gauge(name string) (float64, error) {
	resp, err := http.Get(r.url + "/metrics")
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err
	}
	_, after, ok := strings.Cut(string(text), "\n"+name+" ")
	if !ok {
		return 0, fmt.Errorf("/metrics (%s) has no %s", resp.Status, name)
	}
	value, _, _ := strings.Cut(after, "\n")
	return strconv.ParseFloat(value, 64)
}

func printReadingHead(w io.Writer) {
	_, _ = fmt.Fprintf(w, "%8s %10s %7s %10s %10s %11s %6s %8s %8s\n", "time", "requests", "errors", "webhook", "queue", "goroutines", "files", "RSS MB", "disk MB")
}

func (r reading) print(w io.Writer) {
	_, _ = fmt.Fprintf(w, "%8s %10d %7d %10d %10d %11.0f %6.0f %8.1f %8.1f\n", r.at.Round(time.Second), r.requests, r.errors, r.called, r.taken, r.goroutines, r.files, r.memory, r.disk)
}

// printSlopes tells how much was added an hour, by the second half of the
// readings: what grows at the start is no leak.
func printSlopes(w io.Writer, all []reading) {
	half := all[len(all)/2:]
	for _, of := range []struct {
		name  string
		value func(reading) float64
	}{
		{"goroutines", func(r reading) float64 { return r.goroutines }},
		{"files", func(r reading) float64 { return r.files }},
		{"RSS MB", func(r reading) float64 { return r.memory }},
		{"disk MB", func(r reading) float64 { return r.disk }},
	} {
		_, _ = fmt.Fprintf(w, "slope of the last %s: %+.1f %s an hour\n", (half[len(half)-1].at - half[0].at).Round(time.Second), slope(half, of.value)*3600, of.name)
	}
}

// slope is the rise in a second of the line of least squares; of one point
// there is none.
func slope(points []reading, value func(reading) float64) float64 {
	var t, v float64
	for _, p := range points {
		t += p.at.Seconds()
		v += value(p)
	}
	t, v = t/float64(len(points)), v/float64(len(points))
	var up, across float64
	for _, p := range points {
		up += (p.at.Seconds() - t) * (value(p) - v)
		across += (p.at.Seconds() - t) * (p.at.Seconds() - t)
	}
	if across == 0 {
		return 0
	}
	return up / across
}
