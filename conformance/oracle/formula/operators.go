package formula

import "math"

// arithmetic are the operators on two numbers; each says as well whether its
// answer hangs on rounding.
func arithmetic(operator string, a, b, scale float64) (v float64, doubtful bool) {
	if math.IsNaN(a) || math.IsNaN(b) {
		return math.NaN(), false
	}
	switch operator {
	case "+":
		return a + b, false
	case "-":
		return a - b, false
	case "*":
		return a * b, false
	case "/":
		if b == 0 {
			return math.NaN(), false
		}
		return a / b, math.Abs(b) < 1e-13*scale
	case "^":
		return math.Pow(a, b), false
	case "AND", "&&":
		return truth(a != 0 && b != 0), near(a, 0, scale) || near(b, 0, scale)
	case "OR", "||":
		return truth(a != 0 || b != 0), near(a, 0, scale) || near(b, 0, scale)
	case "==":
		return truth(a == b), near(a, b, scale)
	case "!=":
		return truth(a != b), near(a, b, scale)
	case "<":
		return truth(a < b), near(a, b, scale)
	case ">":
		return truth(a > b), near(a, b, scale)
	case "<=":
		return truth(a <= b), near(a, b, scale)
	}
	return truth(a >= b), near(a, b, scale)
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// operator applies the table of 8.2.
func (r run) operator(operator string, a, b value) value {
	switch {
	case !a.is(scalar, oneSeries, array) || !b.is(scalar, oneSeries, array):
		return r.fail()
	case poisoned([]value{a, b}):
		return value{kind: bad}
	}
	if a.mayBeOne() && b.kind != scalar {
		a.kind = oneSeries
	}
	if b.mayBeOne() && a.kind != scalar {
		b.kind = oneSeries
	}
	switch {
	case a.kind == scalar && b.kind == scalar:
		v, doubtful := arithmetic(operator, a.number, b.number, 0)
		if math.IsInf(v, 0) {
			v = math.NaN()
		}
		result := ofNumber(v)
		result.doubtful = doubtful || a.doubtful || b.doubtful
		return result
	case a.kind == array && b.kind == array:
		return r.fail()
	case a.kind == array:
		return each(a, func(s *series) *series { return binary(operator, ofSeries(s), b) })
	case b.kind == array:
		return each(b, func(s *series) *series { return binary(operator, a, ofSeries(s)) })
	}
	made := binary(operator, a, b)
	if a.kind == oneSeries && b.kind == oneSeries {
		made.label = nil
	}
	result := ofSeries(made)
	result.loose = a.loose || b.loose
	return result
}

// each keeps the kind and the labels.
func each(v value, f func(*series) *series) value {
	result := value{kind: v.kind, doubtful: v.doubtful, loose: v.loose}
	for _, s := range v.series {
		made := f(s)
		made.label = s.label
		result.series = append(result.series, made)
	}
	return result
}

// binary is the operator on numbers and at least one series.
func binary(operator string, a, b value) *series {
	s := like(append(append([]*series{}, a.series...), b.series...)...)
	s.doubtful = s.doubtful || a.doubtful || b.doubtful
	for _, v := range []value{a, b} {
		if v.kind == scalar && !math.IsNaN(v.number) {
			s.scale = max(s.scale, math.Abs(v.number))
		}
	}
	scale := s.scale
	for _, t := range union(append(append([]*series{}, a.series...), b.series...)) {
		left, right := a.number, b.number
		if a.kind == oneSeries {
			left = a.one().at(t)
		}
		if b.kind == oneSeries {
			right = b.one().at(t)
		}
		v, doubtful := arithmetic(operator, left, right, scale)
		s.doubtful = s.doubtful || doubtful
		s.set(t, v)
	}
	return s
}

func (r run) negate(v value) value {
	switch {
	case !v.is(scalar, oneSeries, array):
		return r.fail()
	case poisoned([]value{v}):
		return value{kind: bad}
	case v.kind == scalar:
		v.number = -v.number
		return v
	}
	return each(v, func(s *series) *series {
		return points(s, func(f float64) float64 { return -f })
	})
}

// points maps every point by itself.
func points(s *series, f func(float64) float64) *series {
	made := like(s)
	for t, v := range s.points {
		made.set(t, f(v))
	}
	return made
}
