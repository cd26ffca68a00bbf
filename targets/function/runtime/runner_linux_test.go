package runtime

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const waits = `
import time
def handler(e, c):
    time.sleep(e)
    return "waited"
`

func TestTimeout(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 25, 12, 0, 0, 5e6, time.UTC)
	g := newRig(t, func(o *Options) { o.Now = func() time.Time { return now } })
	s := g.python(t, waits)
	s.Timeout = 250 * time.Millisecond
	r := g.run(t, s, "30")
	const text = "2026-11-25T12:00:00.005Z " + requestID + " Task timed out after 0.25 seconds"
	if string(r.Payload) != `{"errorMessage":"`+text+`"}` || r.Error != Unhandled || r.Duration != s.Timeout {
		t.Errorf("%+v %s", r, r.Payload)
	}
	contains(t, string(r.Log), text+"\nEND RequestId: "+requestID+"\nREPORT RequestId: "+requestID+"\tDuration: 250.00 ms\tBilled Duration: ", "\tMemory Size: 256 MB\t", " ms\tStatus: timeout\n")
	if again := g.run(t, s, "0"); !again.Cold || string(again.Payload) != `"waited"` {
		t.Errorf("%+v", again)
	}
	if st := g.Stats(); st.Killed != 1 || st.Calls != 2 || st.Cold != 2 {
		t.Errorf("%+v", st)
	}
}

func TestAbandoned(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	s := g.python(t, waits)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := g.Run(ctx, s, Call{RequestID: requestID, Payload: []byte("30")}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

// TestSlowInit: a start that takes too long is tried again within the call's
// own time.
func TestSlowInit(t *testing.T) {
	t.Parallel()
	g := newRig(t, func(o *Options) { o.initTimeout = 500 * time.Millisecond })
	s := g.shell(t, `echo 1 | answer`)
	first := filepath.Join(t.TempDir(), "first")
	script := fmt.Sprintf("#!/bin/sh\nmkdir %s && exec sleep 60\nexec %s/bootstrap\n", first, s.Code)
	slow := g.spec(t, "provided", "f", map[string]string{"bootstrap": script})
	g.options.Readable = []string{s.Code}
	r := g.run(t, slow, "{}")
	if string(r.Payload) != "1\n" || r.Init != 0 {
		t.Errorf("%+v %s", r, r.Log)
	}
	contains(t, g.log(), "INIT_REPORT Init Duration: ", " ms\tPhase: init\tStatus: timeout\n")
	s = g.python(t, "import time; time.sleep(60)")
	s.Timeout = 300 * time.Millisecond
	contains(t, errorOf(t, g.run(t, s, "{}")).Message, "Task timed out after 0.30 seconds")
}

func TestCannotRun(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	s := g.spec(t, "provided.al2", "f", nil)
	f := errorOf(t, g.run(t, s, "{}"))
	if f.Type != "Runtime.InvalidEntrypoint" || !strings.Contains(f.Message, "Couldn't find valid bootstrap(s): ["+s.Code+"/bootstrap]") {
		t.Errorf("%+v", f)
	}
	if f = errorOf(t, g.run(t, g.spec(t, "provided", "f", map[string]string{"bootstrap": "no program"}), "{}")); !strings.Contains(f.Message, "exec format error") {
		t.Errorf("%+v", f)
	}
	for _, name := range []string{"java21", "python2.7", "python3.../x", "nodejs", "provided.x/..", ""} {
		err := g.Check(name)
		if !errors.Is(err, ErrRuntime) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		contains(t, err.Error(), append([]string{"provided*"}, g.Available()...)...)
	}
	if _, err := g.Run(t.Context(), s, Call{Payload: make([]byte, MaxPayload+1)}); !errors.Is(err, ErrPayload) {
		t.Errorf("%v", err)
	}
}

// TestCrashLoop: a function that cannot start is not started for every call.
func TestCrashLoop(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	g := newRig(t, func(o *Options) { o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) } })
	s := g.spec(t, "provided", "f", map[string]string{"bootstrap": "#!/bin/sh\nexit 9"})
	for range 10 {
		if f := errorOf(t, g.run(t, s, "{}")); !strings.Contains(f.Message, "exit status 9") {
			t.Errorf("%+v", f)
		}
	}
	if st := g.Stats(); st.Cold != crashesAllowed || st.Calls != 10 {
		t.Errorf("%+v", st)
	}
	contains(t, g.log(), "not started again so soon")
	ahead.Store(int64(firstPause))
	g.run(t, s, "{}")
	g.run(t, s, "{}")
	if st := g.Stats(); st.Cold != crashesAllowed+1 {
		t.Errorf("%+v", st)
	}
	g.Drop(s.ARN, "") // mended
	g.run(t, s, "{}")
	if st := g.Stats(); st.Cold != crashesAllowed+2 {
		t.Errorf("%+v", st)
	}
}

