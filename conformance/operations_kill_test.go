package conformance_test

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// killedHouse is the program on one address and directory through its lives.
type killedHouse struct {
	binary, url string
	work        string // directory in which it runs; empty: the test's
	flags       []string
	process     *exec.Cmd
}

func newKilledHouse(t *testing.T) *killedHouse {
	t.Helper()
	h := &killedHouse{binary: program(t)}
	h.flags = []string{"--config", fleetFile(t), "serve", "--data-dir", filepath.Join(t.TempDir(), "data"), "--log-level", "WARN"}
	h.listen(t)
	h.start(t)
	t.Cleanup(h.end)
	return h
}

// listen gives it an address for all its lives.
func (h *killedHouse) listen(t *testing.T) {
	t.Helper()
	address := freeAddress(t)
	h.url, h.flags = "http://"+address, append(h.flags, "--listen", address)
}

func (h *killedHouse) start(t *testing.T) {
	t.Helper()
	h.process = exec.Command(h.binary, h.flags...)
	h.process.Dir, h.process.Stderr = h.work, t.Output()
	out, err := h.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := h.process.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.Contains(line, "ready") {
		t.Fatalf("the server did not start: %q %v", line, err)
	}
}

func (h *killedHouse) end() {
	_ = h.process.Process.Kill()
	_ = h.process.Wait()
}

// fleetFile is a configuration file with the driver of fleetConfig.
func fleetFile(t *testing.T) string {
	t.Helper()
	cfg, _ := fleetConfig(t)
	d := cfg.ScalingDrivers[0]
	text, err := json.Marshal(map[string]any{ // YAML too
		"scaling-drivers": []any{map[string]any{"groups": d.Groups, "kind": d.Kind, "launch": d.Launch, "terminate": d.Terminate}},
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "skywatch.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// kill has the second client ask again what it has asked so far, kills the
// server, starts it again, and holds that each answer is what it was.
func (h *killedHouse) kill(t *testing.T) func(*conversation) {
	return func(c *conversation) {
		t.Helper()
		before := c.answers(t)
		h.end()
		h.start(t)
		after := c.answers(t)
		for end := time.Now().Add(10 * time.Second); !gocmp.Equal(before, after) && time.Now().Before(end); after = c.answers(t) {
			pause(t) // what runs in processes, such as provisioned concurrency, comes back
		}
		if diff := gocmp.Diff(before, after); diff != "" {
			t.Errorf("after kill -9 (-before +after):\n%s", diff)
		}
	}
}

// answers are the whole answers of the reads so far.
func (c *conversation) answers(t *testing.T) map[string]any {
	t.Helper()
	all := map[string]any{}
	for _, s := range c.asked {
		what := s.Service + " " + s.Operation + " " + string(s.Members)
		if _, done := all[what]; done {
			continue
		}
		s.Path = "@"
		if s.Operation == "GetFunction" { // the rest is a link that is signed anew
			s.Path = "[Configuration, Concurrency, Tags]"
		}
		if seen, refused := c.reader(t, c.server, s); refused == "" {
			all[what] = seen
		} else {
			all[what] = refused
		}
	}
	return all
}
