package trial

import (
	"math/rand/v2"
	"testing"
	"time"

	"skywatch/conformance/oracle"
	"skywatch/conformance/oracle/composite"
)

// TestTrials holds that the trials are valid, reach every rule, and are
// seldom doubtful.
func TestTrials(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 7, 0, time.UTC)
	g := New(rand.New(rand.NewPCG(1, 2)), now)
	const trials = 400
	rules := make(map[int]int)
	doubtful, changes, data := 0, 0, 0
	for range trials {
		tr := g.Trial()
		if g.chance(10) {
			tr = g.Math()
		}
		all, doubt, err := tr.Run(oracle.Tenant{Account: "1", Region: "eu-west-1"}, now)
		if err != nil || len(all) == 0 {
			t.Fatalf("%d verdicts: %v\n%+v %s", len(all), err, tr.Definition, tr.Expression)
		}
		if doubt {
			doubtful++
		}
		data += len(tr.Data)
		for _, v := range all {
			rules[v.Rule]++
			if v.State != v.Before {
				changes++
			}
		}
	}
	t.Logf("rules %v, %d changes, %d doubtful, %d data", rules, changes, doubtful, data)
	for rule := range 8 {
		if rules[rule] < trials/10 {
			t.Errorf("rule %d decides %d times in %d trials", rule, rules[rule], trials)
		}
	}
	if doubtful > trials/10 || changes < trials {
		t.Errorf("%d doubtful, %d changes", doubtful, changes)
	}
}

// TestLiveTrials holds that live trials are valid and see late data, and that
// what arrives in time is decided as in a back-test.
func TestLiveTrials(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	tenant := oracle.Tenant{Account: "1", Region: "eu-west-1"}
	g := New(rand.New(rand.NewPCG(1, 2)), start.Add(400*24*time.Hour))
	changes, late := 0, 0
	for i := range 150 {
		cadence := []time.Duration{10 * time.Second, time.Minute, time.Hour}[i%3]
		l := g.Live(cadence, start, 20)
		all, _, err := l.Run(tenant, false)
		if err != nil {
			t.Fatal(err)
		}
		changes += len(all)
		for at, data := range l.Arrivals {
			for _, d := range data {
				if d.Timestamp.Before(at.Add(-2 * cadence)) {
					late++
				}
			}
		}
	}
	if changes < 150 || late < 75 {
		t.Errorf("%d changes, %d late data", changes, late)
	}
}

// TestRuleTexts holds that rules can be read, and most damaged ones cannot.
func TestRuleTexts(t *testing.T) {
	t.Parallel()
	g := New(rand.New(rand.NewPCG(1, 2)), time.Time{})
	refused := 0
	for range 500 {
		text := g.Rule([]string{"a", "b c", `d"\`})
		if _, err := composite.Parse(text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if _, err := composite.Parse(g.Damage(text)); err != nil {
			refused++
		}
	}
	if refused < 250 || refused == 500 {
		t.Errorf("%d of 500 damaged rules are refused", refused)
	}
}
