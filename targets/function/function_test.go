package function_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"skywatch/internal/fault"
	"skywatch/targets/function"
	"skywatch/targets/function/runtime"
)

// wait waits in virtual time until something is so.
func wait(t *testing.T, so func() bool) {
	t.Helper()
	for range 100 {
		synctest.Wait()
		if so() {
			return
		}
		time.Sleep(time.Second)
	}
	t.Error("it is not so in the end")
}

func TestParseName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"f":                         "f|",
		"f:live":                    "f|live",
		"f:$LATEST":                 "f|$LATEST",
		"123456789012:function:f:7": "f|7",
		"function:f":                "f|",
		name("f").ARN():             "f|",
		name("f").ARN() + ":2":      "f|2",
		"arn:aws:lambda:eu-west-1:123456789012:function:f": "ResourceNotFound",
		"210987654321:function:f":                          "AccessDenied",
		"f g":                                              "InvalidParameterValue",
		"f:":                                               "f|",
		"f:a:b":                                            "InvalidParameterValue",
		"":                                                 "InvalidParameterValue",
	} {
		n, qualifier, err := function.ParseName(tenant, text, "")
		got := n.Function + "|" + qualifier
		switch {
		case fault.Is(err, fault.NotFound):
			got = "ResourceNotFound"
		case fault.Is(err, fault.Denied):
			got = "AccessDenied"
		case fault.Is(err, fault.InvalidValue):
			got = "InvalidParameterValue"
		}
		if got != want {
			t.Errorf("%q: %s, want %s (%v)", text, got, want, err)
		}
	}
	if _, _, err := function.ParseName(tenant, "f:a", "b"); !fault.Is(err, fault.InvalidValue) {
		t.Error("two qualifiers:", err)
	}
}

// The environment is not on disk in the open, and comes back.
func TestEnvironmentIsSealed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.create("f", func(c *function.Configuration) { c.Environment = map[string]string{"TOKEN": "s3cret"} })
	v, err := r.Version(name("f"), "")
	if err != nil || v.Environment["TOKEN"] != "s3cret" {
		t.Fatalf("%v %v", v.Environment, err)
	}
	if _, err := r.Invoke(t.Context(), function.Call{Name: name("f")}); err != nil || r.runner.specs[0].Env["TOKEN"] != "s3cret" {
		t.Errorf("%v %v", r.runner.specs, err)
	}
}

func TestRefusedConfigurations(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for what, change := range map[string]func(*function.Configuration){
		"runtime":     func(c *function.Configuration) { c.Runtime = "java21" },
		"no runtime":  func(c *function.Configuration) { c.Runtime = "" },
		"no handler":  func(c *function.Configuration) { c.Handler = "" },
		"memory":      func(c *function.Configuration) { c.Memory = 10241 },
		"time-out":    func(c *function.Configuration) { c.Timeout = 901 },
		"storage":     func(c *function.Configuration) { c.EphemeralStorage = 1024 },
		"tracing":     func(c *function.Configuration) { c.Tracing = "Active" },
		"log format":  func(c *function.Configuration) { c.Log.Format = "JSON" },
		"dead letter": func(c *function.Configuration) { c.DeadLetter = "arn:aws:sqs:us-east-1:123456789012:q.fifo" },
		"reserved":    func(c *function.Configuration) { c.Environment = map[string]string{"AWS_REGION": "x"} },
		"variable":    func(c *function.Configuration) { c.Environment = map[string]string{"1x": "x"} },
		"environment": func(c *function.Configuration) { c.Environment = map[string]string{"AA": string(make([]byte, 4095))} },
	} {
		c := config("f")
		change(&c)
		if _, err := r.Create(t.Context(), name("f"), c, bootstrap(t), nil, false); !fault.Is(err, fault.InvalidValue) && !fault.Is(err, fault.Validation) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Without a runner nothing runs and nothing is taken, and what is there can be
// seen and deleted.
func TestDisabled(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *function.Options) { o.Runner = nil })
	_, create := r.Create(t.Context(), name("f"), config("f"), bootstrap(t), nil, false)
	_, invoke := r.Invoke(t.Context(), function.Call{Name: name("f")})
	for _, err := range []error{create, invoke, r.Enqueue(t.Context(), function.Call{Name: name("f"), RequestID: "r"})} {
		if !fault.Is(err, fault.InvalidValue) {
			t.Error(err)
		}
	}
	if _, _, err := r.List(tenant, function.Listing{Limit: 1}); err != nil {
		t.Error(err)
	}
}

