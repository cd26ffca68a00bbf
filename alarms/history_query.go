package alarms

import (
	"skywatch/metric"
)

// historyQuery is one of the metrics of an alarm as the history shows it (in the
// recorded order; the place of a label and of an account is inferred).
type historyQuery struct {
	Expression string        `json:"expression,omitempty"`
	ID         string        `json:"id"`
	Label      *string       `json:"label,omitempty"`
	MetricStat *historyStat  `json:"metricStat,omitempty"`
	ReturnData bool          `json:"returnData"`
	Period     metric.Period `json:"period,omitempty"`
	AccountID  string        `json:"accountId,omitempty"`
}

type historyStat struct {
	Metric historyMetric `json:"metric"`
	Period metric.Period `json:"period"`
	Stat   string        `json:"stat"`
	Unit   string        `json:"unit,omitempty"`
}

type historyMetric struct {
	Dimensions []historyDimension `json:"dimensions"`
	MetricName string             `json:"metricName"`
	Namespace  string             `json:"namespace"`
}

type historyDimension struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func historyDimensions(in []metric.Dimension) []historyDimension {
	out := make([]historyDimension, len(in))
	for i, d := range in {
		out[i] = historyDimension(d)
	}
	return out
}

func historyQueries(in []Query) []historyQuery {
	out := make([]historyQuery, len(in))
	for i, q := range in {
		out[i] = historyQuery{
			Expression: q.Expression, ID: q.ID, Label: q.Label, ReturnData: q.returned(), Period: q.Period, AccountID: q.AccountID,
		}
		if m := q.Metric; m != nil {
			out[i].MetricStat = &historyStat{historyMetric{historyDimensions(m.Dimensions), m.MetricName, m.Namespace}, m.Period, m.Stat, m.Unit}
		}
	}
	return out
}
