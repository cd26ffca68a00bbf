package runtime

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// orphanTestDir names the directory of a test binary that plays a server
// which is about to be killed.
const orphanTestDir = "SKYWATCH_RUNTIME_ORPHAN_TEST"

// parent runs two functions, one at work and one free, says so, and waits to
// be killed.
func parent(dir string) {
	r, err := New(Options{Dir: filepath.Join(dir, "runner")})
	if err != nil {
		panic(err)
	}
	s := Spec{
		ARN: "arn:aws:lambda:us-east-1:123456789012:function:f", Name: "f", Version: "1", Runtime: "python3.12",
		Handler: "f.handler", Code: filepath.Join(dir, "code"), Memory: 256, Timeout: time.Minute,
	}
	for i, payload := range []string{`{"sleep": 0}`, `{"sleep": 60}`} {
		s.Version = strconv.Itoa(i)
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		result, err := r.Run(ctx, s, Call{RequestID: requestID, Payload: []byte(payload)})
		cancel()
		fmt.Printf("%s %s %v\n", result.Payload, result.Error, err)
	}
}

// sleeper starts a process that leaves the function's process group, named so
// that the test finds it.
const sleeper = `
import os, subprocess, sys, time
def handler(event, context):
    if os.fork() == 0:
        os.setsid()
        os.execvp("sleep", ["sleep", "%[1]s"])
    if event["sleep"]:
        open(%[2]q, "w").close()
    time.sleep(event["sleep"])
    return "slept"
`

// named counts the processes that have a word in their command lines.
func named(word string) (n int) {
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range lines {
		if text, _ := os.ReadFile(path); strings.Contains(string(text), word) {
			n++
		}
	}
	return n
}

// within waits for something to become true.
func within(t testing.TB, d time.Duration, what string, true func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(d); !true(); <-ticker.C {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", d, what)
		}
	}
}

// TestKilledServerLeavesNothing kills -9 a server with one function at work
// and one free; neither they nor what they started stays.
func TestKilledServerLeavesNothing(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	g.python(t, "") // skips without an interpreter
	dir, err := os.MkdirTemp("/var/tmp", "skywatch-orphan-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	marker, working := fmt.Sprintf("86399.%09d", os.Getpid()), filepath.Join(t.TempDir(), "working")
	if err := os.Mkdir(filepath.Join(dir, "code"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "code", "f.py"), fmt.Appendf(nil, sleeper, marker, working), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), orphanTestDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "\"slept\"  <nil>\n" {
		t.Errorf("%q %v", line, err)
	}
	within(t, 5*time.Second, "the second function works", func() bool { _, err := os.Stat(working); return err == nil })
	within(t, 5*time.Second, "both have started what must not stay", func() bool { return named(marker) == 2 })
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	want := 2
	if g.measures.namespaces {
		want = 0
	}
	within(t, 5*time.Second, "all processes are gone", func() bool { return named(marker) == want })
	within(t, 5*time.Second, "the interpreters are gone", func() bool { return named(dir) == 0 })
}
