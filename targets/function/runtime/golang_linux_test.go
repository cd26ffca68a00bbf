package runtime

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
)

// golang builds a function with aws-lambda-go.
func (g *rig) golang(t testing.TB) Spec {
	t.Helper()
	s := g.spec(t, "provided.al2023", "bootstrap", nil)
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(s.Code, "bootstrap"), "skywatch/conformance/gofunction")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return s
}

func TestGo(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	s := g.golang(t)
	for range 2 {
		r := g.run(t, s, `{"Text":"t"}`)
		if want := fmt.Sprintf(`{"arn":%q,"id":%q,"name":"f","text":"t"}`, s.ARN, requestID); string(r.Payload) != want {
			t.Errorf("%s", r.Payload)
		}
	}
	if r := g.run(t, s, `{"Do":"stream","Text":"t"}`); string(r.Payload) != "t..." || r.Error != "" {
		t.Errorf("%s %s", r.Payload, r.Error)
	}
	if f := errorOf(t, g.run(t, s, `{"Do":"fail","Text":"no"}`)); f.Type != "errorString" || f.Message != "no" {
		t.Errorf("%+v", f)
	}
	if r := g.run(t, s, `{"Do":"panic","Text":"oh"}`); r.Error != Unhandled {
		t.Errorf("%s", r.Payload)
	}
	if r := g.run(t, s, `{"Text":"again"}`); r.Error != "" || !r.Cold { // aws-lambda-go ends after a panic
		t.Errorf("%v %s", r.Cold, r.Payload)
	}
}
