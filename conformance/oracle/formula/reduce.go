package formula

import "math"

// reduce makes a number of one series, and one series of many.
func (r run) reduce(name string, args []value) value {
	if v, ok := r.ready(args, 1, someOf); !ok {
		return v
	}
	if args[0].kind == oneSeries && !args[0].loose {
		s := args[0].one()
		var present []float64
		for _, t := range s.times() {
			present = append(present, s.points[t])
		}
		v := ofNumber(reduced(name, present, len(r.slots(s.period, s.minutes))))
		v.doubtful = s.doubtful
		return v
	}
	made := like(args[0].series...)
	made.label = nil
	if len(args[0].series) == 0 {
		made.period = r.periodOf(r.query)
	}
	made.doubtful = made.doubtful || args[0].doubtful
	for _, t := range union(args[0].series) {
		var present []float64
		for _, s := range args[0].series {
			if v, ok := s.points[t]; ok {
				present = append(present, v)
			}
		}
		made.set(t, reduced(name, present, len(args[0].series)))
	}
	return ofSeries(made)
}

// reduced takes the values that exist, and how many there could be: what is
// missing counts as 0 for SUM, AVG and STDDEV, and not at all for the others.
func reduced(name string, present []float64, all int) float64 {
	if name == "DATAPOINT_COUNT" {
		return float64(len(present))
	}
	sum, least, greatest := 0.0, math.NaN(), math.NaN()
	for i, v := range present {
		sum += v
		if i == 0 {
			least, greatest = v, v
		}
		least, greatest = min(least, v), max(greatest, v)
	}
	mean := sum / float64(all)
	switch name {
	case "SUM":
		return sum
	case "AVG":
		return mean
	case "MIN":
		return least
	case "MAX":
		return greatest
	}
	squares := float64(all-len(present)) * mean * mean
	for _, v := range present {
		squares += (v - mean) * (v - mean)
	}
	return math.Sqrt(squares / float64(all))
}
