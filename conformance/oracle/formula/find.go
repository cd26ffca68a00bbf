package formula

import (
	"math"
	"strings"
	"time"

	"skywatch/conformance/oracle"
	"skywatch/conformance/oracle/insights"
	"skywatch/conformance/oracle/search"
)

// maxFound is the most series of one SEARCH.
const maxFound = 500

// search finds metrics and reads each.
func (r run) search(args []value) value {
	if v, ok := r.ready(args, 2, texts, texts, numbers); !ok {
		return v
	}
	period := r.query.Period
	if len(args) == 3 {
		period = int(math.Trunc(args[2].number))
	} else if period == 0 {
		r.mention("Period is a required field when using SEARCH function within an expression")
		period = 60 // to see what else is wrong
	}
	query, err := search.Parse(args[0].text)
	if err != nil {
		return r.fail()
	}
	var found []oracle.MetricStat
	for _, metric := range r.in.Listed {
		if query.Finds(r.tenant.Account, metric) && len(found) < maxFound {
			found = append(found, oracle.MetricStat{Metric: metric, Period: period, Stat: args[1].text})
		}
	}
	if len(found) == 0 { // the statistic and the period have to be right all the same
		nothing := oracle.MetricStat{Metric: oracle.Metric{Namespace: "None", MetricName: "None"}, Period: period, Stat: args[1].text}
		_, ok := r.read(nothing, "")
		return orBad(ofArray(nil), ok)
	}
	var all []*series
	for i, label := range oracle.DefaultLabels(found) {
		s, ok := r.read(found[i], label)
		if !ok {
			return value{kind: bad}
		}
		all = append(all, s)
	}
	return ofArray(all)
}

func orBad(v value, ok bool) value {
	if !ok {
		return value{kind: bad}
	}
	return v
}

// read is one metric as a direct query would answer it.
func (r run) read(stat oracle.MetricStat, label string) (*series, bool) {
	q := oracle.Query{ID: "q", MetricStat: stat}
	out, errs := r.model.GetMetricData(r.now, r.tenant, oracle.GetMetricDataInput{
		Queries: []oracle.Query{q}, StartTime: r.in.StartTime, EndTime: r.in.EndTime, ScanBy: oracle.TimestampAscending,
	})
	if len(errs) > 0 {
		r.fail()
		return nil, false
	}
	s := fromResult(stat.Period, out.Results[0])
	s.label, s.direct = oracle.Label{{Text: label}}, false
	return s, true
}

// insights answers the SELECT that the expression is.
func (r run) insights() value {
	r.world.selects++
	if r.world.selects > 1 {
		r.mention("Maximum number of queries (1) exceeded")
	}
	period := r.query.Period
	query, refusal := insights.Parse(r.query.Expression)
	if refusal != nil {
		return r.mention(refusal.Text)
	}
	if period == 0 {
		return r.mention("Period is a required field when using query within an expression")
	}
	answer := query.Answer(r.model, r.tenant, insights.Window{Now: r.now, Start: r.in.StartTime, End: r.in.EndTime, Period: period})
	var all []*series
	for _, group := range answer {
		s := &series{points: make(map[time.Time]float64), period: max(period, 60), minutes: true}
		for t, v := range group.Points {
			s.set(t, v)
		}
		if len(group.Groups) == 0 {
			return ofSeries(s)
		}
		s.label = oracle.Label{{Text: strings.Join(group.Groups, " ")}}
		all = append(all, s)
	}
	return ofArray(all)
}
