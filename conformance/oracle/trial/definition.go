package trial

import (
	"strings"

	"skywatch/conformance/oracle/alarm"
)

// definition makes an alarm that PutMetricAlarm would take (11.1).
func (g *Generator) definition() alarm.Definition {
	d := alarm.Definition{
		Statistic:          g.statistic(),
		Period:             one(g, 10, 10, 20, 30, 60, 60, 60, 60, 120, 180, 300, 300, 900, 3600, 7200, 21600, 86400),
		ComparisonOperator: one(g, "GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"),
		TreatMissingData:   one(g, "", alarm.Missing, alarm.Missing, alarm.Ignore, alarm.Breaching, alarm.NotBreaching),
	}
	d.EvaluationPeriods = g.evaluationPeriods(d.Period)
	if g.chance(60) {
		m := g.between(1, d.EvaluationPeriods)
		d.DatapointsToAlarm = &m
	}
	if percentile(d.Statistic) {
		d.EvaluateLowSampleCountPercentile = one(g, "", "evaluate", alarm.Ignore, alarm.Ignore)
	}
	d.Threshold = g.threshold(d.Statistic)
	if g.chance(30) {
		d.Unit = one(g, units()...)
	}
	return d
}

// evaluationPeriods is N, within the bounds of N*Period.
func (g *Generator) evaluationPeriods(period int) int {
	n := one(g, 1, 1, 2, 3, 3, g.between(1, 5), g.between(1, 20), g.between(5, 20))
	if period >= 3600 {
		return min(n, 604800/period)
	}
	return n
}

// statistic is one of all families (section 6); percentages within the bounds of
// alarms.
func (g *Generator) statistic() string {
	if g.chance(55) {
		return one(g, alarm.Statistics()...)
	}
	if g.chance(60) {
		return one(g, "p50", "p90", "p99", "p99.9", "p10", "p25", "p75.5", "p100", "p0")
	}
	return one(g, "tm90", "tm50", "TM(10%:90%)", "TM(5:60)", "IQM", "wm90", "WM(10%:80%)", "WM(5:60)", "tc90", "TC(5:60)", "ts90",
		"TS(5:60)", "PR(:10)", "PR(5:60)", "PR(1:)")
}

// percentile reports whether the statistic may be combined with
// EvaluateLowSampleCountPercentile.
func percentile(statistic string) bool {
	return strings.HasPrefix(statistic, "p")
}

// threshold fits the size of the statistic's values.
func (g *Generator) threshold(statistic string) float64 {
	switch {
	case statistic == "SampleCount", strings.HasPrefix(strings.ToLower(statistic), "tc"):
		return one(g, 1.0, 2, 2.5, 3, 20, 100)
	case strings.HasPrefix(statistic, "PR"):
		return one(g, 0.0, 40, 50, 60, 100)
	}
	t := one(g, 0.0, 1, 5, 10, 12.25, 50, 100)
	if !exact(statistic) {
		t += 0.06
	}
	return t
}

// exact reports whether the statistic of quarters is computed without rounding,
// so that it may be compared with an equal number.
func exact(statistic string) bool {
	return percentile(statistic) || alarm.Basic(statistic)
}
