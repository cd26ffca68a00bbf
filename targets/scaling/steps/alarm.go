package steps

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"skywatch/internal/fault"
	"skywatch/targets"
)

// Alarm is what an alarm's delivery tells a policy (cloudwatch.md 14.2).
type Alarm struct {
	Name    string
	State   string
	periods int
	bound   float64
	reason  json.RawMessage // the state's reason data
}

// message is the part of an alarm's message that policies read.
type message struct {
	AlarmName     string
	NewStateValue string
	Trigger       struct {
		EvaluationPeriods int
		Threshold         float64
	}
}

// measured is the part of an alarm's StateReasonData that a step policy needs.
type measured struct {
	StartDate        string     `json:"startDate"` // of the oldest of them
	Period           int        `json:"period"`    // in seconds
	RecentDatapoints []*float64 `json:"recentDatapoints"`
	Threshold        *float64   `json:"threshold"`
}

// newest is the beginning of the newest datapoint's period; zero: it is not told.
func (m *measured) newest() time.Time {
	start, err := time.Parse("2006-01-02T15:04:05.000-0700", m.StartDate)
	if err != nil {
		return time.Time{}
	}
	return start.Add(time.Duration(m.Period*(len(m.RecentDatapoints)-1)) * time.Second)
}

// Read takes the alarm out of a delivery to a policy.
func Read(d targets.Delivery) (Alarm, error) {
	var m message
	if err := json.Unmarshal([]byte(d.Message), &m); err != nil || m.AlarmName == "" {
		return Alarm{}, fault.New(fault.InvalidValue, "A scaling policy is executed by alarms only; this is no message of an alarm.")
	}
	return Alarm{m.AlarmName, m.NewStateValue, m.Trigger.EvaluationPeriods, m.Trigger.Threshold, d.Parameters}, nil
}

// Distance is how far the metric is from the threshold: the last datapoints,
// as many as the alarm evaluates, aggregated by one of [Aggregations].
func (a *Alarm) Distance(aggregation string) (float64, error) {
	m, values, err := a.measured()
	if err != nil {
		return 0, err
	}
	threshold := a.bound
	if m.Threshold != nil {
		threshold = *m.Threshold
	}
	return aggregate(values, aggregation) - threshold, nil
}

// Values are the last datapoints, as many as the alarm evaluates, newest first, and
// when the period of the newest began; zero: the alarm does not tell.
func (a *Alarm) Values() (values []float64, newest time.Time, err error) {
	m, values, err := a.measured()
	return values, m.newest(), err
}

func (a *Alarm) measured() (m measured, values []float64, err error) {
	if err := json.Unmarshal(a.reason, &m); err != nil {
		return m, nil, fault.New(fault.InvalidValue, "%v", fmt.Errorf("the alarm's state has no reason data with the metric's value: %w", err))
	}
	for _, v := range slices.Backward(m.RecentDatapoints) {
		if v != nil && len(values) < max(a.periods, 1) {
			values = append(values, *v)
		}
	}
	if len(values) == 0 {
		return m, nil, fault.New(fault.InvalidValue, "The alarm's state has no datapoint.")
	}
	return m, values, nil
}

// Aggregations lists how the last datapoints become one, in AWS's order.
func Aggregations() []string { return []string{Average, "Minimum", "Maximum"} }

// Average is the aggregation of policies that name none.
const Average = "Average"

func aggregate(values []float64, aggregation string) float64 {
	switch aggregation {
	case "Minimum":
		return slices.Min(values)
	case "Maximum":
		return slices.Max(values)
	}
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}
