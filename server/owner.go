package server

import (
	"skywatch/alarms"
	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/targets"
	"skywatch/targets/scaling/tracking"
)

// owner keeps the alarms of scaling policies among all others. It is a
// tracking.Alarms.
type owner struct {
	alarms *alarms.Service
	clock  targets.Clock
}

// PutAlarm makes or replaces an alarm.
func (o owner) PutAlarm(tx *catalog.Tx, t metric.Tenant, a tracking.Alarm) error {
	p := &alarms.Put{
		Name: a.Name, Description: &a.Description, AlarmActions: []string{a.Action},
		EvaluationPeriods: a.Periods, Threshold: &a.Threshold, Comparison: string(alarms.LessThan),
	}
	if a.High {
		p.Comparison = string(alarms.GreaterThan)
	}
	if m := a.Metric; m != nil {
		p.Namespace, p.MetricName, p.Dimensions = m.Namespace, m.Name, m.Dimensions
		p.Statistic, p.Unit, p.Period = m.Statistic, m.Unit, a.Period
	}
	for _, q := range a.Queries {
		p.Queries = append(p.Queries, alarmQuery(&q, metric.Period(a.Period)))
	}
	return o.alarms.PutIn(tx, t, p, o.clock.Now())
}

func alarmQuery(q *tracking.Query, period metric.Period) alarms.Query {
	out := alarms.Query{ID: q.ID, Expression: q.Expression, Label: q.Label, ReturnData: q.ReturnData}
	if q.Period != nil {
		out.Period = metric.Period(*q.Period)
	}
	if m := q.Metric; m != nil {
		out.Metric = &alarms.MetricStat{
			Namespace: m.Namespace, MetricName: m.Name, Dimensions: m.Dimensions, Stat: m.Statistic, Unit: m.Unit, Period: period,
		}
	}
	return out
}

// DropAlarms deletes alarms.
func (o owner) DropAlarms(tx *catalog.Tx, t metric.Tenant, names ...string) error {
	return o.alarms.DropIn(tx, t, names, o.clock.Now())
}

// Alarming reports whether an alarm is in ALARM.
func (o owner) Alarming(r catalog.Reader, t metric.Tenant, name string) (bool, error) {
	state, _, err := alarms.StateIn(r, alarms.Key{Tenant: t, Name: name})
	return state == alarms.Alarming, err
}
