package alarms

import (
	"skywatch/metric"
)

// Kind is what an alarm is on.
type Kind uint8

// The kinds.
const (
	OnMetric   Kind = iota // one metric
	OnQueries              // PutMetricAlarm's Metrics: metric math or Metrics Insights
	OnPromQL               // EvaluationCriteria.PromQLCriteria
	OnChildren             // a composite alarm: the states of other alarms
)

// Definition is what PutMetricAlarm or PutCompositeAlarm defines. A zero value of
// a field that may be absent means absent, and reads leave it out. Which of the
// groups of fields below the actions are used depends on Kind.
type Definition struct {
	Description             *string `json:",omitempty"`
	ActionsEnabled          bool
	OKActions               []string `json:",omitempty"`
	AlarmActions            []string `json:",omitempty"`
	InsufficientDataActions []string `json:",omitempty"`
	// TagPropagation is AlarmTagsPropagation of ActionConfiguration.
	TagPropagation *TagPropagation `json:",omitempty"`

	// An alarm on one metric.
	Namespace  string `json:",omitempty"`
	MetricName string `json:",omitempty"`
	// Dimensions keep the client's order: Terraform and CDK compare them.
	Dimensions []metric.Dimension `json:",omitempty"`
	// Statistic is one of the basic five, ExtendedStatistic any other; exactly
	// one of them is set.
	Statistic         string `json:",omitempty"`
	ExtendedStatistic string `json:",omitempty"`
	Unit              string `json:",omitempty"`
	// Period is also that of all Queries, and EvaluationInterval with PromQL.
	Period metric.Period `json:",omitempty"`

	// An alarm on expressions, in the client's order.
	Queries []Query `json:",omitempty"`
	// GroupBy has the labels by which the watched query, in Metrics Insights, groups
	// its series, each of which is a contributor; nil: there is one series. It
	// follows from Queries.
	GroupBy []string `json:",omitempty"`
	// An alarm on a PromQL query.
	PromQL *PromQL `json:",omitempty"`
	// A composite alarm.
	Composite *Composite `json:",omitempty"`

	// How the datapoints are judged; not with PromQL, nor in a composite alarm.
	EvaluationPeriods int        `json:",omitempty"` // N
	DatapointsToAlarm int        `json:",omitempty"` // M; zero: N
	Threshold         float64    `json:",omitempty"`
	Comparison        Comparison `json:",omitempty"`
	TreatMissingData  Treatment  `json:",omitempty"`
	// LowSamples is EvaluateLowSampleCountPercentile.
	LowSamples string `json:",omitempty"`

	WarmUp *WarmUp `json:",omitempty"`
	// EvaluationWindow is nil where none was sent: sliding.
	EvaluationWindow *EvaluationWindow `json:",omitempty"`
}

// Query is one of the Metrics of an alarm on expressions: a metric's statistic or
// an expression over others.
type Query struct {
	ID         string
	AccountID  string      `json:",omitempty"`
	Metric     *MetricStat `json:",omitempty"`
	Expression string      `json:",omitempty"`
	Label      *string     `json:",omitempty"`
	// Period is the expression's own, as it was sent: the alarm's, if at all.
	Period     metric.Period `json:",omitempty"`
	ReturnData *bool         `json:",omitempty"`
}

// MetricStat is the statistic of a metric that a Query asks for.
type MetricStat struct {
	Namespace  string
	MetricName string
	Dimensions []metric.Dimension `json:",omitempty"` // in the client's order
	Stat       string
	Unit       string `json:",omitempty"`
	Period     metric.Period
}

// PromQL is what an alarm on a PromQL query is on: every element of the instant
// vector is a contributor.
type PromQL struct {
	Query string
	// Pending is for how many seconds an element must be there before its
	// contributor is in ALARM, Recovery for how long it must be gone before it is
	// OK; nil: not sent, as 0.
	Pending  *int `json:",omitempty"`
	Recovery *int `json:",omitempty"`
}

// Composite is what a composite alarm is on.
type Composite struct {
	Rule string
	// Suppressor is an alarm's name or ARN, as it was sent; empty: none.
	Suppressor string `json:",omitempty"`
	// Wait and Extension are in seconds; nil: not sent.
	Wait      *int `json:",omitempty"`
	Extension *int `json:",omitempty"`
}

// WarmUp is how long after its definition an alarm waits for data.
type WarmUp struct {
	Minutes int
	// Whole says that it waits for all of that time; otherwise only until its
	// evaluation window is full. nil: not sent, as false.
	Whole *bool `json:",omitempty"`
}

// EvaluationWindow says how the periods of an alarm lie.
type EvaluationWindow struct {
	// WallClock says that periods begin at the clock's boundaries; otherwise they
	// slide.
	WallClock bool `json:",omitempty"`
	// Timezone is the clock's, as it was sent; empty: UTC.
	Timezone string `json:",omitempty"`
}

// TagPropagation says which of the alarm's tags its notifications and events
// carry.
type TagPropagation struct {
	Enabled bool
	// Included names the only tags, Excluded those that do not go; neither: all.
	Included []string `json:",omitempty"`
	Excluded []string `json:",omitempty"`
}

// Kind returns what the alarm is on.
func (d *Definition) Kind() Kind {
	switch {
	case d.Composite != nil:
		return OnChildren
	case d.PromQL != nil:
		return OnPromQL
	case len(d.Queries) > 0:
		return OnQueries
	default:
		return OnMetric
	}
}

// stat returns the statistic's text, basic or extended.
func (d *Definition) stat() string {
	if d.Statistic != "" {
		return d.Statistic
	}
	return d.ExtendedStatistic
}

// judged is the statistic whose values are judged; empty where an expression is.
func (d *Definition) judged() string {
	for _, q := range d.Queries {
		if q.returned() && q.Metric != nil {
			return q.Metric.Stat
		}
	}
	return d.stat()
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

// returned reports whether the query is what the alarm judges.
func (q *Query) returned() bool { return q.ReturnData == nil || *q.ReturnData }
