package runtime

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
)

// speaker is a runtime that speaks the Runtime API by hand.
type speaker struct {
	t    *testing.T
	base string
	http http.Client
}

func newSpeaker(t *testing.T) (*exchange, *speaker) {
	x := newExchange()
	a, err := serve(x, "arn:aws:lambda:us-east-1:123456789012:function:f", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(func() { transport.CloseIdleConnections(); close(x.ended); a.close() })
	return x, &speaker{t: t, base: "http://" + a.address() + "/2018-06-01/runtime", http: http.Client{Transport: transport}}
}

func (s *speaker) do(method, path, body string, header ...string) (int, http.Header, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := s.http.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, res.Header, strings.TrimSpace(string(text))
}

func (s *speaker) expect(status int, answer, method, path, body string, header ...string) http.Header {
	s.t.Helper()
	got, h, text := s.do(method, path, body, header...)
	if got != status || text != answer {
		s.t.Errorf("%s %s: %d %s, want %d %s", method, path, got, text, status, answer)
	}
	return h
}

const ok = `{"status":"OK"}`

// give lets the runtime ask for work, and gives it a call.
func (s *speaker) give(x *exchange, c Call) *invocation {
	s.t.Helper()
	inv := &invocation{Call: c, deadline: time.UnixMilli(1764072000123), over: make(chan struct{})}
	asked := make(chan struct{})
	go func() {
		<-x.ready
		for x.offer(inv) != nil { // an earlier call's answer is on its way
			time.Sleep(time.Millisecond)
		}
		close(asked)
	}()
	h := s.expect(200, string(c.Payload), "GET", "/invocation/next", "")
	<-asked
	for name, want := range map[string]string{headerRequestID: c.RequestID, headerDeadline: "1764072000123", headerTrace: c.Trace, headerClient: c.ClientContext, "Content-Type": "application/json"} {
		if h.Get(name) != want {
			s.t.Errorf("%s: %q, want %q", name, h.Get(name), want)
		}
	}
	return inv
}

func TestRuntimeAPI(t *testing.T) {
	t.Parallel()
	x, s := newSpeaker(t)
	const wrong = `{"errorType":"InvalidStateTransition","errorMessage":"Transition from `
	s.expect(403, wrong+`Starting to InvocationResponse is not allowed."}`, "POST", "/invocation/a/response", "")

	inv := s.give(x, Call{RequestID: "a", Payload: []byte(`{"x":1}`), Trace: "Root=1", ClientContext: `{"custom":{}}`})
	s.expect(403, wrong+`Running to Ready is not allowed."}`, "GET", "/invocation/next", "")
	s.expect(403, wrong+`Running to InitError is not allowed."}`, "POST", "/init/error", "{}")
	s.expect(400, `{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}`, "POST", "/invocation/b/response", "x")
	s.expect(202, ok, "POST", "/invocation/a/response", `"y"`)
	s.expect(403, wrong+`ResponseSent to InvocationErrorResponse is not allowed."}`, "POST", "/invocation/a/error", "{}")
	if a := x.given(inv); string(a.payload) != `"y"` || a.failed {
		t.Errorf("%+v", a)
	}
	s.expect(404, "404 page not found", "GET", "/invocation/nothing", "")

	inv = s.give(x, Call{RequestID: "b", Payload: []byte("null")})
	s.expect(202, ok, "POST", "/invocation/b/error", `{"errorMessage":"m","errorType":"T"}`, headerErrorType, "T")
	if a := x.given(inv); string(a.payload) != `{"errorMessage":"m","errorType":"T"}` || !a.failed {
		t.Errorf("%+v", a)
	}
	inv = s.give(x, Call{RequestID: "c"})
	s.expect(202, ok, "POST", "/invocation/c/error", `words`, headerErrorType, "My.Type")
	if a := x.given(inv); string(a.payload) != `{"errorType":"My.Type","errorMessage":"words"}` || !a.failed {
		t.Errorf("%s", a.payload)
	}
}

func TestRuntimeAPILimits(t *testing.T) {
	t.Parallel()
	x, s := newSpeaker(t)
	largest := strings.Repeat("x", MaxAnswer)
	inv := s.give(x, Call{RequestID: "a", Payload: []byte(strings.Repeat("y", MaxPayload))})
	s.expect(202, ok, "POST", "/invocation/a/response", largest)
	if a := x.given(inv); len(a.payload) != MaxAnswer || a.failed {
		t.Errorf("%d bytes, failed: %v", len(a.payload), a.failed)
	}
	inv = s.give(x, Call{RequestID: "b"})
	s.expect(413, `{"errorType":"RequestEntityTooLarge","errorMessage":"Exceeded maximum allowed payload size (6291556 bytes)."}`, "POST", "/invocation/b/response", largest+"x")
	want := `{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}`
	if a := x.given(inv); string(a.payload) != want || !a.failed {
		t.Errorf("%+v", a)
	}
}

func TestInitErrorAndEnd(t *testing.T) {
	t.Parallel()
	x, s := newSpeaker(t)
	s.expect(202, ok, "POST", "/init/error", `{"errorMessage":"m"}`, headerErrorType, "T")
	if a := x.notStarted(); a == nil || a.kind != "T" || string(a.payload) != `{"errorMessage":"m"}` {
		t.Errorf("%+v", a)
	}
	s.expect(403, `{"errorType":"InvalidStateTransition","errorMessage":"Transition from Starting to InitError is not allowed."}`, "POST", "/init/error", "{}")
}

// TestBrokenNext: a runtime whose connection broke while it waited for work
// may ask again, and gets it.
func TestBrokenNext(t *testing.T) {
	t.Parallel()
	x, s := newSpeaker(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.next(ctx); err != context.Canceled {
		t.Fatal(err)
	}
	s.give(x, Call{RequestID: "a"})
}

// FuzzReply: whatever a runtime posts in whatever order, an exchange neither
// panics nor holds anybody up.
func FuzzReply(f *testing.F) {
	f.Add([]byte("noraena"))
	f.Fuzz(func(t *testing.T, steps []byte) {
		x := newExchange()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for i, step := range steps {
			switch step {
			case 'n':
				_, _ = x.next(ctx)
			case 'o':
				_ = x.offer(&invocation{Call: Call{RequestID: "a"}, over: make(chan struct{})})
			case 'a':
				_ = x.reply("a", answer{})
			case 'r':
				_ = x.reply("b", failed("", steps[:i]))
			case 'e':
				_ = x.failInit(answer{})
			}
		}
	})
}

// TestWorkOutlivesConnection: work that was offered to a question whose
// connection broke goes to the next question.
func TestWorkOutlivesConnection(t *testing.T) {
	t.Parallel()
	x := newExchange()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _ = x.next(ctx)
	want := &invocation{Call: Call{RequestID: "a"}, over: make(chan struct{})}
	if err := x.offer(want); err != nil {
		t.Fatal(err)
	}
	for range 100 { // select picks at random
		if inv, err := x.next(ctx); err == nil {
			t.Fatalf("%+v went to a broken connection", inv)
		}
	}
	patient, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if inv, err := x.next(patient); inv != want || err != nil {
		t.Errorf("%+v %v", inv, err)
	}
}
