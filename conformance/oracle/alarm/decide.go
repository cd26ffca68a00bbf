package alarm

import (
	"math/big"
	"slices"
	"strings"
	"time"
)

// Slot is one period of an alarm's range; Point is nil where it has no data.
type Slot struct {
	Start time.Time
	Point *Point
}

// Point is the statistic of a slot.
type Point struct {
	Value float64
	Count float64 // SampleCount of the slot

	// Doubtful says that a right server may have a value on the other side of
	// the threshold.
	Doubtful bool
}

// Verdict is what an alarm decides at one instant, and why.
type Verdict struct {
	Definition Definition
	At         time.Time
	Before     State
	State      State

	// Rule is the rule of 12.2 that decided; 0 is the rule of 12.3.
	Rule int
	// Retained are the at most N newest real points, oldest first.
	Retained []Slot
	// Decided are the points that decided, newest first.
	Decided []Slot
	// Missing is how many of N were missing, Needed how many of those the
	// decision needed: for rules 3 and 4.
	Missing, Needed int
	// Empty are the slots of the range without a point, newest first.
	Empty []time.Time
	// Doubtful says that a retained point is.
	Doubtful bool
}

// Decide applies the rules of 12.2 and 12.3 to the slots of the range, oldest
// first.
func Decide(d Definition, slots []Slot, before State) Verdict {
	v := Verdict{Definition: d, Before: before, Retained: retained(slots, d.EvaluationPeriods)}
	for _, s := range slices.Backward(slots) {
		if s.Point == nil {
			v.Empty = append(v.Empty, s.Start)
		}
	}
	var bad, good, insignificant []Slot // newest first
	for _, s := range slices.Backward(v.Retained) {
		v.Doubtful = v.Doubtful || s.Point.Doubtful
		switch {
		case d.insignificant(*s.Point):
			insignificant = append(insignificant, s)
		case d.breaching(s.Point.Value):
			bad = append(bad, s)
		default:
			good = append(good, s)
		}
	}
	v.Missing = d.EvaluationPeriods - len(v.Retained)
	m := d.needed()
	treatment := d.TreatMissingData
	if treatment == "" {
		treatment = Missing
	}
	switch {
	case len(bad) >= m:
		return v.decide(1, Alarm, bad[:m])
	case len(good) >= d.spare():
		return v.decide(2, OK, good[:d.spare()])
	case len(insignificant) > 0:
		return v.decide(0, before, nil)
	case treatment == Breaching && len(bad)+v.Missing >= m:
		v.Needed = m - len(bad)
		return v.decide(3, Alarm, bad)
	case treatment == Breaching:
		return v.decide(3, OK, good)
	case treatment == NotBreaching:
		v.Needed = d.spare() - len(good)
		return v.decide(4, OK, good)
	case len(good) >= 1:
		return v.decide(5, OK, good)
	case len(bad) == 0 && treatment == Missing:
		return v.decide(6, InsufficientData, nil)
	case len(bad) == 0:
		return v.decide(6, before, nil)
	case treatment == Missing && age(slots, bad[len(bad)-1]) >= m:
		return v.decide(7, Alarm, bad)
	}
	return v.decide(7, before, nil)
}

func (v Verdict) decide(rule int, state State, by []Slot) Verdict {
	v.Rule, v.State, v.Decided = rule, state, by
	return v
}

// retained are the at most n newest real points, oldest first: gaps are
// skipped.
func retained(slots []Slot, n int) []Slot {
	var real []Slot
	for _, s := range slots {
		if s.Point != nil {
			real = append(real, s)
		}
	}
	return real[max(0, len(real)-n):]
}

// age counts slots from the newest, which is 1.
func age(slots []Slot, of Slot) int {
	for i, s := range slots {
		if s.Start.Equal(of.Start) {
			return len(slots) - i
		}
	}
	panic("the slot is not in the range")
}

// insignificant is the rule of 12.3: fewer samples than 10/(1-p) for p from
// 0.5, than 10/p below.
func (d Definition) insignificant(p Point) bool {
	digits, percentile := strings.CutPrefix(d.Statistic, "p")
	if !percentile || d.EvaluateLowSampleCountPercentile != Ignore {
		return false
	}
	rank, ok := new(big.Rat).SetString(digits)
	if !ok {
		return false
	}
	rank.Quo(rank, big.NewRat(100, 1))
	one, half, ten := big.NewRat(1, 1), big.NewRat(1, 2), big.NewRat(10, 1)
	if rank.Sign() == 0 || rank.Cmp(one) >= 0 {
		return false
	}
	tail := rank
	if rank.Cmp(half) >= 0 {
		tail = new(big.Rat).Sub(one, rank)
	}
	return new(big.Rat).SetFloat64(p.Count).Cmp(ten.Quo(ten, tail)) < 0
}
