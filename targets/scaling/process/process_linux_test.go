package process

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, dir string) *Supervisor {
	t.Helper()
	s, err := Open(Options{Dir: dir, MaxOutput: 1 << 10})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sleeper is a program that runs until it is ended.
func sleeper(id string) Spec {
	return Spec{ID: id, Owner: "web", Argv: []string{"/bin/sleep", "60"}, Env: []string{"A=b"}}
}

func (s *Supervisor) pid(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.all[id]; p != nil {
		return p.PID
	}
	return 0
}

func start(t *testing.T, s *Supervisor, spec Spec) int {
	t.Helper()
	if err := s.Start(spec); err != nil {
		t.Fatal(err)
	}
	pid := s.pid(spec.ID)
	t.Cleanup(func() { // whatever the test does, nothing of it runs on
		if _, err := statOf(pid); err == nil {
			_ = syscall.Kill(-pid, syscall.SIGKILL)
			_, _ = syscall.Wait4(pid, nil, 0, nil)
		}
	})
	return pid
}

func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("in vain: ", what)
		}
	}
}

// What runs is known again by the next supervisor, and is started once however
// often that is asked for; it is apart from the server and its environment.
func TestProcessOutlivesItsSupervisor(t *testing.T) {
	t.Setenv("SECRET", "ours")
	dir := t.TempDir()
	pid := start(t, open(t, dir), sleeper("i-1"))
	s := open(t, dir)
	for range 2 {
		if err := s.Start(sleeper("i-1")); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Running("web"); !slices.Equal(got, []string{"i-1"}) || s.pid("i-1") != pid || len(s.Running("db")) != 0 {
		t.Errorf("running %v, as %d: was %d", got, s.pid("i-1"), pid)
	}
	if of, err := statOf(pid); err != nil || of.group != pid {
		t.Errorf("%+v %v", of, err)
	}
	env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	if want := "SKYWATCH_INSTANCE_ID=i-1\x00A=b\x00"; err != nil || string(env) != want {
		t.Errorf("environment %q %v", env, err)
	}
	if err := s.Stop(t.Context(), "i-1", time.Minute); err != nil {
		t.Fatal(err)
	}
	if _, err := statOf(pid); err == nil || len(s.Running("web")) != 0 {
		t.Errorf("%d is still there", pid)
	}
	if err := s.Stop(t.Context(), "i-1", time.Minute); err != nil {
		t.Errorf("a second time: %v", err)
	}
	if left := open(t, dir); len(left.all) != 0 {
		t.Errorf("records are left: %v", left.all)
	}
}

// The server dies after it noted that it starts a program, before or after it
// did: it is started once.
func TestNumberThatWasNotKept(t *testing.T) {
	t.Parallel()
	for _, began := range []bool{true, false} {
		dir := t.TempDir()
		s := open(t, dir)
		if err := s.save(&record{ID: "i-" + filepath.Base(dir), Owner: "web"}); err != nil {
			t.Fatal(err)
		}
		spec, was := sleeper("i-"+filepath.Base(dir)), 0
		if began {
			who, err := s.launch(spec)
			if err != nil {
				t.Fatal(err)
			}
			was = who.PID
		}
		pid := start(t, open(t, dir), spec)
		if began && pid != was {
			t.Errorf("%d was started though %d runs", pid, was)
		}
		if got := open(t, dir).Running("web"); len(got) != 1 {
			t.Errorf("running: %v", got)
		}
	}
}

// A number that another process has now is not that of ours.
func TestNumberOfAnother(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	pid := start(t, s, sleeper("i-1"))
	for _, other := range []identity{{PID: pid, Start: 1, Boot: s.machine.boot}, {PID: pid, Start: s.all["i-1"].Start, Boot: "another"}} {
		if err := s.save(&record{ID: "i-2", Owner: "web", identity: other}); err != nil {
			t.Fatal(err)
		}
		later := open(t, dir)
		if got := later.Running("web"); !slices.Equal(got, []string{"i-1"}) {
			t.Errorf("running: %v", got)
		}
		if err := later.Stop(t.Context(), "i-2", time.Minute); err != nil {
			t.Fatal(err)
		}
		if !s.machine.runs(s.all["i-1"].identity) {
			t.Fatal("the other one was ended")
		}
	}
}

// One that does not listen is killed, with what it has started, also when the
// supervisor is a later one, and when the leader has gone already.
func TestStopEndsTheGroup(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script string
		adopt  bool
	}{
		"deaf":         {"trap '' TERM; sleep 60 & echo $!; wait; wait", false},
		"deaf, later":  {"trap '' TERM; sleep 60 & echo $!; wait; wait", true},
		"without head": {"sleep 60 & echo $!; exit", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := open(t, dir)
			pid := start(t, s, Spec{ID: "i-" + filepath.Base(dir) + strings.ReplaceAll(name, " ", ""), Owner: "web", Argv: []string{"/bin/sh", "-c", c.script}})
			id := slices.Collect(maps.Keys(s.all))[0]
			child := 0
			await(t, "the child's number", func() bool {
				b, _ := os.ReadFile(filepath.Join(dir, id+outputSuffix))
				_, err := fmt.Sscan(string(b), &child)
				return err == nil
			})
			if c.adopt {
				s = open(t, dir)
			}
			if err := s.Stop(t.Context(), id, 10*time.Millisecond); err != nil {
				t.Fatal(err)
			}
			await(t, "both to be gone", func() bool {
				_, leader := statOf(pid)
				of, err := statOf(child)
				return leader != nil && (err != nil || of.ended())
			})
		})
	}
}