func TestOutput(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	s := g.python(t, `
import sys, os
def handler(e, c):
    if e == 1:
        os.write(1, b"x" * 400000 + b"\r\n" + b"\xff\n")
        for _ in range(100): os.write(2, b"y" * 65535 + b"\n")
    os.write(1, b"end")
`)
	r := g.run(t, s, "1")
	if len(r.Log) != MaxTail || g.Stats().DroppedBytes != 0 {
		t.Errorf("%d bytes of log", len(r.Log))
	}
	log := g.log()
	contains(t, log, "\n"+strings.Repeat("x", MaxLine)+"\n"+strings.Repeat("x", 400000-MaxLine)+"\n\ufffd\n", fmt.Sprintf("[skywatch] %d bytes of output were dropped", 400002+2+100*65536+3-maxCallOutput))
	if len(log) > maxCallOutput+1000 {
		t.Errorf("%d bytes in all", len(log))
	}
	if r = g.run(t, s, "2"); !strings.HasPrefix(string(r.Log), "START RequestId: "+requestID+" Version: $LATEST\nend\nEND ") {
		t.Errorf("%s", r.Log)
	}
}

// TestConcurrent: more calls than environments; those that find none are told
// so, and the bound holds.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	g := newRig(t, func(o *Options) { o.MaxEnvironments = 4 })
	s := g.shell(t, `echo "$event" | answer`)
	var calls sync.WaitGroup
	var done, busy atomic.Int64
	for i := range 50 {
		calls.Go(func() {
			for {
				r, err := g.Run(t.Context(), s, Call{RequestID: fmt.Sprint("id-", i), Payload: fmt.Append(nil, i)})
				switch {
				case errors.Is(err, ErrBusy):
					busy.Add(1)
					time.Sleep(5 * time.Millisecond)
					continue
				case err != nil || strings.TrimSpace(string(r.Payload)) != fmt.Sprint(i):
					t.Errorf("%d: %s %v", i, r.Payload, err)
				}
				done.Add(1)
				return
			}
		})
		if st := g.Stats(); st.Busy+st.Warm > 4 {
			t.Errorf("%+v", st)
		}
	}
	calls.Wait()
	if st := g.Stats(); st.Cold > 4 || st.Calls != 50 || st.Refused != uint64(busy.Load()) || st.Busy != 0 || st.Warm != int(st.Cold) {
		t.Errorf("%+v, refused %d", st, busy.Load())
	}
}

// TestRoom: a free environment makes room for another function.
func TestRoom(t *testing.T) {
	t.Parallel()
	g := newRig(t, func(o *Options) { o.MaxEnvironments = 1 })
	a, b := g.shell(t, `echo a | answer`), g.shell(t, `echo b | answer`)
	for range 2 {
		if r := g.run(t, a, "{}"); string(r.Payload) != "a\n" || !r.Cold {
			t.Errorf("%+v", r)
		}
		if r := g.run(t, b, "{}"); string(r.Payload) != "b\n" || !r.Cold {
			t.Errorf("%+v", r)
		}
	}
	if g.Warm(a.ARN, a.Version) != 0 || g.Warm(b.ARN, b.Version) != 1 {
		t.Errorf("%+v", g.Stats())
	}
}

func TestDropAndExpiry(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	g := newRig(t, func(o *Options) { o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) } })
	s := g.shell(t, `echo a | answer`)
	g.run(t, s, "{}")
	g.Drop(s.ARN, "1")
	if r := g.run(t, s, "{}"); r.Cold {
		t.Error("dropped with another version")
	}
	g.Drop(s.ARN, "$LATEST")
	if r := g.run(t, s, "{}"); !r.Cold {
		t.Error("not dropped")
	}
	g.expire()
	if r := g.run(t, s, "{}"); r.Cold {
		t.Error("expired too early")
	}
	s.Env = map[string]string{"NEW": "1"}
	if r := g.run(t, s, "{}"); !r.Cold {
		t.Error("not the new variables")
	}
	ahead.Store(int64(keepWarm) + int64(time.Second))
	g.expire()
	if n := g.Warm(s.ARN, s.Version); n != 0 {
		t.Errorf("%d warm", n)
	}
}

// TestStop: an environment may end in order, but has to end.
func TestStop(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	said := filepath.Join(t.TempDir(), "said")
	orderly := g.shell(t, `trap 'touch "$SAID"; exit' TERM; echo a > /dev/stderr; echo b > /dev/stdout; echo a | answer`)
	deaf := g.shell(t, `trap '' TERM; echo a | answer`)
	orderly.Env = map[string]string{"SAID": said}
	contains(t, string(g.run(t, orderly, "{}").Log), "\na\nb\n")
	g.run(t, deaf, "{}")
	g.Drop(orderly.ARN, "")
	g.Drop(deaf.ARN, "")
	within(t, 5*time.Second, "they are gone", func() bool { return g.Stats().Busy == 0 })
	if _, err := os.Stat(said); err != nil {
		t.Error(err)
	}
}

// TestClose ends functions at work.
func TestClose(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	s := g.python(t, waits)
	g.run(t, s, "0")
	ended := make(chan error)
	go func() {
		_, err := g.Run(t.Context(), s, Call{RequestID: requestID, Payload: []byte("60")})
		ended <- err
	}()
	within(t, 5*time.Second, "the call is at work", func() bool { return g.Stats().Busy == 1 })
	go func() { _ = g.Close() }()
	if err := <-ended; !errors.Is(err, ErrClosed) {
		t.Errorf("%v", err)
	}
	if _, err := g.Run(t.Context(), s, Call{}); !errors.Is(err, ErrClosed) {
		t.Errorf("%v", err)
	}
}
