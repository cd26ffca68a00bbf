package alarms

import (
	"slices"

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
	ReasonData string          `json:",omitempty"`
	Evaluation EvaluationState `json:",omitempty"`
	// Warming is when the warm-up began that lasts; zero: none does.
	Warming metric.Instant `json:",omitempty"`
	// Updated is AWS's StateUpdatedTimestamp, Transitioned its
	// StateTransitionedTimestamp: the last change of Value (cloudwatch.md 13.1).
	Updated      metric.Instant
	Transitioned metric.Instant
	Suppression
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

// Alarm is an alarm of any kind with its state.
type Alarm struct {
	Key
	Definition
	ConfigurationUpdated metric.Instant
	Status

	// carried are the tags that messages and events carry; nil: none do.
	carried []Tag
	// contributors are those that are kept, by id.
	contributors []Contributor

	// revision counts the changes of the definition and version those of the
	// status, both over the whole catalog, so that no value comes back when an
	// alarm is deleted and made again: what compare-and-set compares.
	revision, version uint64
}

// Metric returns the metric that an alarm on one metric watches, in normal form.
func (a *Alarm) Metric() metric.ID {
	return identity(a.Tenant, a.Namespace, a.MetricName, a.Dimensions)
}

// id is the metric of the query, in normal form.
func (m *MetricStat) id(t metric.Tenant) metric.ID {
	return identity(t, m.Namespace, m.MetricName, m.Dimensions)
}

func identity(t metric.Tenant, namespace, name string, dimensions []metric.Dimension) metric.ID {
	id := metric.ID{Tenant: t, Namespace: namespace, Name: name, Dimensions: slices.Clone(dimensions)}
	id.Normalize()
	return id
}
