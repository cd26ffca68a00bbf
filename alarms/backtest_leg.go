package alarms

import (
	"slices"
	"time"

	"skywatch/metric"
)

// leg is a stretch of a back-test that is decided on the datapoints of one tier:
// instants of the alarm from first to last, of which those on the grid of step are
// decided and the others keep the state.
type leg struct {
	tier, step  metric.Period
	first, last metric.Instant
}

// legs divides the evaluation instants from first to last among the tiers that
// are kept at now, oldest first. Where the tier of live evaluation is kept, that
// is the one. An alarm whose periods are made of 5 minutes, or of hours, goes
// farther back on the coarser tiers: at the instants on their grid its periods
// are exact folds of them.
func (a *Alarm) legs(first, last, now metric.Instant) ([]leg, error) {
	var all []leg
	var earliest metric.Instant
	for i, tier := range a.tiers() {
		step := a.Cadence()
		if i > 0 {
			step = max(tier, step)
		}
		earliest = ceil(now.Add(a.span()-tier.Retention()), step)
		if begin := max(first, earliest); begin <= last {
			all = append(all, leg{tier, step, begin, last})
			last = begin - a.Cadence().Millis()
		}
		if earliest <= first {
			slices.Reverse(all)
			return all, nil
		}
	}
	return nil, invalid("The data for evaluations of this alarm before %s are not kept any more: that is the earliest possible StartTime.",
		earliest.Time().Format(time.RFC3339))
}

// tiers lists those that the alarm's periods can be folded from: the one of live
// evaluation, then coarser ones. By the clock of another zone periods do not lie on
// the grid of those, and who answers questions does not know what is left.
func (a *Alarm) tiers() []metric.Period {
	if a.PromQL != nil {
		return []metric.Period{metric.Minute} // as long as raw series are kept
	}
	all := []metric.Period{a.tier()}
	if c := a.clock(); c != nil && c.zone != time.UTC || a.asksInsights() {
		return all
	}
	for _, t := range []metric.Period{metric.FiveMinute, metric.Hour} {
		if t > a.tier() && a.tier() >= metric.Minute && a.Period%t == 0 {
			all = append(all, t)
		}
	}
	return all
}
