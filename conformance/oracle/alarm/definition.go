package alarm

import (
	"slices"
	"time"

	"skywatch/conformance/oracle"
)

// State is the StateValue of an alarm.
type State string

// The states (A.3).
const (
	OK               State = "OK"
	Alarm            State = "ALARM"
	InsufficientData State = "INSUFFICIENT_DATA"
)

// States are all of them.
func States() []State { return []State{OK, Alarm, InsufficientData} }

// Values of TreatMissingData; absent means Missing (11.1).
const (
	Missing      = "missing"
	Ignore       = "ignore"
	Breaching    = "breaching"
	NotBreaching = "notBreaching"
)

// Statistics are the five basic ones; the others are extended (11.1).
func Statistics() []string {
	return []string{"Average", "Sum", "Minimum", "Maximum", "SampleCount"}
}

// Basic reports whether a statistic is one of the five.
func Basic(statistic string) bool { return slices.Contains(Statistics(), statistic) }

// Definition is what PutMetricAlarm says of an alarm on one metric. An empty
// text and a nil number are absent.
type Definition struct {
	Metric                           oracle.Metric
	Statistic                        string // basic or extended; empty for alarms on expressions
	Unit                             string
	Period                           int // seconds
	EvaluationPeriods                int
	DatapointsToAlarm                *int
	ComparisonOperator               string
	Threshold                        float64
	TreatMissingData                 string
	EvaluateLowSampleCountPercentile string
}

// needed is M: how many breaching points make an ALARM (11.1).
func (d Definition) needed() int {
	if d.DatapointsToAlarm == nil {
		return d.EvaluationPeriods
	}
	return *d.DatapointsToAlarm
}

// spare is N-M+1: how many good points make M out of N impossible.
func (d Definition) spare() int { return d.EvaluationPeriods - d.needed() + 1 }

// period is the length of a slot.
func (d Definition) period() time.Duration { return time.Duration(d.Period) * time.Second }

// Cadence is how far apart the evaluation instants are (12.1).
func (d Definition) Cadence() time.Duration {
	switch {
	case d.Period < 60:
		return 10 * time.Second
	case d.EvaluationPeriods*d.Period > 24*60*60:
		return time.Hour
	}
	return time.Minute
}

// Range is R, how many slots are fetched (12.1, inferred there).
func (d Definition) Range() int {
	if d.Period < 60 {
		return d.EvaluationPeriods + 60/d.Period
	}
	return d.EvaluationPeriods + 2
}

// Instants are the evaluation instants from start to end, ends included: the
// multiples of the cadence (design, section 4).
func (d Definition) Instants(start, end time.Time) []time.Time {
	at := start.UTC().Truncate(d.Cadence())
	if at.Before(start) {
		at = at.Add(d.Cadence())
	}
	var all []time.Time
	for ; !at.After(end); at = at.Add(d.Cadence()) {
		all = append(all, at)
	}
	return all
}

// breaching compares the metric's value with the threshold, the value first
// (12.2).
func (d Definition) breaching(value float64) bool {
	switch d.ComparisonOperator {
	case "GreaterThanThreshold":
		return value > d.Threshold
	case "GreaterThanOrEqualToThreshold":
		return value >= d.Threshold
	case "LessThanThreshold":
		return value < d.Threshold
	case "LessThanOrEqualToThreshold":
		return value <= d.Threshold
	}
	panic("no such operator: " + d.ComparisonOperator)
}
