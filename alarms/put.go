package alarms

import (
	"strings"
	"unicode/utf8"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// Put is what PutMetricAlarm was sent. Zero means not sent, except where there is
// a pointer. What the API model demands of single fields (lengths, enumerations,
// least values) was checked before.
type Put struct {
	Name                    string
	Description             *string
	ActionsEnabled          *bool
	OKActions               []string
	AlarmActions            []string
	InsufficientDataActions []string
	TagPropagation          *TagPropagation

	// One of three says what the alarm is on. The first: a metric.
	Namespace, MetricName string
	Dimensions            []metric.Dimension
	Statistic             string
	ExtendedStatistic     string
	Unit                  string
	Period                int
	// The second: expressions.
	Queries []Query
	// The third: a PromQL query, and how often it is asked.
	PromQL             *PromQL
	EvaluationInterval int

	EvaluationPeriods int
	DatapointsToAlarm int
	Threshold         *float64
	Comparison        string
	TreatMissingData  string
	LowSamples        string // EvaluateLowSampleCountPercentile

	WarmUp           *WarmUp
	EvaluationWindow *EvaluationWindow

	Tags []Tag // used when the alarm is new
}

// putBytes is what the names, texts and queries of a request may have together
// (API reference of PutMetricAlarm: 120 KB uncompressed; that the names of members
// and the signs between them do not count is inferred, as it is for the client's
// benefit).
const putBytes = 120 << 10

// define checks the request of a tenant and returns the definition that it makes.
func (p *Put) define(t metric.Tenant) (Definition, error) {
	if err := p.checkName(); err != nil {
		return Definition{}, err
	}
	if p.size() > putBytes {
		return Definition{}, invalid("The request must not have more than %d bytes.", putBytes) // wording (inferred)
	}
	d := Definition{
		Description:             p.Description,
		ActionsEnabled:          p.ActionsEnabled == nil || *p.ActionsEnabled,
		OKActions:               p.OKActions,
		AlarmActions:            p.AlarmActions,
		InsufficientDataActions: p.InsufficientDataActions,
		TagPropagation:          p.TagPropagation,
		WarmUp:                  p.WarmUp,
		EvaluationWindow:        p.EvaluationWindow,
	}
	if err := p.on(t, &d); err != nil {
		return Definition{}, err
	}
	for _, check := range []func() error{
		p.checkWarmUp, func() error { return p.checkWindow(&d) }, p.checkPropagation,
		func() error { return checkActions(&d, t.Region) },
	} {
		if err := check(); err != nil {
			return Definition{}, err
		}
	}
	return d, nil
}

// on puts into the definition what the alarm is on and how it is judged.
func (p *Put) on(t metric.Tenant, d *Definition) error {
	switch {
	case p.PromQL != nil:
		return p.onPromQL(d)
	case p.EvaluationInterval != 0: // wording (inferred)
		return invalid("EvaluationInterval should be set only if EvaluationCriteria is set")
	case len(p.Queries) > 0:
		return p.onQueries(t, d)
	default:
		return p.onMetric(d)
	}
}

func (p *Put) checkName() error {
	if p.Name == "" {
		return missing("AlarmName")
	}
	for i := range len(p.Name) {
		if p.Name[i] < ' ' || p.Name[i] == 0x7f {
			return invalid("AlarmName must not contain ASCII Control characters")
		}
	}
	if !utf8.ValidString(p.Name) {
		return invalid("AlarmName must be valid UTF-8") // wording (inferred)
	}
	return nil
}

// size is the sum of the texts of the request.
func (p *Put) size() int {
	n := len(p.Name) + len(p.Namespace) + len(p.MetricName)
	if p.Description != nil {
		n += len(*p.Description)
	}
	for _, list := range [][]string{p.OKActions, p.AlarmActions, p.InsufficientDataActions} {
		n += len(strings.Join(list, ""))
	}
	n += dimensionBytes(p.Dimensions)
	for _, q := range p.Queries {
		n += len(q.ID) + len(q.Expression)
		if q.Label != nil {
			n += len(*q.Label)
		}
		if m := q.Metric; m != nil {
			n += len(m.Namespace) + len(m.MetricName) + len(m.Stat) + dimensionBytes(m.Dimensions)
		}
	}
	for _, t := range p.Tags {
		n += len(t.Key) + len(t.Value)
	}
	return n
}

func dimensionBytes(dimensions []metric.Dimension) (n int) {
	for _, d := range dimensions {
		n += len(d.Name) + len(d.Value)
	}
	return n
}

func missing(param string) error {
	return fault.New(fault.Missing, "The parameter %s is required.", param).On(param)
}

func invalid(format string, args ...any) error { return fault.New(fault.Validation, format, args...) }

// unsupported refuses by name what AWS has and we do not; the format begins
// the sentence.
func unsupported(format string, args ...any) error {
	return fault.New(fault.Validation, format+" not supported by this version of Skywatch.", args...)
}
