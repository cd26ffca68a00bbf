package trial

import (
	"fmt"
	"math"
	"strings"
	"time"

	"skywatch/conformance/oracle"
	"skywatch/conformance/oracle/alarm"
	"skywatch/conformance/oracle/formula"
)

// Math makes a trial of an alarm on an expression over two metrics (12.5).
func (g *Generator) Math() Trial {
	t := g.Trial()
	for t.Definition.Period < 60 { // where slots lie on the minutes that reads know
		t = g.Trial()
	}
	name := t.Definition.Metric.MetricName
	t.Data = nil
	for _, id := range []string{"a", "b"} {
		metric := oracle.Metric{Namespace: Namespace, MetricName: name + id}
		t.Inputs = append(t.Inputs, oracle.MetricStat{
			Metric: metric, Period: t.Definition.Period, Stat: one(g, "Average", "Sum", "Maximum", "Minimum", "SampleCount"),
		})
		data := g.data(t)
		for i := range data {
			data[i].MetricName = metric.MetricName
		}
		t.Data = append(t.Data, data...)
	}
	t.Definition.Metric = oracle.Metric{MetricName: name}
	t.Definition.Unit, t.Definition.Statistic, t.Definition.EvaluateLowSampleCountPercentile = "", "", ""
	t.Expression = g.expression(t.Definition.Threshold)
	return t
}

// expression is a formula of metric math whose values lie around the threshold.
func (g *Generator) expression(threshold float64) string {
	return strings.ReplaceAll(one(g,
		"a", "-b", "a+b", "a-b", "a*b/2", "a/b", "100*a/(a+b)", "ABS(a-b)", "CEIL(a)+FLOOR(b)",
		"MAX([a,b])", "MIN([a,b])", "AVG([a,b])", "SUM([a,b])", "SUM(METRICS())", "STDDEV([a,b])",
		"FILL(a,$)", "FILL(a,0)", "FILL(a,REPEAT)", "FILL(b,LINEAR)", "FILL(a,0)+FILL(b,0)", "FILL(a+b,REPEAT)",
		"IF(a>$,a,b)", "IF(a<=b,b)", "IF(FILL(a,0)>$,1,0)", "a>$", "(a>$)*b", "a>$ && b>$",
		"DIFF(a)", "RATE(a)", "DIFF_TIME(a)", "RUNNING_SUM(b)", "PERIOD(a)*a", "MINUTE(a)", "TIME_SERIES($)+a",
	), "$", fmt.Sprint(threshold))
}

// see are the slots of the expression at an instant, which is computed over the
// whole range; a slot without a result is missing.
func (t Trial) see(m *oracle.Model, tenant oracle.Tenant, at time.Time) ([]alarm.Slot, error) {
	d, hidden := t.Definition, false
	period := seconds(d.Period)
	in := formula.Request{StartTime: at.Add(-time.Duration(d.Range()) * period), EndTime: at, ScanBy: oracle.TimestampAscending}
	in.Queries = append(in.Queries, formula.Query{ID: "e", Expression: t.Expression})
	for i, stat := range t.Inputs {
		in.Queries = append(in.Queries, formula.Query{ID: string(rune('a' + i)), Stat: &stat, ReturnData: &hidden})
	}
	results, errs := formula.Ask(m, at, tenant, in)
	if len(errs) > 0 || len(results) > 1 {
		return nil, fmt.Errorf("%s: %d series, %s", t.Expression, len(results), errs)
	}
	points := make(map[time.Time]*alarm.Point)
	for _, r := range results {
		for _, p := range r.Points {
			near := p.Value != d.Threshold && math.Abs(p.Value-d.Threshold) <= 1e-9*math.Abs(p.Value)+1e-12*p.Scale
			points[p.Timestamp] = &alarm.Point{Value: p.Value, Doubtful: r.Doubtful || near}
		}
	}
	var slots []alarm.Slot
	for start := in.StartTime; start.Before(at); start = start.Add(period) {
		slots = append(slots, alarm.Slot{Start: start, Point: points[start]})
	}
	return slots, nil
}

// runMath decides at every instant.
func (t Trial) runMath(m *oracle.Model, tenant oracle.Tenant) (all []alarm.Verdict, err error) {
	state := t.Initial
	for _, at := range t.Definition.Instants(t.Start, t.End) {
		slots, err := t.see(m, tenant, at)
		if err != nil {
			return nil, err
		}
		v := alarm.Decide(t.Definition, slots, state)
		v.At, state = at, v.State
		all = append(all, v)
	}
	return all, nil
}
