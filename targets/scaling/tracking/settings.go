package tracking

import (
	"slices"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// Settings are what a policy is told: a TargetTrackingConfiguration.
type Settings struct {
	Target float64
	// NoScaleIn is DisableScaleIn: the policy only adds capacity.
	NoScaleIn bool `json:",omitempty"`
	// One of three says what is tracked: a metric that the service knows by a name,
	// with its resource's label; a metric; expressions.
	Predefined string  `json:",omitempty"`
	Label      string  `json:",omitempty"`
	Custom     *Metric `json:",omitempty"`
	Queries    []Query `json:",omitempty"`
}

// Metric is a customized metric.
type Metric struct {
	Namespace, Name string
	Dimensions      []metric.Dimension `json:",omitempty"`
	Statistic       string
	Unit            string `json:",omitempty"`
	// Period is in seconds, as it was sent; nil: 60.
	Period *int `json:",omitempty"`
}

// Query is one of the expressions, or a metric that they are over.
type Query struct {
	ID         string
	Expression string  `json:",omitempty"`
	Label      *string `json:",omitempty"`
	// Metric's Statistic is the query's Stat, its Period that of its MetricStat.
	Metric *Metric `json:",omitempty"`
	// Period is the expression's own.
	Period     *int  `json:",omitempty"`
	ReturnData *bool `json:",omitempty"`
}

// The bounds of a target value (API reference, TargetTrackingConfiguration).
const (
	leastTarget = 8.515920e-109
	mostTarget  = 1.174271e+108
)

// Statistics are those of a customized metric, in AWS's order.
func Statistics() []string { return []string{"Average", "Minimum", "Maximum", "SampleCount", "Sum"} }

// Check holds settings to the rules that both services have. param is the member
// that they came in; the wordings are (inferred). What an alarm demands of its
// metric is left to the alarm.
func (s *Settings) Check(param string) error {
	bad := func(format string, args ...any) error { return fault.New(fault.Validation, format, args...).On(param) }
	given := 0
	for _, is := range []bool{s.Predefined != "", s.Custom != nil, len(s.Queries) > 0} {
		if is {
			given++
		}
	}
	switch {
	case given != 1:
		return bad("Exactly one of a predefined metric, a customized metric and a list of metrics must be specified.")
	case !(s.Target >= leastTarget && s.Target <= mostTarget):
		return bad("TargetValue must be between %g and %g.", leastTarget, mostTarget)
	}
	if m := s.Custom; m != nil {
		switch {
		case m.Namespace == "" || m.Name == "":
			return bad("A customized metric needs a Namespace and a MetricName.")
		case !slices.Contains(Statistics(), m.Statistic):
			return bad("Statistic must be one of: [Average, Minimum, Maximum, SampleCount, Sum]")
		}
	}
	return s.checkPeriods(bad)
}

// checkPeriods allows the periods that alarms of policies may have (API
// reference, CustomizedMetricSpecification).
func (s *Settings) checkPeriods(bad func(string, ...any) error) error {
	for _, p := range s.periods() {
		if p != nil && !slices.Contains([]int{10, 30, 60}, *p) {
			return bad("Period must be one of: [10, 30, 60]")
		}
	}
	return nil
}

// periods are those that were sent, wherever they stand.
func (s *Settings) periods() (all []*int) {
	if s.Custom != nil {
		all = append(all, s.Custom.Period)
	}
	for _, q := range s.Queries {
		all = append(all, q.Period)
		if q.Metric != nil {
			all = append(all, q.Metric.Period)
		}
	}
	return all
}

// defaultPeriod is in seconds.
const defaultPeriod = 60

// period is the alarms': the one that was sent.
func (s *Settings) period() int {
	for _, p := range s.periods() {
		if p != nil {
			return *p
		}
	}
	return defaultPeriod
}
