package function_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/catalog"
	"skywatch/targets"
	"skywatch/targets/function"
	"skywatch/targets/function/runtime"
)

func fails(context.Context, runtime.Spec, runtime.Call) (runtime.Result, error) {
	return runtime.Result{Payload: []byte(`{"errorMessage":"no","errorType":"E"}`), Error: "Unhandled"}, nil
}

// A function that fails is run again after one minute and after two more, and
// then its destination and its dead-letter queue are told.
func TestErrorsAreRetried(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		dead, failures := r.queue("dead"), r.queue("failures")
		r.create("f", func(c *function.Configuration) { c.DeadLetter = dead })
		if _, err := r.ChangeAsync(t.Context(), name("f"), "", true, func(c *function.AsyncConfig) error { c.OnFailure = failures; return nil }); err != nil {
			t.Fatal(err)
		}
		r.runner.run = fails
		r.event("f", `{"a":1}`)
		for i, wait := range []time.Duration{0, time.Minute, 2 * time.Minute} {
			if wait > 0 {
				time.Sleep(wait - time.Millisecond)
				synctest.Wait()
				if n := r.runner.count(); n != i {
					t.Fatalf("attempt %d came too early", n)
				}
				time.Sleep(time.Millisecond)
			}
			synctest.Wait()
			if n := r.runner.count(); n != i+1 {
				t.Fatalf("%d attempts, want %d", n, i+1)
			}
		}
		for _, c := range r.runner.calls {
			if c.RequestID != `req-{"a":1}` {
				t.Errorf("request %s", c.RequestID)
			}
		}
		got := r.received("failures")
		if len(got) != 1 {
			t.Fatalf("%d records of failure", len(got))
		}
		compare(t, got[0].Body, `{"version":"1.0","requestContext":{"requestId":"req-{\"a\":1}","functionArn":"arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST",
			"condition":"RetriesExhausted","approximateInvokeCount":3},"requestPayload":{"a":1},
			"responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},"responsePayload":{"errorMessage":"no","errorType":"E"}}`)
		letters := r.received("dead")
		if len(letters) != 1 || letters[0].Body != `{"a":1}` {
			t.Fatalf("letters %+v", letters)
		}
		want := map[string]targets.Attribute{
			"RequestID": {Type: "String", String: `req-{"a":1}`}, "ErrorCode": {Type: "Number", String: "200"}, "ErrorMessage": {Type: "String", String: "no"},
		}
		if diff := cmp.Diff(want, letters[0].Attributes); diff != "" {
			t.Errorf("letter's attributes (-want +got):\n%s", diff)
		}
		time.Sleep(time.Hour)
		if n := r.runner.count(); n != 3 {
			t.Errorf("%d attempts in the end", n)
		}
	})
}

// compare holds a record against one without its timestamp.
func compare(t *testing.T, got, want string) {
	t.Helper()
	var g, w map[string]any
	if err := errors.Join(json.Unmarshal([]byte(got), &g), json.Unmarshal([]byte(want), &w)); err != nil {
		t.Fatalf("%v: %s", err, got)
	}
	if _, err := time.Parse("2006-01-02T15:04:05.000Z", g["timestamp"].(string)); err != nil {
		t.Error(err)
	}
	delete(g, "timestamp")
	if diff := cmp.Diff(w, g); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}

func TestSuccessIsTold(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		done := r.queue("done")
		r.create("f")
		if _, err := r.ChangeAsync(t.Context(), name("f"), "", true, func(c *function.AsyncConfig) error { c.OnSuccess = done; return nil }); err != nil {
			t.Fatal(err)
		}
		r.event("f", `1`)
		synctest.Wait()
		got := r.received("done")
		if len(got) != 1 {
			t.Fatalf("%d records", len(got))
		}
		compare(t, got[0].Body, `{"version":"1.0","requestContext":{"requestId":"req-1","functionArn":"arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST",
			"condition":"Success","approximateInvokeCount":1},"requestPayload":1,"responseContext":{"statusCode":200,"executedVersion":"$LATEST"},"responsePayload":"$LATEST"}`)
	})
}

