package runtime

import (
	"strings"
	"testing"
	"time"
)

// until waits for what other goroutines do.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(what)
		}
	}
}

// Environments that are asked for start before they are called, are made anew
// when they end, and stay while other functions want room.
func TestProvide(t *testing.T) {
	t.Parallel()
	g := newRig(t, func(o *Options) { o.MaxEnvironments = 3; o.KeepWarm = time.Hour })
	s := g.shell(t, `if [ "$event" = '"end"' ]; then exit 3; fi; echo "$AWS_LAMBDA_INITIALIZATION_TYPE" | answer`)
	g.Provide([]Provision{{s, 2}})
	until(t, "they do not start", func() bool { return g.Provided(s.ARN, s.Version) == Provided{Started: 2, Free: 2} })
	if r := g.run(t, s, "{}"); r.Cold || strings.TrimSpace(string(r.Payload)) != "provisioned-concurrency" || r.Init > 0 {
		t.Errorf("%+v", r)
	}
	if r := g.run(t, s, `"end"`); r.Error == "" {
		t.Errorf("%+v", r)
	}
	until(t, "none starts in place of the one that ended", func() bool { return g.Provided(s.ARN, s.Version).Free == 2 && g.Stats().Cold == 3 })
	a, b := g.shell(t, `echo a | answer`), g.shell(t, `echo b | answer`)
	if !g.run(t, a, "{}").Cold || !g.run(t, b, "{}").Cold { // these two take turns in the third place
		t.Error("not cold")
	}
	if p := g.Provided(s.ARN, s.Version); p.Free != 2 {
		t.Errorf("they gave way: %+v", p)
	}
	g.Provide(nil)
	if p := g.Provided(s.ARN, s.Version); p != (Provided{}) {
		t.Errorf("not asked for: %+v", p)
	}
	if r := g.run(t, s, "{}"); r.Cold {
		t.Error("those that are there go on")
	}
}

// What cannot start says so, and starts once it can.
func TestProvideWhatFails(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	s := g.spec(t, "provided", "f", map[string]string{"bootstrap": "#!/bin/sh\nexit 7\n"})
	g.Provide([]Provision{{s, 1}})
	until(t, "no failure is told", func() bool { return g.Provided(s.ARN, s.Version).Failed != "" })
	contains(t, g.Provided(s.ARN, s.Version).Failed, "the function could not start: Runtime exited with error: exit status 7")
}
