package steps

import (
	"cmp"
	"math"
	"slices"

	"skywatch/internal/fault"
)

// Step is what a step policy does in an interval of the distance between metric
// and threshold; nil is without end.
type Step struct {
	Lower, Upper *float64 `json:",omitempty"`
	Adjustment   int
}

// in reports whether the distance is in the interval: the bound nearer to the
// threshold is in it, the other is not (user guide, "Step adjustments").
func (s *Step) in(distance float64) bool {
	if distance >= 0 {
		return (s.Lower == nil || *s.Lower <= distance) && (s.Upper == nil || distance < *s.Upper)
	}
	return (s.Lower == nil || *s.Lower < distance) && (s.Upper == nil || distance <= *s.Upper)
}

// For finds the step for a distance.
func For(steps []Step, distance float64) (*Step, bool) {
	for i := range steps {
		if steps[i].in(distance) {
			return &steps[i], true
		}
	}
	return nil, false
}

// Check holds steps to the rules of the API reference (StepAdjustment).
func Check(steps []Step) error {
	sorted := slices.Clone(steps)
	slices.SortFunc(sorted, func(a, b Step) int { return cmp.Compare(bound(a.Lower, -1), bound(b.Lower, -1)) })
	lowest, highest := 0, 0
	for _, s := range sorted {
		if s.Lower == nil {
			lowest++
		}
		if s.Upper == nil {
			highest++
		}
		if bound(s.Lower, -1) >= bound(s.Upper, 1) {
			return badSteps("The upper bound of a StepAdjustment must be greater than its lower bound")
		}
	}
	if lowest > 1 || highest > 1 {
		return badSteps("At most one StepAdjustment may have an unspecified lower bound, and at most one an unspecified upper bound")
	}
	for i := 1; i < len(sorted); i++ {
		switch before, s := bound(sorted[i-1].Upper, 1), bound(sorted[i].Lower, -1); {
		case s < before:
			return badSteps("StepAdjustment intervals can't overlap")
		case s > before:
			return badSteps("StepAdjustment intervals can't have gaps between them")
		}
	}
	switch {
	case bound(sorted[0].Lower, -1) < 0 && lowest == 0:
		return badSteps("There must be a StepAdjustment with an unspecified lower bound when there is a StepAdjustment with a negative lower bound")
	case bound(sorted[len(sorted)-1].Upper, 1) > 0 && highest == 0:
		return badSteps("There must be a StepAdjustment with an unspecified upper bound when there is a StepAdjustment with a positive upper bound")
	}
	return nil
}

// bound is the number of a bound, infinity of the given sign without one.
func bound(b *float64, sign int) float64 {
	if b == nil {
		return math.Inf(sign)
	}
	return *b
}

func badSteps(text string) error {
	return fault.New(fault.Validation, "%s", text).On("StepAdjustments") // wordings (inferred)
}
