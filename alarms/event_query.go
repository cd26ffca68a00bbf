package alarms

import (
	"github.com/google/uuid"

	"skywatch/metric"
)

// eventMetric is one of the metrics and expressions that an event tells of
// (cloudwatch.md 14.4; accountId is inferred).
type eventMetric struct {
	ID         string           `json:"id"`
	MetricStat *eventMetricStat `json:"metricStat,omitempty"`
	Expression string           `json:"expression,omitempty"`
	Label      *string          `json:"label,omitempty"`
	Period     metric.Period    `json:"period,omitempty"`
	ReturnData bool             `json:"returnData"`
	AccountID  string           `json:"accountId,omitempty"`
}

type eventMetricStat struct {
	Metric eventMetricName `json:"metric"`
	Period metric.Period   `json:"period"`
	Stat   string          `json:"stat"`
	Unit   string          `json:"unit,omitempty"`
}

type eventMetricName struct {
	Namespace  string            `json:"namespace"`
	Name       string            `json:"name"`
	Dimensions map[string]string `json:"dimensions"`
}

// eventMetrics are what the alarm is on; an alarm on one metric has an entry with
// an id of its own. It stays as long as what is evaluated stays (recorded:
// switching the actions off keeps it, another threshold does not).
func eventMetrics(a *Alarm) []eventMetric {
	if a.Kind() == OnQueries {
		out := make([]eventMetric, len(a.Queries))
		for i, q := range a.Queries {
			out[i] = eventMetric{
				ID: q.ID, MetricStat: eventStatOf(q.Metric), Expression: q.Expression, Label: q.Label, Period: q.Period,
				ReturnData: q.returned(), AccountID: q.AccountID,
			}
		}
		return out
	}
	d := a.Definition
	d.ActionsEnabled = false
	id := uuid.NewSHA1(uuid.NameSpaceURL, []byte(a.ARN()+encode(d)))
	return []eventMetric{{ID: id.String(), ReturnData: true, MetricStat: eventStatOf(&MetricStat{
		Namespace: a.Namespace, MetricName: a.MetricName, Dimensions: a.Dimensions, Stat: a.stat(), Unit: a.Unit, Period: a.Period,
	})}}
}

func eventStatOf(m *MetricStat) *eventMetricStat {
	if m == nil {
		return nil
	}
	dimensions := make(map[string]string, len(m.Dimensions))
	for _, d := range m.Dimensions {
		dimensions[d.Name] = d.Value
	}
	return &eventMetricStat{eventMetricName{m.Namespace, m.MetricName, dimensions}, m.Period, m.Stat, m.Unit}
}

// promQLEvent is what events and the history tell of a PromQL query, and
// timingEvent of when an alarm is evaluated (inferred: their members are those of
// the API, spelled as events and the history spell).
type promQLEvent struct {
	EvaluationCriteria *eventCriteria `json:"evaluationCriteria,omitempty"`
	EvaluationInterval metric.Period  `json:"evaluationInterval,omitempty"`
}

type eventCriteria struct {
	PromQLCriteria struct {
		Query          string `json:"query"`
		PendingPeriod  *int   `json:"pendingPeriod,omitempty"`
		RecoveryPeriod *int   `json:"recoveryPeriod,omitempty"`
	} `json:"promQLCriteria"`
}

func promQLEventOf(d *Definition) promQLEvent {
	if d.PromQL == nil {
		return promQLEvent{}
	}
	var c eventCriteria
	p := &c.PromQLCriteria
	p.Query, p.PendingPeriod, p.RecoveryPeriod = d.PromQL.Query, d.PromQL.Pending, d.PromQL.Recovery
	return promQLEvent{&c, d.Period}
}

// settingsEvent is what they tell of an alarm's other settings.
type settingsEvent struct {
	EvaluationWindow    *windowEvent      `json:"evaluationWindow,omitempty"`
	WarmUpConfiguration *warmUpEvent      `json:"warmUpConfiguration,omitempty"`
	ActionConfiguration *propagationEvent `json:"actionConfiguration,omitempty"`
}

type windowEvent struct {
	Sliding   *struct{}       `json:"slidingWindow,omitempty"`
	WallClock *wallClockEvent `json:"wallClockWindow,omitempty"`
}

type wallClockEvent struct {
	Timezone string `json:"timezone,omitempty"`
}

type warmUpEvent struct {
	Minutes int   `json:"warmUpPeriodDurationInMinutes"`
	Whole   *bool `json:"onlyStartEvaluatingAfterWarmUpPeriodEnds,omitempty"`
}

type propagationEvent struct {
	AlarmTagsPropagation struct {
		Enabled  bool     `json:"enabled"`
		Included []string `json:"includedTagKeys,omitempty"`
		Excluded []string `json:"excludedTagKeys,omitempty"`
	} `json:"alarmTagsPropagation"`
}

func settingsEventOf(d *Definition) (e settingsEvent) {
	switch w := d.EvaluationWindow; {
	case w == nil:
	case w.WallClock:
		e.EvaluationWindow = &windowEvent{WallClock: &wallClockEvent{w.Timezone}}
	default:
		e.EvaluationWindow = &windowEvent{Sliding: &struct{}{}}
	}
	if w := d.WarmUp; w != nil {
		e.WarmUpConfiguration = &warmUpEvent{w.Minutes, w.Whole}
	}
	if t := d.TagPropagation; t != nil {
		var p propagationEvent
		p.AlarmTagsPropagation.Enabled = t.Enabled
		p.AlarmTagsPropagation.Included, p.AlarmTagsPropagation.Excluded = t.Included, t.Excluded
		e.ActionConfiguration = &p
	}
	return e
}
