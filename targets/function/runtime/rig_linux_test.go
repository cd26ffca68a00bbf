package runtime

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(orphanTestDir); dir != "" {
		parent(dir)
		return
	}
	goleak.VerifyTestMain(m)
}

// found are the interpreters of all tests: version switchers are slow.
var found = &interpreters{known: map[string]*interpreter{}}

// rig is a Runner with the lines that it wrote.
type rig struct {
	*Runner

	mu    sync.Mutex
	lines []Line
}

func newRig(t testing.TB, change ...func(*Options)) *rig {
	t.Helper()
	// Not below /tmp, which functions may write to.
	dir, err := os.MkdirTemp("/var/tmp", "skywatch-runtime-")
	if err != nil {
		t.Fatal(err)
	}
	g := &rig{}
	o := Options{Dir: filepath.Join(dir, "runner"), MaxEnvironments: 8, Sink: g.take, interpreters: found}
	for _, c := range change {
		c(&o)
	}
	if g.Runner, err = New(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
		if s := g.Stats(); s.Busy != 0 || s.Warm != 0 {
			t.Errorf("after Close: %+v", s)
		}
		if left, err := os.ReadDir(g.environmentsDir()); err != nil || len(left) > 0 {
			t.Errorf("left in the directory: %v %v", left, err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return g
}

func (g *rig) take(_ Spec, lines []Line) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lines = append(g.lines, lines...)
}

func (g *rig) log() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var b strings.Builder
	for _, l := range g.lines {
		b.WriteString(l.Text + "\n")
	}
	return b.String()
}

// spec writes files and makes a function of them.
func (g *rig) spec(t testing.TB, runtime, handler string, files map[string]string) Spec {
	t.Helper()
	code, err := os.MkdirTemp(filepath.Dir(g.options.Dir), "code-")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(code, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.Check(runtime); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return Spec{
		ARN: "arn:aws:lambda:us-east-1:123456789012:function:" + filepath.Base(code), Name: "f", Version: "$LATEST",
		Runtime: runtime, Handler: handler, Code: code, Memory: 256, Timeout: 20 * time.Second,
		LogGroup: "/aws/lambda/f", LogStream: "2026/11/25/[$LATEST]abc", Region: "us-east-1", Account: "123456789012",
	}
}

func (g *rig) python(t testing.TB, code string) Spec {
	return g.spec(t, "python3.12", "lambda_function.handler", map[string]string{"lambda_function.py": code})
}

// shell is a function whose bootstrap is a script that speaks HTTP by curl;
// body handles one call: $id is set, the event is in $event.
func (g *rig) shell(t testing.TB, body string) Spec {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip(err)
	}
	return g.spec(t, "provided.al2023", "f", map[string]string{"bootstrap": `#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
answer() { curl -s -o /dev/null --data-binary @- "$api/invocation/$id/response"; }
while :; do
  event=$(curl -sS -D "$TMPDIR/headers" "$api/invocation/next") || exit 1
  id=$(sed -n 's/^Lambda-Runtime-Aws-Request-Id: *//Ip' "$TMPDIR/headers" | tr -d '\r')
` + body + `
done
`})
}

const requestID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"

func (g *rig) run(t testing.TB, s Spec, payload string) Result {
	t.Helper()
	r, err := g.Run(t.Context(), s, Call{RequestID: requestID, Payload: []byte(payload)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// errorOf reads an answer's error.
func errorOf(t testing.TB, r Result) failure {
	t.Helper()
	var f failure
	if err := json.Unmarshal(r.Payload, &f); err != nil || r.Error != Unhandled {
		t.Fatalf("%q (%s): %v\n%s", r.Error, r.Payload, err, r.Log)
	}
	return f
}

func contains(t testing.TB, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in:\n%s", part, text)
		}
	}
}
