package expr

// fills give points to slots that have none.
var fills = []function{{"FILL", 2, 2, checkFill, evalFill}}

const (
	fillRepeat = "REPEAT"
	fillLinear = "LINEAR"
)

func checkFill(c *checker, f *call) (Kind, error) {
	if _, ok := f.args[1].(*word); ok {
		if _, err := f.wordIn(1, fillRepeat, fillLinear); err != nil {
			return 0, err
		}
		return f.seriesIn(c, 0)
	}
	k, err := f.args[1].check(c)
	if err == nil && k != Scalar && !k.is(TimeSeries) {
		err = f.misplaced(1, k)
	}
	if err != nil {
		return 0, err
	}
	return f.seriesIn(c, 0)
}

func evalFill(r *run, f *call) (Value, error) {
	v, err := f.args[0].eval(r)
	if err != nil {
		return v, err
	}
	if w, ok := f.args[1].(*word); ok {
		if w.name == fillRepeat {
			return each(v, repeat), nil
		}
		return each(v, straight), nil
	}
	with, err := f.args[1].eval(r)
	if err != nil {
		return with, err
	}
	if with.Kind == Scalar {
		return each(v, func(s *Series) Series {
			return s.fill(func(int) float64 { return with.Number })
		}), nil
	}
	from, err := with.single()
	if err != nil {
		return v, err
	}
	return each(v, func(s *Series) Series {
		return s.fill(func(i int) float64 { return from.at(s.Axis.At(i)) })
	}), nil
}

// fill gives each slot without a point the value of of.
func (s *Series) fill(of func(i int) float64) Series {
	to := column(s)
	for i, x := range s.Values {
		if !present(x) {
			x = of(i)
		}
		to[i] = x
	}
	return Series{Axis: s.Axis, Values: to, own: true}
}

// repeat fills with the last point before; there is nothing before the first.
func repeat(s *Series) Series {
	to, last := column(s), none
	for i, x := range s.Values {
		if present(x) {
			last = x
		}
		to[i] = last
	}
	return Series{Axis: s.Axis, Values: to, own: true}
}

// straight fills along a straight line between the points around; there is
// nothing at the ends.
func straight(s *Series) Series {
	to, last := column(s), -1
	copy(to, s.Values)
	for i, x := range s.Values {
		if !present(x) {
			continue
		}
		if last >= 0 {
			span := float64(s.Axis.At(i) - s.Axis.At(last))
			for j := last + 1; j < i; j++ {
				part := float64(s.Axis.At(j)-s.Axis.At(last)) / span
				to[j] = drop(s.Values[last] + (x-s.Values[last])*part)
			}
		}
		last = i
	}
	return Series{Axis: s.Axis, Values: to, own: true}
}
