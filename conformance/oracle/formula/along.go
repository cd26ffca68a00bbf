package formula

// along walks each series from the oldest point to the newest.
func (r run) along(name string, args []value) value {
	if v, ok := r.ready(args, 1, someOf); !ok {
		return v
	}
	return each(args[0], func(s *series) *series {
		made := like(s)
		total := 0.0
		times := s.times()
		for i, t := range times {
			total += s.points[t]
			if name == "RUNNING_SUM" {
				made.set(t, total)
				continue
			}
			if i == 0 {
				continue
			}
			difference := s.points[t] - s.points[times[i-1]]
			seconds := t.Sub(times[i-1]).Seconds()
			switch name {
			case "DIFF":
				made.set(t, difference)
			case "DIFF_TIME":
				made.set(t, seconds)
			case "RATE":
				made.set(t, difference/seconds)
			}
		}
		return made
	})
}
