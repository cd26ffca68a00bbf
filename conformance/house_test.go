package conformance_test

import (
	"bufio"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"skywatch/schedule/ticker/tickertest"
	"skywatch/server"
)

// start serves an empty data directory on a free loopback port until the test
// ends and returns the URL: in this process, or, where SKYWATCH_BINARY names
// the program, in one of its own.
func start(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if binary := os.Getenv("SKYWATCH_BINARY"); binary != "" {
		return startBinary(t, binary, dir)
	}
	return serve(t, dir, time.Now)
}

// startWide is start of a server that takes what AWS keeps to itself, such as
// events of its own services.
func startWide(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if binary := os.Getenv("SKYWATCH_BINARY"); binary != "" {
		return startBinary(t, binary, dir, "--compat", "wide")
	}
	cfg := server.DefaultConfig()
	cfg.Compat = "wide"
	return serveWith(t, cfg, dir, time.Now)
}

// serve runs a server in this process by the clock given.
func serve(t *testing.T, dir string, now func() time.Time) string {
	t.Helper()
	return serveWith(t, server.DefaultConfig(), dir, now)
}

func serveWith(t *testing.T, cfg server.Config, dir string, now func() time.Time) string {
	t.Helper()
	return run(t, cfg, dir, func(s *server.Server) { s.Now = now })
}

// serveByHand runs a server in this process whose time stands still until the
// hand is moved.
func serveByHand(t *testing.T, cfg server.Config, hand *tickertest.Hand) string {
	t.Helper()
	return run(t, cfg, filepath.Join(t.TempDir(), "data"), func(s *server.Server) { s.Now, s.Wake = hand.Now, hand.Wake })
}

func run(t *testing.T, cfg server.Config, dir string, set func(*server.Server)) string {
	t.Helper()
	cfg.Listen, cfg.DataDir = "127.0.0.1:0", dir
	s, err := server.New(cfg, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		t.Fatal(err)
	}
	set(s)
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	return s.URL()
}

// startBinary runs the program as its users do. Its ready line tells the URL.
func startBinary(t *testing.T, binary, dir string, flags ...string) string {
	t.Helper()
	cmd := exec.Command(binary, append([]string{"serve", "--listen", "127.0.0.1:0", "--data-dir", dir, "--log-level", "WARN"}, flags...)...)
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", binary, err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%s ended before it was ready: %v", binary, err)
	}
	_, url, ok := strings.Cut(strings.TrimSpace(line), "ready on ")
	if !ok {
		t.Fatalf("%s: ready line %q", binary, line)
	}
	return url
}

// eventually asks again until ok is true, and fails after limit.
func eventually(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !ok(); {
		if time.Now().After(end) {
			t.Fatalf("after %s: %s", limit, what)
		}
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// client is the HTTP client of requests that are made by hand.
var client = &http.Client{Timeout: 30 * time.Second}
