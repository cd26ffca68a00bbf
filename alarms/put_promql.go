package alarms

import (
	"skywatch/metric"
)

// Limits of AlarmPromQLCriteria and EvaluationInterval (API model).
const (
	maxPromQL   = 10_000    // characters of the query
	maxPatience = 24 * 3600 // seconds of a pending or recovery period
	maxInterval = 3600      // seconds
)

// onPromQL reads an alarm on a PromQL query. The wordings of this file are
// inferred, after those of Metrics.
func (p *Put) onPromQL(d *Definition) error {
	if err := p.checkOnlyPromQL(); err != nil {
		return err
	}
	switch n := p.EvaluationInterval; {
	case n == 0:
		return missing("EvaluationInterval")
	case n < 0 || n != 10 && n != 20 && n != 30 && n%60 != 0:
		return invalid("EvaluationInterval must be 10, 20, 30 or a multiple of 60")
	case n > maxInterval:
		return invalid("EvaluationInterval must be at most %d", maxInterval)
	}
	q := p.PromQL
	switch {
	case q.Query == "":
		return missing("EvaluationCriteria.PromQLCriteria.Query")
	case len([]rune(q.Query)) > maxPromQL:
		return invalid("EvaluationCriteria.PromQLCriteria.Query must have at most %d characters", maxPromQL)
	case !patient(q.Pending):
		return invalid("EvaluationCriteria.PromQLCriteria.PendingPeriod must be between 0 and %d", maxPatience)
	case !patient(q.Recovery):
		return invalid("EvaluationCriteria.PromQLCriteria.RecoveryPeriod must be between 0 and %d", maxPatience)
	}
	d.PromQL, d.Period = q, metric.Period(p.EvaluationInterval)
	return nil
}

func patient(seconds *int) bool { return seconds == nil || *seconds >= 0 && *seconds <= maxPatience }

// checkOnlyPromQL refuses what an alarm on a PromQL query does not have.
func (p *Put) checkOnlyPromQL() error {
	for _, f := range []struct {
		name string
		sent bool
	}{
		{"Namespace", p.Namespace != ""},
		{"MetricName", p.MetricName != ""},
		{"Dimensions", len(p.Dimensions) > 0},
		{"Period", p.Period != 0},
		{"Unit", p.Unit != ""},
		{"Statistic", p.Statistic != ""},
		{"ExtendedStatistic", p.ExtendedStatistic != ""},
		{"Metrics", len(p.Queries) > 0},
		{"Threshold", p.Threshold != nil},
		{"ComparisonOperator", p.Comparison != ""},
		{"EvaluationPeriods", p.EvaluationPeriods != 0},
		{"DatapointsToAlarm", p.DatapointsToAlarm != 0},
		{"TreatMissingData", p.TreatMissingData != ""},
		{"EvaluateLowSampleCountPercentile", p.LowSamples != ""},
	} {
		if f.sent {
			return invalid("%s should not be set if EvaluationCriteria is set", f.name)
		}
	}
	return nil
}
