package function_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"skywatch/targets/function"
)

// Two functions that are each other's destination run 16 times each; how the
// chain ended is told. One that may loop goes on.
func TestCircleOfDestinations(t *testing.T) {
	t.Parallel()
	var dropped int
	bubble(t, func(t *testing.T, r *rig) {
		dead := r.queue("dead")
		r.create("f", func(c *function.Configuration) { c.DeadLetter = dead })
		r.create("g")
		for from, to := range map[string]string{"f": "g", "g": "f"} {
			if _, err := r.ChangeAsync(t.Context(), name(from), "", true, func(c *function.AsyncConfig) error { c.OnSuccess = name(to).ARN(); return nil }); err != nil {
				t.Fatal(err)
			}
		}
		r.event("f", `{"a":1}`)
		time.Sleep(time.Hour) // of virtual time
		synctest.Wait()
		if n := r.runner.count(); n != 32 {
			t.Errorf("%d runs", n)
		}
		if letters := r.received("dead"); len(letters) != 1 || !strings.Contains(letters[0].Attributes["ErrorMessage"].String, "in a circle") {
			t.Errorf("letters %+v", letters)
		}
		if dropped != 1 {
			t.Errorf("%d were told of", dropped)
		}
		root, _, _ := strings.Cut(r.runner.calls[0].Trace, ";")
		for _, c := range r.runner.calls {
			if !strings.HasPrefix(c.Trace, root+";") {
				t.Errorf("trace %s, not of %s", c.Trace, root)
			}
		}
		if err := r.AllowLoops(t.Context(), name("f"), true); err != nil {
			t.Fatal(err)
		}
		if err := r.DeleteAsync(t.Context(), name("g"), ""); err != nil {
			t.Fatal(err)
		}
		_, err := r.Invoke(t.Context(), function.Call{Name: name("f"), Trace: r.runner.calls[31].Trace, RequestID: "x"})
		if err != nil {
			t.Errorf("it may loop: %v", err)
		}
		_, err = r.Invoke(t.Context(), function.Call{Name: name("g"), Trace: r.runner.calls[31].Trace, RequestID: "x"})
		if err == nil || !strings.Contains(err.Error(), "in a circle") {
			t.Errorf("a caller who waits: %v", err)
		}
	}, func(o *function.Options) {
		o.Observe = func(i function.Invoked) {
			if i.Circular {
				dropped++
			}
		}
	})
}

// What runs in a circle by way of a queue stays in it.
func TestCircleOfQueue(t *testing.T) {
	t.Parallel()
	h := &held{}
	bubble(t, func(t *testing.T, r *rig) {
		r.create("f")
		m := function.Mapping{Tenant: tenant, Source: source, Function: "f"}
		r.polling(func() {
			if _, err := r.CreateMapping(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			trace := ""
			for range 17 {
				one := message("m", "x")
				if trace != "" {
					one.System["AWSTraceHeader"] = trace
				}
				h.put(one, message("n", "y"))
				time.Sleep(time.Minute) // of virtual time
				synctest.Wait()
				r.runner.mu.Lock()
				trace = r.runner.calls[len(r.runner.calls)-1].Trace
				r.runner.mu.Unlock()
			}
		})
		var looped, others int
		for _, id := range r.seenMessages() {
			if id == "m" {
				looped++
			} else {
				others++
			}
		}
		if looped != 16 || others != 17 || len(h.deleted) != 33 {
			t.Errorf("%d runs of the circle, %d others, %d deleted", looped, others, len(h.deleted))
		}
	}, withQueue(h))
}