// No attempt is counted while a function has as many running as it may, and what
// waits too long is not run.
func TestThrottledWait(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		failures := r.queue("failures")
		r.create("f")
		_, err := r.ChangeAsync(t.Context(), name("f"), "", true, func(c *function.AsyncConfig) error {
			c.OnFailure, c.MaxAge = failures, new(time.Minute)
			return nil
		})
		if err := errors.Join(err, r.Reserve(t.Context(), name("f"), new(1))); err != nil {
			t.Fatal(err)
		}
		r.runner.run = func(context.Context, runtime.Spec, runtime.Call) (runtime.Result, error) {
			time.Sleep(40 * time.Second)
			return runtime.Result{Payload: []byte("null")}, nil
		}
		for _, payload := range []string{"1", "2", "3"} {
			r.event("f", payload)
		}
		time.Sleep(5 * time.Minute)
		if n := r.runner.count(); n != 2 {
			t.Errorf("%d ran, want the two whose turn came within a minute", n)
		}
		got := r.received("failures")
		if len(got) != 1 {
			t.Fatalf("%d records", len(got))
		}
		if !strings.Contains(got[0].Body, `"condition":"EventAgeExceeded","approximateInvokeCount":0}`) {
			t.Error(got[0].Body)
		}
	})
}

func TestZeroReservedConcurrency(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		failures := r.queue("failures")
		r.create("f")
		_, err := r.ChangeAsync(t.Context(), name("f"), "", true, func(c *function.AsyncConfig) error { c.OnFailure = failures; return nil })
		if err := errors.Join(err, r.Reserve(t.Context(), name("f"), new(0))); err != nil {
			t.Fatal(err)
		}
		r.event("f", "1")
		synctest.Wait()
		got := r.received("failures")
		if n := r.runner.count(); n != 0 || len(got) != 1 {
			t.Fatalf("%d ran, %d records", n, len(got))
		}
		compare(t, got[0].Body, `{"version":"1.0","requestContext":{"requestId":"req-1","functionArn":"arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST",
			"condition":"ZeroReservedConcurrency","approximateInvokeCount":0},"requestPayload":1}`)
	})
}

// Trouble of ours is no error of the function: it is tried until it goes.
func TestTroubleIsNoError(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.create("f")
		n := 0
		r.runner.run = func(context.Context, runtime.Spec, runtime.Call) (runtime.Result, error) {
			if n++; n < 6 {
				return runtime.Result{}, errors.New("no memory")
			}
			return runtime.Result{}, nil
		}
		r.event("f", "1")
		time.Sleep((1 + 2 + 4 + 8 + 16) * time.Second)
		synctest.Wait()
		if n != 6 {
			t.Errorf("%d attempts", n)
		}
	})
}

// A delivery of a rule ends in the transaction in which its invocation begins.
func TestDeliver(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.create("f")
		d := targets.Delivery{ID: "d", Tenant: tenant, Cause: "arn:aws:events:us-east-1:123456789012:rule/r", Target: name("f").ARN(), Kind: "rule", Message: `{"x":1}`}
		deliver := func(d targets.Delivery) error {
			return r.db.Update(t.Context(), func(tx *catalog.Tx) error { return r.Deliver(tx, d) })
		}
		if err := r.db.Update(t.Context(), func(tx *catalog.Tx) error { return r.outbox.Enqueue(tx, d) }); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := r.runner.count(); n != 1 || string(r.runner.calls[0].Payload) != `{"x":1}` {
			t.Errorf("%d calls", n)
		}
		for what, change := range map[string]func(*targets.Delivery){
			"no function": func(d *targets.Delivery) { d.Target = name("g").ARN() },
			"not ours":    func(d *targets.Delivery) { d.Tenant.Account = "210987654321" },
			"not JSON":    func(d *targets.Delivery) { d.Message = "{" },
		} {
			d := d
			change(&d)
			if err := deliver(d); err == nil {
				t.Errorf("%s: taken", what)
			}
		}
	})
}
