package alarms

import (
	"testing"
	"time"
)

// A clock that is moved by hand from one due time to the next sees everything
// that the machine's clock would have seen.
func TestSettle(t *testing.T) {
	t.Parallel()
	s, st := newTestService(t), newStore()
	clock := newHand(noon)
	e := NewEvaluator(s, EvaluatorOptions{Clock: clock})
	st.observer = e
	put(t, s, noon, nil)
	if err := e.Start(st, st); err != nil {
		t.Fatal(err)
	}
	defer e.Stop()
	settle := func() time.Time {
		t.Helper()
		next, err := e.Settle(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return next
	}
	first := settle() // of the instant at noon
	if due := noon.Add(5 * time.Second); first.Before(due) || first.After(due.Add(500*time.Millisecond)) {
		t.Fatalf("due at %s", first)
	}
	st.append(value(noon.Add(10*time.Second), 80))
	settle()
	if got := describe(t, s, "cpu"); got.Value != InsufficientData {
		t.Fatalf("%s before it is due", got.Value)
	}
	for step := 0; describe(t, s, "cpu").Value != Alarming; step++ {
		if step == 5 {
			t.Fatalf("nothing happened until %s", clock.Now())
		}
		clock.set(settle())
		settle()
	}
	if got := describe(t, s, "cpu"); !got.Updated.Time().Equal(first.Add(time.Minute)) {
		t.Errorf("changed at %s, due at %s", got.Updated.Time(), first.Add(time.Minute))
	}
	if n := len(deliveries(t, s.opts.Catalog)); n != 1 {
		t.Errorf("%d deliveries", n)
	}
	st.append(value(noon.Add(20*time.Second), 1)) // late: at once
	settle()
	if got := describe(t, s, "cpu"); got.Value != OK {
		t.Errorf("%s after a late datum", got.Value)
	}
}
