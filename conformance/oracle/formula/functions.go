package formula

import "math"

// call applies a function of 8.3 to its arguments.
func (r run) call(name string, args []value) value {
	switch name {
	case "ABS", "CEIL", "FLOOR", "LOG", "LOG10":
		return r.pointwise(name, args)
	case "AVG", "SUM", "MIN", "MAX", "STDDEV", "DATAPOINT_COUNT":
		return r.reduce(name, args)
	case "METRIC_COUNT", "FIRST", "LAST", "SLICE", "SORT", "REMOVE_EMPTY", "METRICS":
		return r.arrays(name, args)
	case "RATE", "DIFF", "DIFF_TIME", "RUNNING_SUM":
		return r.along(name, args)
	case "MINUTE", "HOUR", "DAY", "DATE", "MONTH", "YEAR", "EPOCH":
		return r.calendar(name, args)
	case "PERIOD":
		return r.period(args)
	case "FILL":
		return r.fill(args)
	case "TIME_SERIES":
		return r.timeSeries(args)
	case "IF":
		return r.choose(args)
	case "SEARCH":
		return r.search(args)
	}
	return r.say("Function '%s' not found", name)
}

// takes reports whether the arguments are as many and of the kinds allowed,
// one set of kinds each; what lacks at the end must have been optional.
func takes(args []value, required int, kinds ...[]kind) bool {
	if len(args) < required || len(args) > len(kinds) {
		return false
	}
	for i, v := range args {
		if !v.is(kinds[i]...) {
			return false
		}
	}
	return true
}

func poisoned(args []value) bool {
	for _, v := range args {
		if v.kind == bad {
			return true
		}
	}
	return false
}

// ready is takes, and that nothing is broken; what to answer otherwise.
func (r run) ready(args []value, required int, kinds ...[]kind) (value, bool) {
	if !takes(args, required, kinds...) {
		return r.fail(), false
	}
	return value{kind: bad}, !poisoned(args)
}

var (
	numbers = []kind{scalar}
	singles = []kind{oneSeries}
	many    = []kind{array}
	someOf  = []kind{oneSeries, array}
	texts   = []kind{literal}
	words   = []kind{keyword}
)

// pointwise maps every point by itself; what is not finite is dropped.
func (r run) pointwise(name string, args []value) value {
	if v, ok := r.ready(args, 1, someOf); !ok {
		return v
	}
	f := map[string]func(float64) float64{
		"ABS": math.Abs, "CEIL": math.Ceil, "FLOOR": math.Floor, "LOG": math.Log, "LOG10": math.Log10,
	}[name]
	rounds := name == "CEIL" || name == "FLOOR"
	return each(args[0], func(s *series) *series {
		made := points(s, f)
		for _, v := range s.points {
			made.doubtful = made.doubtful || rounds && near(v, math.Round(v), s.scale) || near(v, 0, s.scale)
		}
		return made
	})
}

// period is the length of the period of a direct metric.
func (r run) period(args []value) value {
	v, ok := r.ready(args, 1, singles)
	switch {
	case !ok:
		return v
	case !args[0].one().direct:
		return r.fail()
	}
	return ofNumber(float64(args[0].one().period))
}
