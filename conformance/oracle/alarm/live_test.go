package alarm

import (
	"testing"
	"time"

	"skywatch/conformance/oracle"
)

// TestLateDatum lands after its slot was decided, and one in the settle time
// before.
func TestLateDatum(t *testing.T) {
	t.Parallel()
	m := oracle.New()
	d := on(above(1, nil, ""))
	l := Live{Definition: d, Source: From(m, tenant, d), Settle: 5 * time.Second}
	l.Create(noon.Add(-time.Second), true)
	second := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Second) }
	for _, step := range []struct {
		at    int
		datum int // seconds after noon
		value float64
		want  State
	}{
		{4, -30, 2, InsufficientData}, // not yet settled
		{5, 1, 0, Alarm},              // the other datum's slot is open
		{64, 2, 0, Alarm},
		{65, 66, 5, OK},
		{70, 50, 9, Alarm}, // late: the average of the slot is 3
	} {
		l.Until(second(step.at))
		puts(t, m, "", 60, map[time.Duration]float64{time.Duration(step.datum) * time.Second: step.value})
		if step.at > 5 {
			l.Again()
		}
		if l.State != step.want {
			t.Errorf("at %d: %s, want %s", step.at, l.State, step.want)
		}
	}
	if len(l.Changes) != 3 {
		t.Errorf("%d changes", len(l.Changes))
	}
}
