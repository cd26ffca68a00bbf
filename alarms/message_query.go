package alarms

import (
	"skywatch/metric"
)

// messageQuery is one of the Metrics in the message to a topic (in the recorded
// order; the place of AccountId beside a Period is inferred).
type messageQuery struct {
	Expression string       `json:",omitempty"`
	ID         string       `json:"Id"`
	Label      *string      `json:",omitempty"`
	MetricStat *messageStat `json:",omitempty"`
	ReturnData bool
	Period     metric.Period `json:",omitempty"`
	AccountID  string        `json:"AccountId,omitempty"`
}

type messageStat struct {
	Metric messageMetric
	Period metric.Period
	Stat   string
	Unit   string `json:",omitempty"`
}

type messageMetric struct {
	Dimensions []messageDimension
	MetricName string
	Namespace  string
}

type messageDimension struct {
	Value string `json:"value"`
	Name  string `json:"name"`
}

func messageDimensions(in []metric.Dimension) []messageDimension {
	out := make([]messageDimension, len(in))
	for i, d := range in {
		out[i] = messageDimension{Value: d.Value, Name: d.Name}
	}
	return out
}

func messageQueries(in []Query) []messageQuery {
	out := make([]messageQuery, len(in))
	for i, q := range in {
		out[i] = messageQuery{
			Expression: q.Expression, ID: q.ID, Label: q.Label, ReturnData: q.returned(), Period: q.Period, AccountID: q.AccountID,
		}
		if m := q.Metric; m != nil {
			out[i].MetricStat = &messageStat{messageMetric{messageDimensions(m.Dimensions), m.MetricName, m.Namespace}, m.Period, m.Stat, m.Unit}
		}
	}
	return out
}

// messageCriteria is a PromQL query in the message to a topic
// (inferred: its members are those of the API).
type messageCriteria struct {
	PromQLCriteria struct {
		Query          string
		PendingPeriod  *int `json:",omitempty"`
		RecoveryPeriod *int `json:",omitempty"`
	}
}

func messageCriteriaOf(q *PromQL) *messageCriteria {
	var c messageCriteria
	c.PromQLCriteria.Query, c.PromQLCriteria.PendingPeriod, c.PromQLCriteria.RecoveryPeriod = q.Query, q.Pending, q.Recovery
	return &c
}