func TestProcessThatEnds(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	pid := start(t, s, Spec{ID: "i-1", Owner: "web", Argv: []string{"/bin/true"}})
	await(t, "its end", func() bool { return len(s.Running("web")) == 0 })
	now := time.Now()
	s.look(now)
	if _, err := statOf(pid); err == nil {
		t.Error("it is not buried")
	}
	// A call that comes again does not start it again.
	if err := s.Start(sleeper("i-1")); err != nil || len(s.Running("web")) != 0 {
		t.Errorf("%v, running %v", err, s.Running("web"))
	}
	s.look(now.Add(forgetAfter + time.Second))
	if len(s.all) != 0 {
		t.Error("it is not forgotten")
	}
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	none := sleeper("i-1")
	none.Argv = []string{"/nowhere/program"}
	if err := s.Start(none); err == nil || len(s.all) != 0 {
		t.Errorf("no such program: %v, left %v", err, s.all)
	}
	one := sleeper("i-2")
	one.Most = 1
	start(t, s, one)
	second := sleeper("i-3")
	second.Most = 1
	if err := s.Start(second); err == nil || !strings.Contains(err.Error(), "1 processes run") {
		t.Errorf("one too many: %v", err)
	}
	if err := s.Start(one); err != nil {
		t.Errorf("the one that runs: %v", err)
	}
}

// Output is kept within its bounds, its end longest.
func TestOutput(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	start(t, s, Spec{ID: "i-1", Owner: "web", Argv: []string{"/bin/sh", "-c", "seq 10000; exec sleep 60"}})
	size := func(suffix string) int64 {
		info, err := os.Stat(filepath.Join(dir, "i-1"+suffix))
		if err != nil {
			return -1
		}
		return info.Size()
	}
	await(t, "output", func() bool { return size(outputSuffix) == 48894 })
	s.look(time.Now())
	older, err := os.ReadFile(filepath.Join(dir, "i-1"+olderSuffix))
	if err != nil || size(outputSuffix) != 0 || len(older) != 1<<10 || !strings.HasSuffix(string(older), "9999\n10000\n") {
		t.Errorf("%d and %d bytes, %v", size(outputSuffix), len(older), err)
	}
	for i := range 2 * keptOutputs {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("i-old%d.log", i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.mu.Lock()
	err = s.tidy()
	s.mu.Unlock()
	if files, _ := filepath.Glob(filepath.Join(dir, "*.log*")); err != nil || len(files) != keptOutputs+2 {
		t.Errorf("%d files of output, %v", len(files), err)
	}
}

// Run takes nothing but its own off the machine's list.
func TestRun(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- s.Run(ctx) }()
	pid := start(t, s, Spec{ID: "i-1", Owner: "web", Argv: []string{"/bin/true"}})
	await(t, "its burial", func() bool { _, err := statOf(pid); return err != nil })
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := exec.Command("/bin/true").Run(); err != nil {
		t.Errorf("other children are waited for as ever: %v", err)
	}
}
