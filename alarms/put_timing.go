package alarms

import (
	"slices"

	"skywatch/metric"
)

// maxWarmUp is the longest warm-up in minutes, two days (API reference of
// WarmUpConfiguration).
const maxWarmUp = 2880

// The wordings of this file are inferred.

func (p *Put) checkWarmUp() error {
	switch {
	case p.WarmUp == nil:
		return nil
	case p.PromQL != nil: // whose new alarms are OK and not INSUFFICIENT_DATA
		return invalid("WarmUpConfiguration should not be set if EvaluationCriteria is set")
	case p.WarmUp.Minutes < 1 || p.WarmUp.Minutes > maxWarmUp:
		return invalid("WarmUpConfiguration.WarmUpPeriodDurationInMinutes must be between 1 and %d", maxWarmUp)
	}
	return nil
}

// wallClockPeriods are those that an alarm with a wall-clock window may have (API
// reference of WallClockWindow): a minute, five, an hour, a day, a week.
var wallClockPeriods = []metric.Period{60, 300, 3600, 86400, 604800}

func (p *Put) checkWindow(d *Definition) error {
	w := p.EvaluationWindow
	switch {
	case w == nil:
		return nil
	case p.PromQL != nil:
		return invalid("EvaluationWindow should not be set if EvaluationCriteria is set")
	case !w.WallClock:
		return nil
	case !slices.Contains(wallClockPeriods, d.Period):
		return invalid("Period must be 60, 300, 3600, 86400 or 604800 for alarms using a WallClockWindow")
	}
	_, err := w.Zone()
	return err
}

// maxTagKeys is the length of a list of TagPropagation (API reference of
// AlarmTagsPropagation).
const maxTagKeys = 50

func (p *Put) checkPropagation() error {
	t := p.TagPropagation
	switch {
	case t == nil:
		return nil
	case len(t.Included) > 0 && len(t.Excluded) > 0:
		return invalid("IncludedTagKeys and ExcludedTagKeys of AlarmTagsPropagation must not be set together")
	case len(t.Included) > maxTagKeys || len(t.Excluded) > maxTagKeys:
		return invalid("IncludedTagKeys and ExcludedTagKeys of AlarmTagsPropagation must not have more than %d keys", maxTagKeys)
	}
	for _, key := range slices.Concat(t.Included, t.Excluded) {
		if key == "" || len([]rune(key)) > maxTagKey {
			return invalid("A tag key of AlarmTagsPropagation must have 1 to %d characters", maxTagKey)
		}
	}
	return nil
}

// maxTagKey is the length of a tag's key in characters.
const maxTagKey = 128
