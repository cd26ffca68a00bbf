package steps

import (
	"testing"
)

func TestAdjust(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		capacity  int
		kind      AdjustmentType
		by        int
		magnitude int
		want      int
	}{
		{10, ChangeInCapacity, 3, 0, 13},
		{10, ChangeInCapacity, -3, 0, 7},
		{10, ExactCapacity, 4, 0, 4},
		{10, PercentChangeInCapacity, 10, 0, 11},
		{10, PercentChangeInCapacity, 127, 0, 22}, // 12.7: 12
		{10, PercentChangeInCapacity, 6, 0, 11},   // 0.6: 1
		{10, PercentChangeInCapacity, -5, 0, 9},   // -0.5: -1
		{10, PercentChangeInCapacity, -67, 0, 4},  // -6.7: -6
		{10, PercentChangeInCapacity, 0, 5, 10},
		{4, PercentChangeInCapacity, 25, 2, 6}, // the user guide's example of the magnitude
		{4, PercentChangeInCapacity, -25, 2, 2},
		{100, PercentChangeInCapacity, 25, 2, 125},
		{0, PercentChangeInCapacity, 50, 2, 0},
	} {
		if got := Adjust(c.capacity, c.kind, c.by, c.magnitude); got != c.want {
			t.Errorf("%s %+d of %d, at least %d: %d, want %d", c.kind, c.by, c.capacity, c.magnitude, got, c.want)
		}
	}
}

func f(v float64) *float64 { return &v }

// outSteps and inSteps are the user guide's example (events.md 7.2).
var (
	outSteps = []Step{{f(0), f(10), 0}, {f(10), f(20), 10}, {f(20), nil, 30}}
	inSteps  = []Step{{f(-10), f(0), 0}, {f(-20), f(-10), -10}, {nil, f(-20), -30}}
)

func TestFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		steps    []Step
		distance float64
		want     int
		none     bool
	}{
		{outSteps, 0, 0, false},
		{outSteps, 9.99, 0, false},
		{outSteps, 10, 10, false},
		{outSteps, 20, 30, false},
		{outSteps, 1e9, 30, false},
		{outSteps, -1, 0, true},
		{inSteps, -9.99, 0, false},
		{inSteps, -10, -10, false},
		{inSteps, -20, -30, false},
		{inSteps, -21, -30, false},
		{inSteps, 1, 0, true},
	} {
		got, ok := For(c.steps, c.distance)
		if ok == c.none || ok && got.Adjustment != c.want {
			t.Errorf("%v at %v: %+v %v", c.steps, c.distance, got, ok)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		steps []Step
		ok    bool
	}{
		"out":               {outSteps, true},
		"in":                {inSteps, true},
		"one without ends":  {[]Step{{nil, nil, 1}}, true},
		"not in order":      {[]Step{{f(10), nil, 2}, {f(0), f(10), 1}}, true},
		"two without ends":  {[]Step{{nil, nil, 1}, {f(0), nil, 1}}, false},
		"overlap":           {[]Step{{f(0), f(10), 1}, {f(9), nil, 2}}, false},
		"gap":               {[]Step{{f(0), f(10), 1}, {f(11), nil, 2}}, false},
		"no lower end":      {[]Step{{f(-10), f(0), 1}}, false},
		"no upper end":      {[]Step{{f(0), f(10), 1}}, false},
		"two lower ends":    {[]Step{{nil, f(-10), 1}, {nil, f(0), 1}}, false},
		"two upper ends":    {[]Step{{f(0), nil, 1}, {f(10), nil, 1}}, false},
		"upside down":       {[]Step{{f(10), f(0), 1}, {f(10), nil, 1}}, false},
		"end before others": {[]Step{{f(0), nil, 1}, {f(10), f(20), 1}}, false},
	} {
		if err := Check(c.steps); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
