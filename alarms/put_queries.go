package alarms

import (
	"fmt"
	"regexp"

	"skywatch/metric"
	"skywatch/query"
)

// Limits of the Metrics of an alarm (cloudwatch.md 11.1 and 12.5).
const (
	maxMetrics           = 10
	maxExpressions       = 10
	maxInsightsStretch   = 3 * 3600 // seconds
	leastInsightsPeriod  = metric.Minute
	queryIDPattern       = "^[a-z][a-zA-Z0-9_]*$"
	oneReturned          = "Exactly one element of the metrics list should return data."
	badMetrics           = "Invalid metrics list"
	noPeriod             = "Period must not be null"
	notAlone             = "%s should not be set if list of Metrics is set"
	severalNotInInsights = "Metrics expression that return multi time series are only allowed for MetricsInsights expression with an ORDER BY clause"
)

var queryID = regexp.MustCompile(queryIDPattern)

// onQueries reads an alarm on metric math or Metrics Insights.
func (p *Put) onQueries(t metric.Tenant, d *Definition) error {
	d.Queries = p.Queries
	for _, check := range []func() error{
		p.checkAlone, p.checkCounts, p.checkIDs, func() error { return p.checkQueries(t.Account) }, p.checkReturned, p.findPeriod(d),
	} {
		if err := check(); err != nil {
			return err
		}
	}
	w, err := query.Watch(dataQueries(p.Queries), t.Account)
	if err != nil {
		return err
	}
	d.GroupBy = w.GroupBy
	if err := p.checkWatched(d, w); err != nil {
		return err
	}
	return p.judgedBy(d)
}

// checkAlone refuses what belongs to an alarm on one metric. That the words
// are the same for all of them is inferred.
func (p *Put) checkAlone() error {
	for _, f := range []struct {
		name string
		sent bool
	}{
		{"MetricName", p.MetricName != ""},
		{"Namespace", p.Namespace != ""},
		{"Dimensions", len(p.Dimensions) > 0},
		{"Period", p.Period != 0},
		{"Unit", p.Unit != ""},
		{"Statistic", p.Statistic != ""},
		{"ExtendedStatistic", p.ExtendedStatistic != ""},
	} {
		if f.sent {
			return invalid(notAlone, f.name)
		}
	}
	return nil
}

func (p *Put) checkCounts() error {
	metrics := 0
	for _, q := range p.Queries {
		if q.Metric != nil {
			metrics++
		}
	}
	switch {
	case metrics > maxMetrics:
		return invalid("Too many metrics in alarm, maximum is %d", maxMetrics)
	case len(p.Queries)-metrics > maxExpressions:
		return invalid("Too many expressions in alarm, maximum is %d", maxExpressions)
	}
	return nil
}

// checkIDs holds the rules for ids, in the words of GetMetricData (inferred).
func (p *Put) checkIDs() error {
	seen := map[string]bool{}
	for i, q := range p.Queries {
		switch {
		case !queryID.MatchString(q.ID):
			return invalid("The value for parameter Metrics.member.%d.Id is not matching the expected pattern %s.", i+1, queryIDPattern)
		case seen[q.ID]:
			return invalid("The values for parameter id in Metrics are not unique.")
		}
		seen[q.ID] = true
	}
	return nil
}

func (p *Put) checkQueries(account string) error {
	for i := range p.Queries {
		q := &p.Queries[i]
		at := fmt.Sprintf("Metrics.member.%d", i+1)
		switch {
		case q.Metric != nil && q.Expression != "":
			return invalid("The parameters MetricDataQuery Expression and MetricStat are mutually exclusive and you have specified both.")
		case q.Metric == nil && q.Expression == "":
			return invalid(noPeriod) // so says AWS of a query that asks for nothing
		case q.AccountID != "" && q.AccountID != account:
			return unsupported("A metric of another account (%s.AccountId) is", at)
		case q.Period != 0:
			if err := checkPeriod(int(q.Period)); err != nil {
				return err
			}
		}
		if q.Metric != nil {
			if err := q.Metric.check(at + ".MetricStat."); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *MetricStat) check(at string) error {
	switch {
	case m.Namespace == "":
		return missing(at + "Metric.Namespace")
	case m.MetricName == "":
		return missing(at + "Metric.MetricName")
	case m.Period == 0:
		return invalid(noPeriod)
	}
	if err := checkPeriod(int(m.Period)); err != nil {
		return err
	}
	if _, ok := metric.ParseStatistic(m.Stat); !ok {
		return invalid(badMetrics)
	}
	return checkMetricNames(at+"Metric.", metricNames{m.Namespace, m.MetricName, m.Dimensions, m.Unit}, at+"Unit")
}

func (p *Put) checkReturned() error {
	if Comparison(p.Comparison).band() {
		return p.checkThreshold()
	}
	returned := 0
	for i := range p.Queries {
		if p.Queries[i].returned() {
			returned++
		}
	}
	if returned != 1 {
		return invalid(oneReturned)
	}
	return nil
}

// findPeriod finds the one period that all queries have.
func (p *Put) findPeriod(d *Definition) func() error {
	return func() error {
		for _, q := range p.Queries {
			periods := []metric.Period{q.Period}
			if q.Metric != nil {
				periods = append(periods, q.Metric.Period)
			}
			for _, period := range periods {
				if period != 0 && d.Period != 0 && period != d.Period {
					return invalid("All elements of the metrics list must have the same Period") // wording (inferred)
				}
				if period != 0 {
					d.Period = period
				}
			}
		}
		if d.Period == 0 {
			return invalid(noPeriod)
		}
		return nil
	}
}

func (p *Put) checkWatched(d *Definition, w query.Watched) error {
	switch {
	case w.Search:
		return invalid("SEARCH is not supported on Metric Alarms.")
	case w.Several && !(w.Grouped && w.Ordered):
		return invalid(severalNotInInsights)
	case w.Insights && d.Period < leastInsightsPeriod:
		return invalid("MetricsInsights monitors do not support less than 60 seconds period")
	case w.Insights && int64(d.Period)*int64(p.EvaluationPeriods) > maxInsightsStretch:
		return invalid("MetricsInsights monitors cannot be checked across more than 3 hours")
	}
	return nil
}

// dataQueries are the queries as query.Engine takes them.
func dataQueries(queries []Query) []query.DataQuery {
	out := make([]query.DataQuery, len(queries))
	for i, q := range queries {
		out[i] = query.DataQuery{
			ID: q.ID, Expression: q.Expression, Label: q.Label, ReturnData: q.ReturnData, AccountID: q.AccountID, Period: seconds(q.Period),
		}
		if m := q.Metric; m != nil {
			out[i].Stat = &query.MetricStat{
				Namespace: m.Namespace, Name: m.MetricName, Dimensions: m.Dimensions, Stat: m.Stat, Unit: m.Unit, Period: seconds(m.Period),
			}
		}
	}
	return out
}

// seconds is an optional period.
func seconds(p metric.Period) *int32 {
	if p == 0 {
		return nil
	}
	n := int32(p)
	return &n
}
