package history

import "time"

// Limits of the table of periods, by the age of StartTime.
func ageLimits() []time.Duration { return []time.Duration{3 * time.Hour, 15 * day, 63 * day} }

// retention is when the last tier ends.
const retention = 455 * day

// window is a range around an instant, with a period that fits the age of its
// start most of the time.
func (g *Generator) window(around time.Time) (start, end time.Time, period int) {
	start = g.away(around.Add(-g.before()))
	period = pick(g, periods(g.now.Sub(start)))
	if g.config.Contested && g.chance(0.05) {
		period = 420
	}
	if g.chance(0.5) {
		start = g.away(start.Truncate(time.Minute))
	}
	length := time.Duration(period) * time.Second
	count := 1 + g.rand.IntN(30)
	if g.chance(0.2) {
		count = 1 + g.rand.IntN(1400)
	}
	end = start.Add(time.Duration(count) * length)
	if end.Before(around) && g.chance(0.9) {
		end = start.Add(min(1400, around.Sub(start)/length+1) * length)
	}
	return start, g.ending(start, end, length), period
}

// before is how long before the instant a range starts.
func (g *Generator) before() time.Duration {
	return g.upTo(pick(g, []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 5 * time.Hour, 3 * day}))
}

// periods are those worth a try at that age; the last one is too fine.
func periods(age time.Duration) []int {
	limits := ageLimits()
	switch {
	case age < limits[0]:
		return []int{1, 5, 10, 20, 30, 60, 60, 60, 120, 300, 3600}
	case age < limits[1]:
		return []int{60, 60, 120, 300, 420, 3600, 86400, 30}
	case age < limits[2]:
		return []int{300, 300, 900, 3600, 86400, 60}
	}
	return []int{3600, 3600, 7200, 86400, 300}
}

// away moves a start that is too near to a limit, where the moment of the
// request or the rounding would decide.
func (g *Generator) away(start time.Time) time.Time {
	const near = time.Hour
	for _, limit := range ageLimits() {
		edge := g.now.Add(-limit)
		if limit == 3*time.Hour {
			if distance := start.Sub(edge).Abs(); distance < 2*time.Minute {
				return edge.Add(-5 * time.Minute)
			}
		} else if start.Sub(edge).Abs() < near {
			return edge.Add(2 * near)
		}
	}
	if g.now.Sub(start) > retention-day && g.straddlesRetention() {
		return g.now.Add(-retention + 2*day)
	}
	return start
}

// straddlesRetention reports whether a datum is within hours of its end.
func (g *Generator) straddlesRetention() bool {
	edge := g.now.Add(-retention)
	for _, w := range g.past {
		if w.at.Sub(edge).Abs() < 2*time.Hour {
			return true
		}
	}
	return false
}

// rounding is what the start is rounded down to, and the resolution of the
// data behind it.
func rounding(age, period time.Duration) (grid, cell time.Duration) {
	limits := ageLimits()
	switch {
	case age < limits[0] && period < time.Minute:
		return period, time.Second
	case age < limits[1]:
		return time.Minute, time.Minute
	case age < limits[2]:
		return 5 * time.Minute, 5 * time.Minute
	}
	return time.Hour, time.Hour
}

// ending puts the end at the end of a bucket, or inside one. What a bucket
// holds after EndTime is contested, therefore only where nothing follows.
func (g *Generator) ending(start, end time.Time, period time.Duration) time.Time {
	grid, cell := rounding(g.now.Sub(start), period)
	if period%grid != 0 { // too fine: no points in any case
		return end
	}
	aligned := start.Truncate(grid).Add(end.Sub(start))
	loose := aligned.Add(g.upTo(period))
	if g.chance(0.5) && (g.config.Contested || g.quiet(loose.Truncate(cell), aligned.Add(period))) {
		return loose
	}
	return aligned
}

// quiet reports whether nobody has written between the times.
func (g *Generator) quiet(from, to time.Time) bool {
	for _, w := range g.past {
		if !w.at.Before(from) && w.at.Before(to) {
			return false
		}
	}
	return true
}
