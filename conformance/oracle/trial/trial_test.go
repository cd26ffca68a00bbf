package trial

import (
	"math/rand/v2"
	"testing"
	"time"

	"skywatch/conformance/oracle"
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
		all, doubt, err := tr.Run(oracle.Tenant{Account: "1", Region: "eu-west-1"}, now)
		if err != nil || len(all) == 0 {
			t.Fatalf("%d verdicts: %v\n%+v", len(all), err, tr)
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
