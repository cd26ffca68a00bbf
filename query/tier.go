package query

import "skywatch/metric"

// part is a stretch of time and the tier that answers it.
type part struct {
	tier     metric.Period
	from, to metric.Instant
}

// parts divides [from, to), a range of whole periods of the grid or up to its
// end, among the tiers.
//
// Tiers are exact folds of one another, so the coarsest tier whose datapoints
// all fall into one period answers exactly and reads least. How StartTime is
// rounded sees to it that this tier is kept for the whole range. Only at the end
// of the range may a datapoint of that tier reach too far; the rest is taken from
// the next finer tiers as far as they are kept there, and where no finer one is
// kept (the end is old), the datapoint that holds the end counts as a whole.
func (g grid) parts(from, to metric.Instant) []part {
	var out []part
	for tier := g.tier(); from < to; tier = finer(tier) {
		rest := finer(tier) == 0 || !g.kept(finer(tier), to.Floor(tier))
		end := to
		if !rest {
			end = to.Floor(tier)
		}
		if first := max(from, g.oldest(tier)); first < end {
			out = append(out, part{tier, first, end})
		}
		from = max(from, end)
		if rest {
			break
		}
	}
	return out
}

// tier returns the coarsest tier whose datapoints never straddle two periods.
// Sub-minute periods see high-resolution data only, and all others never read
// the tier of seconds, which lacks the rest.
func (g grid) tier() metric.Period {
	if g.period < metric.Minute {
		return metric.Second
	}
	for _, t := range []metric.Period{metric.Hour, metric.FiveMinute} {
		if g.period%t == 0 && g.start.Floor(t) == g.start {
			return t
		}
	}
	return metric.Minute
}

// finer returns the tier below t that holds the same data, or 0.
func finer(t metric.Period) metric.Period {
	switch t {
	case metric.Hour:
		return metric.FiveMinute
	case metric.FiveMinute:
		return metric.Minute
	default:
		return 0
	}
}

// oldest returns the oldest timestamp of a tier that is still kept. The engine
// decides that, since a Source may drop data later than it could.
func (g grid) oldest(tier metric.Period) metric.Instant { return g.now.Add(-tier.Retention()) }

func (g grid) kept(tier metric.Period, at metric.Instant) bool { return at >= g.oldest(tier) }
