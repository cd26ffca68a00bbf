package query

import (
	"iter"

	"skywatch/metric"
)

// span is the stretch of time [from, to).
type span struct{ from, to metric.Instant }

// windows yields the stretches of time to read for a page, in the order of
// ScanBy. A window holds about as many periods as the largest page has points.
func (p *plan) windows(at cursor) iter.Seq[span] {
	return func(yield func(span) bool) {
		if len(p.groups) == 0 {
			return
		}
		all, width := p.extent()
		if at.behind && p.ascending {
			all.from = max(all.from, at.time)
		}
		if at.behind && !p.ascending {
			all.to = min(all.to, at.time+1)
		}
		for all.from < all.to {
			w := all
			if p.ascending {
				w.to = min(all.from+width, all.to)
				all.from = w.to
			} else {
				w.from = max(all.to-width, all.from)
				all.to = w.from
			}
			if !yield(w) {
				return
			}
		}
	}
}

// extent returns the range in which the groups' periods start, and the width
// of a window.
func (p *plan) extent() (all span, width metric.Instant) {
	all = span{p.groups[0].grid.first(), p.groups[0].grid.end}
	perMilli := 0.0
	for _, g := range p.groups {
		all.from, all.to = min(all.from, g.grid.first()), max(all.to, g.grid.end)
		perMilli += 1 / float64(g.grid.period.Millis())
	}
	return all, max(metric.Instant(maxDatapoints/perMilli), 1)
}

// beyond returns what is left of the range behind window w.
func (p *plan) beyond(w span) span {
	all, _ := p.extent()
	if p.ascending {
		return span{w.to, all.to}
	}
	return span{all.from, w.from}
}
