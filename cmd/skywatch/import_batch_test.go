package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func itoa(n int) string     { return strconv.Itoa(n) }
func ftoa(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func TestBatchDrop(t *testing.T) {
	t.Parallel()
	for row, want := range []string{"b\nc\n 20 30", "a\nc\n 10 30", "a\nb\n 10 20"} {
		b := batch{body: []byte("a\nb\nc\n"), ends: []int{2, 4, 6}, lines: []int{10, 20, 30}}
		b.drop(row)
		if got := string(b.body) + " " + itoa(b.lines[0]) + " " + itoa(b.lines[1]); got != want {
			t.Errorf("without row %d: %q, want %q", row, got, want)
		}
		b.drop(1)
		b.drop(0)
		if len(b.body)+len(b.ends)+len(b.lines) != 0 {
			t.Errorf("without any row: %v", b)
		}
	}
}

func TestRefusedRow(t *testing.T) {
	t.Parallel()
	b := &batch{lines: []int{7, 9}}
	for _, c := range []struct {
		err  error
		want string
	}{
		{&refusal{400, "line 2: No\nway."}, "line 9: No\nway."},
		{&refusal{400, "line 3: No."}, ""},
		{&refusal{400, "line 0: No."}, ""},
		{&refusal{400, "No."}, ""},
		{&refusal{503, "line 1: No."}, ""},
		{io.ErrUnexpectedEOF, ""},
	} {
		got := ""
		if _, bad := refusedRow(c.err, b); bad != nil {
			got = bad.Error()
		}
		if got != c.want {
			t.Errorf("%v: %q, want %q", c.err, got, c.want)
		}
	}
}

func TestUncertain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{&refusal{400, ""}, false},
		{&refusal{429, ""}, false},
		{&refusal{500, ""}, true},
		{&refusal{503, ""}, true},
		{&unsentError{errors.New("no credentials")}, false},
		{&net.OpError{Op: "dial", Err: io.EOF}, false},
		{&net.OpError{Op: "read", Err: io.EOF}, true},
		{context.DeadlineExceeded, true},
	} {
		if got := uncertain(c.err); got != c.want {
			t.Errorf("%v: %v, want %v", c.err, got, c.want)
		}
	}
}

// answers is a server in a function: it gets a request's body.
type answers func(body string) (status int, answer string)

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	status, answer := a(string(body))
	if status == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(answer))}, nil
}

func sendingTo(a answers, skipBad int) (*importing, *bytes.Buffer) {
	var said bytes.Buffer
	return &importing{
		cmd: &importCmd{}, client: &client{http: &http.Client{Transport: a}}, badLeft: skipBad,
		state: &importState{}, bar: newProgress(&said, false, 0),
	}, &said
}

func letters() *batch {
	return &batch{body: []byte("a\nb\nc\n"), ends: []int{2, 4, 6}, lines: []int{10, 20, 30}}
}

func TestSendWithoutBadLines(t *testing.T) {
	t.Parallel()
	im, said := sendingTo(func(body string) (int, string) {
		switch body {
		case "a\nb\nc\n":
			return 400, `{"Error":"line 3: Not c."}`
		case "a\nb\n":
			return 400, `{"Error":"line 1: Not a."}`
		}
		return 200, `{"Imported":1}`
	}, 2)
	b := letters()
	if err := im.send(t.Context(), b, &fileState{Name: "f"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("left out f:30: Not c.\nleft out f:10: Not a.\n", said.String()); diff != "" || string(b.body) != "b\n" {
		t.Error(diff, b)
	}
}

func TestSendErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status  int
		answer  string
		want    string
		inDoubt int
	}{
		"refused line":   {400, `{"Error":"line 2: Not b."}`, "f:20: Not b.", 0},
		"refused":        {403, `{"Error":"Who are you?"}`, "f: send lines 10 to 30: Who are you? (The request was not signed: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.)", 0},
		"broken":         {500, `{"Error":"Oh."}`, "f: send lines 10 to 30: Oh.", 3},
		"broken off":     {0, "", `f: send lines 10 to 30: Post "/skywatch/v1/import": unexpected EOF`, 3},
		"another server": {404, "<html>", "f: send lines 10 to 30:  answered : is it a Skywatch server?", 0},
		"half taken":     {200, `{"Imported":2}`, "f: send lines 10 to 30: the server did not say that it took 3 rows", 3},
		"nothing said":   {200, `{}`, "f: send lines 10 to 30: the server did not say that it took 3 rows", 3},
	} {
		im, _ := sendingTo(func(string) (int, string) { return c.status, c.answer }, 0)
		err := im.send(t.Context(), letters(), &fileState{Name: "f"})
		if err == nil || err.Error() != c.want || im.state.InDoubt != c.inDoubt {
			t.Errorf("%s: %v, %d in doubt; want %s, %d", name, err, im.state.InDoubt, c.want, c.inDoubt)
		}
	}
}

func TestSendThrottled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		im, _ := sendingTo(func(string) (int, string) {
			if asked++; asked < throttledTries {
				return 429, `{"Error":"Slow down."}`
			}
			return 200, `{"Imported":3}`
		}, 0)
		began := time.Now()
		if err := im.send(t.Context(), letters(), &fileState{}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != 31*throttledPause { // 1+2+4+8+16
			t.Errorf("it took %s", took)
		}
		asked = -1 << 20
		if err := im.send(t.Context(), letters(), &fileState{}); err == nil || !strings.Contains(err.Error(), "Slow down.") {
			t.Errorf("always throttled: %v", err)
		}
	})
}

// TestStopLetsRequestEnd: an interrupt leaves no batch in doubt whose answer
// comes soon.
func TestStopLetsRequestEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		soft, release := lingering(ctx)
		interrupt()
		synctest.Wait()
		if soft.Err() != nil {
			t.Error("a request ends at once")
		}
		time.Sleep(stopGrace + time.Second) // virtual
		if soft.Err() == nil {
			t.Error("a request goes on for long")
		}
		release()
	})
}
