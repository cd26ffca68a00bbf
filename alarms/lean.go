package alarms

import "slices"

// lean returns of an alarm what evaluation needs: there may be a million of them
// in memory. What is committed is decided on the alarm as it is kept.
func lean(a *Alarm) *Alarm {
	l := *a
	l.Description, l.TagPropagation = nil, nil
	for _, actions := range []*[]string{&l.OKActions, &l.AlarmActions, &l.InsufficientDataActions} {
		if !slices.ContainsFunc(*actions, repeats) {
			*actions = nil
		}
	}
	if l.Kind() == OnMetric && l.WarmUp == nil {
		l.Reason, l.ReasonData = "", "" // they never stay where a decision is made
	}
	return &l
}
