package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The example of docs/alarms-in-ci.md does what is printed there.
func TestAlarmsInCI(t *testing.T) {
	text, err := os.ReadFile("../../docs/alarms-in-ci.md")
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string) string {
		_, rest, ok := strings.Cut(string(text), "```"+kind+"\n")
		inside, _, closed := strings.Cut(rest, "```")
		if !ok || !closed {
			t.Fatalf("there is no block of %s", kind)
		}
		return inside
	}
	t.Chdir(t.TempDir()) // the report names files as they were given
	if err := os.WriteFile("busy.yaml", []byte(block("yaml")), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, logs bytes.Buffer
	junit := filepath.Join(t.TempDir(), "junit.xml")
	if code := run(t.Context(), []string{"alarms", "test", "--junit", junit, "busy.yaml"}, streams{nil, &out, &logs}); code != 1 {
		t.Errorf("exit code %d, %s", code, logs.String())
	}
	if want := block("text"); out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	written, err := os.ReadFile(junit)
	if err != nil || !strings.Contains(string(written), `<testsuites tests="2" failures="1"`) {
		t.Errorf("%s %v", written, err)
	}
}
