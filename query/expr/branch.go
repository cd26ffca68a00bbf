package expr

// branches choose between values.
var branches = []function{{"IF", 2, 3, checkIf, evalIf}}

// checkIf takes the forms that AWS documents (cloudwatch.md 8.4): of two numbers
// only if the condition is a series, and with a number as condition the first
// branch a series.
func checkIf(c *checker, f *call) (Kind, error) {
	kinds := make([]Kind, len(f.args))
	for i, a := range f.args {
		k, err := a.check(c)
		if err != nil {
			return 0, err
		}
		if k != Scalar && !k.is(TimeSeries) {
			return 0, f.misplaced(i, k)
		}
		kinds[i] = k
	}
	if kinds[0] == Scalar {
		for i, k := range kinds[1:] {
			if k == Scalar {
				return 0, f.misplaced(i+1, k)
			}
		}
	}
	return TimeSeries, nil
}

func evalIf(r *run, f *call) (Value, error) {
	values := make([]Value, 3)
	for i, a := range f.args {
		v, err := a.eval(r)
		if err == nil && v.Kind == Array {
			_, err = v.single()
		}
		if err != nil {
			return v, err
		}
		values[i] = v
	}
	condition, yes, no := values[0], values[1], values[2]
	if condition.Kind == Scalar {
		return r.chosen(condition.Number, yes, no), nil
	}
	s := &condition.Series[0]
	to := column(s)
	for i, x := range s.Values {
		switch {
		case !present(x):
			to[i] = none
		case x != 0 && yes.Kind == Scalar:
			to[i] = yes.Number
		case x != 0:
			to[i] = zeroed(yes.Series[0].at(s.Axis.At(i)))
		case no.Kind == Scalar:
			to[i] = no.Number
		case no.Kind == 0:
			to[i] = none
		default:
			to[i] = no.Series[0].at(s.Axis.At(i))
		}
	}
	return seriesOf(Series{Axis: s.Axis, Values: to, own: true}), nil
}

// chosen is the branch that a number chooses; a missing number chooses none.
func (r *run) chosen(condition float64, yes, no Value) Value {
	switch {
	case present(condition) && condition != 0:
		return seriesOf(yes.Series[0])
	case present(condition) && no.Kind != 0:
		return seriesOf(no.Series[0])
	}
	return seriesOf(Series{Axis: yes.Series[0].Axis, Values: missing(yes.Series[0].Axis.n), own: true})
}

func missing(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = none
	}
	return out
}
