package composite

import (
	"fmt"
	"testing"
	"time"
)

// TestWorld has a composite of a composite, whose actions an alarm holds back.
func TestWorld(t *testing.T) {
	t.Parallel()
	rule := func(text string) Rule {
		r, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	var w World
	w.Set(second(0), "a", "OK")
	inner := &Alarm{Name: "inner", Rule: rule("ALARM(a)")}
	outer := &Alarm{Name: "outer", Rule: rule("NOT ALARM(inner)"), By: "s", Suppress: &Suppressor{Wait: time.Second, Extension: time.Second}}
	w.Put(second(1), inner)
	w.Put(second(2), outer)
	w.Set(second(5), "s", "ALARM")
	w.Set(second(6), "a", "ALARM")
	w.Set(second(7), "a", "ALARM")
	w.Set(second(9), "s", "OK")
	outer.Suppress.Until(second(20))
	got := fmt.Sprint(inner.Changes, outer.Changes, inner.Acted(), outer.Acted())
	want := fmt.Sprint(
		[]Change{{second(1), "INSUFFICIENT_DATA", "OK", "inner", "OK"}, {second(6), "OK", "ALARM", "a", "ALARM"}},
		[]Change{{second(2), "INSUFFICIENT_DATA", "ALARM", "outer", "ALARM"}, {second(6), "ALARM", "OK", "inner", "ALARM"}},
		[]Action{{second(1), "OK"}, {second(6), "ALARM"}},
		[]Action{{second(3), "ALARM"}, {second(10), "OK"}},
	)
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
