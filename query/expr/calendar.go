package expr

import "time"

// calendar are the functions that tell of the time of a slot, in UTC, also where
// it has no point.
var calendar = []function{
	ofTime("MINUTE", func(t time.Time) int64 { return int64(t.Minute()) }),
	ofTime("HOUR", func(t time.Time) int64 { return int64(t.Hour()) }),
	ofTime("DAY", func(t time.Time) int64 { return int64(t.Weekday()+6)%7 + 1 }), // Monday is 1
	ofTime("DATE", func(t time.Time) int64 { return int64(t.Day()) }),
	ofTime("MONTH", func(t time.Time) int64 { return int64(t.Month()) }),
	ofTime("YEAR", func(t time.Time) int64 { return int64(t.Year()) }),
	ofTime("EPOCH", func(t time.Time) int64 { return t.Unix() }),
	{"TIME_SERIES", 1, 1, func(c *checker, f *call) (Kind, error) { return TimeSeries, f.kindIn(c, 0, Scalar) }, func(r *run, f *call) (Value, error) {
		v, err := f.args[0].eval(r)
		return seriesOf(r.constant(v.Number)), err
	}},
	{"PERIOD", 1, 1, checkPeriod, evalPeriod},
}

func ofTime(name string, of func(time.Time) int64) function {
	check := func(c *checker, f *call) (Kind, error) { return TimeSeries, f.kindIn(c, 0, TimeSeries) }
	return function{name, 1, 1, check, func(r *run, f *call) (Value, error) {
		v, err := f.args[0].eval(r)
		if err != nil {
			return v, err
		}
		s, err := v.single()
		if err != nil {
			return v, err
		}
		to := column(s)
		for i := range to {
			to[i] = float64(of(s.Axis.At(i).Time()))
		}
		return seriesOf(Series{Axis: s.Axis, Values: to, own: true}), nil
	}}
}

// checkPeriod takes a metric that is read directly, and no expression.
func checkPeriod(c *checker, f *call) (Kind, error) {
	k, err := f.args[0].check(c)
	if err != nil {
		return 0, err
	}
	if ref, ok := f.args[0].(*reference); ok {
		if o, _ := c.of(ref.id); o.Period > 0 {
			return Scalar, nil
		}
	}
	return 0, f.misplaced(0, k)
}

func evalPeriod(r *run, f *call) (Value, error) {
	o, _ := r.Operand(f.args[0].(*reference).id)
	return numberOf(float64(o.Period)), nil
}
