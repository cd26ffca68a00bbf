package expr

// differences tell of a point and the one before it.
var differences = []function{
	difference("DIFF", func(value, _ float64) float64 { return value }),
	difference("DIFF_TIME", func(_, seconds float64) float64 { return seconds }),
	difference("RATE", func(value, seconds float64) float64 { return value / seconds }),
	{"RUNNING_SUM", 1, 1, alike, func(r *run, f *call) (Value, error) {
		v, err := f.args[0].eval(r)
		return each(v, runningSum), err
	}},
}

// difference makes a function of what a point differs in from the existing point
// before it: in value, and in seconds. The first one has no result.
func difference(name string, of func(value, seconds float64) float64) function {
	return function{name, 1, 1, alike, func(r *run, f *call) (Value, error) {
		v, err := f.args[0].eval(r)
		return each(v, func(s *Series) Series {
			to, last := column(s), -1
			before := none
			for i, x := range s.Values {
				to[i] = none
				if !present(x) {
					continue
				}
				if last >= 0 {
					to[i] = drop(of(x-before, float64(s.Axis.At(i)-s.Axis.At(last))/1000))
				}
				before, last = x, i
			}
			return Series{Axis: s.Axis, Values: to, own: true}
		}), err
	}}
}

func runningSum(s *Series) Series {
	to, total := column(s), 0.0
	for i, x := range s.Values {
		if total += zeroed(x); present(x) {
			x = drop(total)
		}
		to[i] = x
	}
	return Series{Axis: s.Axis, Values: to, own: true}
}

// zeroed is v, or 0 for a missing point.
func zeroed(v float64) float64 {
	if present(v) {
		return v
	}
	return 0
}
