package alarms

import (
	"skywatch/metric"
)

// State is the value of an alarm's state, in AWS's spelling.
type State string

// The states.
const (
	OK               State = "OK"
	Alarming         State = "ALARM"
	InsufficientData State = "INSUFFICIENT_DATA"
)

// Status is the state of an alarm and how it came about.
type Status struct {
	Value  State
	Reason string
	// ReasonData is JSON text, empty if there is none.
	ReasonData string `json:",omitempty"`
	// Updated is AWS's StateUpdatedTimestamp, Transitioned its
	// StateTransitionedTimestamp: the last change of Value. They differ only
	// for kinds of alarms that are not offered yet (cloudwatch.md 13.1).
	Updated      metric.Instant
	Transitioned metric.Instant
}

// Definition is what PutMetricAlarm defines for an alarm on one metric. A zero
// value of a field that may be absent means absent, and reads leave it out.
type Definition struct {
	Description             *string `json:",omitempty"`
	ActionsEnabled          bool
	OKActions               []string `json:",omitempty"`
	AlarmActions            []string `json:",omitempty"`
	InsufficientDataActions []string `json:",omitempty"`

	Namespace  string
	MetricName string
	// Dimensions keep the client's order: Terraform and CDK compare them.
	Dimensions []metric.Dimension `json:",omitempty"`
	// Statistic is one of the basic five, ExtendedStatistic any other; exactly
	// one of them is set.
	Statistic         string `json:",omitempty"`
	ExtendedStatistic string `json:",omitempty"`
	Unit              string `json:",omitempty"`
	Period            metric.Period

	EvaluationPeriods int // N
	DatapointsToAlarm int `json:",omitempty"` // M; zero: N
	Threshold         float64
	Comparison        Comparison
	TreatMissingData  Treatment `json:",omitempty"`
	// LowSamples is EvaluateLowSampleCountPercentile.
	LowSamples string `json:",omitempty"`
}

// stat returns the statistic's text, basic or extended.
func (d *Definition) stat() string {
	if d.Statistic != "" {
		return d.Statistic
	}
	return d.ExtendedStatistic
}

// needed is M: how many breaching datapoints raise the alarm.
func (d *Definition) needed() int {
	if d.DatapointsToAlarm == 0 {
		return d.EvaluationPeriods
	}
	return d.DatapointsToAlarm
}

// toClear is how many datapoints that do not breach make ALARM impossible.
func (d *Definition) toClear() int { return d.EvaluationPeriods - d.needed() + 1 }

// actions returns the actions of a state.
func (d *Definition) actions(s State) []string {
	switch s {
	case OK:
		return d.OKActions
	case Alarming:
		return d.AlarmActions
	default:
		return d.InsufficientDataActions
	}
}

// Key names an alarm.
type Key struct {
	metric.Tenant
	Name string
}

// ARN returns the alarm's resource name.
func (k Key) ARN() string {
	return "arn:aws:cloudwatch:" + k.Region + ":" + k.Account + ":alarm:" + k.Name
}

func (k Key) parts() []string { return []string{k.Account, k.Region, k.Name} }

// Alarm is an alarm on one metric with its state.
type Alarm struct {
	Key
	Definition
	ConfigurationUpdated metric.Instant
	Status

	// revision counts the changes of the definition and version those of the
	// status, both over the whole catalog, so that no value comes back when an
	// alarm is deleted and made again: what compare-and-set compares.
	revision, version uint64
}

// Metric returns the metric that the alarm watches, in normal form.
func (a *Alarm) Metric() metric.ID {
	id := metric.ID{
		Tenant: a.Tenant, Namespace: a.Namespace, Name: a.MetricName,
		Dimensions: append([]metric.Dimension(nil), a.Dimensions...),
	}
	id.Normalize()
	return id
}
