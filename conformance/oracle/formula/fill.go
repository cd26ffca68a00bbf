package formula

import "time"

// fill gives the empty slots of a series values.
func (r run) fill(args []value) value {
	if v, ok := r.ready(args, 2, someOf, []kind{scalar, oneSeries, keyword}); !ok {
		return v
	}
	filler := args[1]
	if filler.kind == keyword && filler.text != "REPEAT" && filler.text != "LINEAR" {
		return r.fail()
	}
	return each(args[0], func(s *series) *series {
		made := like(s)
		for t, v := range s.points {
			made.set(t, v)
		}
		if filler.kind == oneSeries {
			made.doubtful = made.doubtful || filler.one().doubtful
			made.scale = max(made.scale, filler.one().scale)
		}
		for _, t := range r.slots(s.period, s.minutes) {
			if _, there := s.points[t]; there {
				continue
			}
			if v, ok := filled(s, filler, t); ok {
				made.set(t, v)
			}
		}
		return made
	})
}

// filled is what stands in for the point that the series lacks at t.
func filled(s *series, filler value, t time.Time) (float64, bool) {
	switch filler.kind {
	case scalar:
		return filler.number, true
	case oneSeries:
		v, ok := filler.one().points[t]
		return v, ok
	}
	before, after, hasBefore, hasAfter := neighbours(s, t)
	if filler.text == "REPEAT" {
		return s.at(before), hasBefore
	}
	if !hasBefore || !hasAfter {
		return 0, false
	}
	share := t.Sub(before).Seconds() / after.Sub(before).Seconds()
	return s.at(before) + share*(s.at(after)-s.at(before)), true
}

// neighbours are the nearest points on both sides of t.
func neighbours(s *series, t time.Time) (before, after time.Time, hasBefore, hasAfter bool) {
	for _, p := range s.times() {
		switch {
		case p.Before(t):
			before, hasBefore = p, true
		case !hasAfter:
			after, hasAfter = p, true
		}
	}
	return before, after, hasBefore, hasAfter
}
