package alarm

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestContributors(t *testing.T) {
	t.Parallel()
	c := Contributors{Definition: above(1, nil, "")}
	for i, step := range []struct {
		series  map[string][]Slot
		state   State
		reason  string
		changes []Change
	}{
		{map[string][]Slot{"a": slots("--X"), "b": slots("--0")}, Alarm, "1 out of 2 time series evaluated to ALARM", []Change{{"a", Alarm, ""}}},
		{map[string][]Slot{"a": slots("---"), "b": slots("--0")}, Alarm, "1 out of 2 time series evaluated to ALARM", nil},
		{map[string][]Slot{"b": slots("--X")}, Alarm, "1 out of 1 time series evaluated to ALARM", []Change{{"a", OK, Gone}, {"b", Alarm, ""}}},
		{nil, InsufficientData, "", []Change{{"b", OK, Gone}}},
		{map[string][]Slot{"b": slots("--0")}, OK, "", nil},
	} {
		state, reason, changes := c.Evaluate(step.series)
		if state != step.state || reason != step.reason || !slices.Equal(changes, step.changes) {
			t.Errorf("step %d: %s %q %v, want %+v", i, state, reason, changes, step)
		}
	}
	many := make(map[string][]Slot)
	for i := range 150 {
		many[fmt.Sprint(i)] = slots("--X")
	}
	if _, reason, _ := c.Evaluate(many); reason != "100+ time series evaluated to ALARM" {
		t.Error(reason)
	}
}

func TestPendingAndRecovery(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pending, recovery int
		present, want     string // one sign a second
	}{
		{0, 0, "-X-X", "OAOA"},
		{2, 0, "-XXX-XXX", "OOOAOOOA"},
		{2, 0, "XX-XXX", "OOOOOA"},
		{0, 2, "X--X---", "AAAAAAO"},
		{1, 1, "XX--X-XX--", "OAAOOOOAAO"},
	} {
		p := PromQL{Pending: time.Duration(c.pending) * time.Second, Recovery: time.Duration(c.recovery) * time.Second}
		got := ""
		for i, sign := range c.present {
			var present []string
			if sign == 'X' {
				present = []string{"a"}
			}
			got += string(p.Evaluate(noon.Add(time.Duration(i)*time.Second), present...))[:1]
		}
		if got != c.want {
			t.Errorf("pending %d, recovery %d, %s: %s, want %s", c.pending, c.recovery, c.present, got, c.want)
		}
	}
}