func TestVersionsAndAliases(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ctx, n := t.Context(), name("f")
	r.create("f")
	one, err := r.Publish(ctx, n, "", "", "first")
	if err != nil || one.Version != "1" || one.Description != "first" {
		t.Fatalf("%+v %v", one, err)
	}
	if again, err := r.Publish(ctx, n, "", "", ""); err != nil || again.Version != "1" {
		t.Errorf("nothing has changed: version %s, %v", again.Version, err)
	}
	if _, err := r.UpdateConfiguration(ctx, n, "", func(c *function.Configuration) { c.Memory = 256 }); err != nil {
		t.Fatal(err)
	}
	two, err := r.Publish(ctx, n, "", "", "")
	if err != nil || two.Version != "2" || two.Memory != 256 {
		t.Fatalf("%+v %v", two, err)
	}
	if _, err := r.CreateAlias(ctx, function.Alias{Name: n, Alias: "live", Version: "2", Other: "1", Weight: 0.25}); err != nil {
		t.Fatal(err)
	}
	for die, want := range map[float64]string{0.1: "1", 0.5: "2"} {
		r.Random = func() float64 { return die }
		if a, err := r.Invoke(ctx, function.Call{Name: n, Qualifier: "live"}); err != nil || a.Version != want {
			t.Errorf("%v: version %s, %v", die, a.Version, err)
		}
	}
	if r.runner.calls[0].Arn != n.ARN()+":live" {
		t.Errorf("invoked %s", r.runner.calls[0].Arn)
	}
	if err := r.Delete(ctx, n, "1"); !fault.Is(err, fault.Conflict) {
		t.Errorf("version 1 is in use: %v", err)
	}
	if err := r.DeleteAlias(ctx, n, "live"); err != nil {
		t.Fatal(err)
	}
	if err := r.Delete(ctx, n, "1"); err != nil {
		t.Error(err)
	}
	if _, err := r.Version(n, "1"); !fault.Is(err, fault.NotFound) {
		t.Errorf("version 1 is deleted: %v", err)
	}
	if err := r.Delete(ctx, n, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Version(n, "2"); !fault.Is(err, fault.NotFound) {
		t.Errorf("the function is deleted: %v", err)
	}
}

// A stale revision changes nothing.
func TestRevisions(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	v := r.create("f")
	change := func(revision string) (function.Version, error) {
		return r.UpdateConfiguration(t.Context(), name("f"), revision, func(c *function.Configuration) { c.Memory++ })
	}
	w, err := change(v.Revision)
	if err != nil || w.Revision == v.Revision {
		t.Fatalf("%v %v", w, err)
	}
	if _, err := change(v.Revision); !fault.Is(err, fault.Conflict) {
		t.Errorf("a stale revision: %v", err)
	}
	if len(r.runner.dropped) != 1 {
		t.Errorf("dropped %v", r.runner.dropped)
	}
}

// Over its reserved concurrency a function is not run for callers who wait, and
// one that runs does not end with its caller.
func TestThrottle(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.create("f")
		if err := r.Reserve(t.Context(), name("f"), new(1)); err != nil {
			t.Fatal(err)
		}
		ended := false
		r.runner.run = func(context.Context, runtime.Spec, runtime.Call) (runtime.Result, error) {
			time.Sleep(time.Minute)
			ended = true
			return runtime.Result{}, nil
		}
		ctx, leave := context.WithTimeout(t.Context(), time.Second)
		defer leave()
		if _, err := r.Invoke(ctx, function.Call{Name: name("f")}); err == nil {
			t.Error("the caller did not leave")
		}
		_, err := r.Invoke(t.Context(), function.Call{Name: name("f")})
		if f := fault.Of(err); f.Kind != fault.Throttled || f.Param != "ReservedFunctionConcurrentInvocationLimitExceeded" {
			t.Errorf("a second: %v", err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if !ended {
			t.Error("the function ended with its caller")
		}
		if _, err := r.Invoke(t.Context(), function.Call{Name: name("f")}); err != nil {
			t.Errorf("later: %v", err)
		}
	})
}

// A payload is taken if it is JSON, whatever the size of its numbers, in UTF-8.
func TestPayloads(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.create("f")
	for payload, ok := range map[string]bool{
		"": true, "null": true, " [1] ": true, "1e400": true, `"\ud800"`: true,
		"{": false, "[1] 2": false, "\"\xff\"": false, "\xfe": false, strings.Repeat("[", 100_000): false,
	} {
		c := function.Call{Name: name("f"), Payload: []byte(payload), RequestID: "x"}
		if err := r.DryRun(c); ok != (err == nil) || !ok && !fault.Is(err, fault.Malformed) {
			t.Errorf("%.10q: %v", payload, err)
		}
	}
}
