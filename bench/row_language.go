package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// measureLanguage asks in metric math, SEARCH and Metrics Insights over a day of
// sealed data. The server has --compat wide, so that a search finds all series.
func measureLanguage(ctx context.Context, b *bench) ([]figure, error) {
	d, err := b.theDay(ctx)
	if err != nil {
		return nil, err
	}
	srv, err := b.start(d.dir, "--compat", "wide")
	if err != nil {
		return nil, err
	}
	defer srv.kill()
	a := &asker{bench: b, server: srv, over: newTransport()}
	defer a.over.close()
	c := connect(srv.url, cbor(), false, a.over)
	const all, named = "SEARCH('{Bench,Host,Service,Zone}','%s',%d)", `SEARCH('{Bench,Host,Service,Zone} MetricName="metric-3"','%s',%d)`
	day, hour := dayMinutes, 60
	one := d.series / perHost // series of one metric name
	var out []figure
	for _, m := range []struct {
		what, goal string
		times      int
		expression string
		minutes    int
		check      func([]types.MetricDataResult) error
	}{
		{fmt.Sprintf("AVG(SEARCH), %d series, 24 h, 5-min", one), "≤ 1.5 ms at 100", b.scaled(100), fmt.Sprintf("AVG("+named+")", "Average", 300), day, d.averages(3, perHost, 5)},
		{fmt.Sprintf("AVG(SEARCH), %d series, 24 h, 5-min", d.series), "≤ 8 ms at 1,000", b.scaled(20), fmt.Sprintf("AVG("+all+")", "Average", 300), day, d.averages(0, 1, 5)},
		{fmt.Sprintf("Metrics Insights, AVG of %d series, 24 h, 5-min", one), "≤ 1.5 ms at 100", b.scaled(100), `SELECT AVG("metric-3") FROM Bench`, day, d.averages(3, perHost, 5)},
		{fmt.Sprintf("top 10 of %d by the last hour", d.series), "≤ 2 ms at 1,000", b.scaled(50), fmt.Sprintf("SORT("+all+",MAX,DESC,10)", "Maximum", 300), hour, results(min(10, d.series), hour/5)},
		{"p99 of one series over 24 h, 5-min", "≤ 0.25 ms", b.scaled(200), `SEARCH('{Bench,Host,Service,Zone} MetricName="metric-3" Host="host-00000"','p99',300)`, day, results(1, day/5)},
		{fmt.Sprintf("p99 of %d series over 24 h, 5-min", one), "≤ 4 ms at 100", b.scaled(50), fmt.Sprintf(named, "p99", 300), day, results(one, day/5)},
	} {
		b.progress("language: %s", m.what)
		f, err := a.measure(ctx, m.what, m.goal, m.times, func(int) error { return askExpression(ctx, c, d.workload, m.expression, m.minutes, m.check) })
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.what, err)
		}
		out = append(out, f)
	}
	many := question{period: 1, length: dayMinutes}
	for i := range 500 {
		many.series = append(many.series, i%d.series)
	}
	b.progress("language: 500 queries in one request")
	f, err := a.measure(ctx, "500 queries of 24 h, 5-min, in one GetMetricData", "well under a second of CPU", b.scaled(10), func(int) error {
		many.period = 5 // 500 x 1,440 points would be several pages
		in := many.input(d.workload)
		in.MaxDatapoints = aws.Int32(100_800)
		res, err := c.GetMetricData(ctx, in)
		if err == nil && len(res.MetricDataResults) != len(many.series) {
			err = fmt.Errorf("%d results for %d queries", len(res.MetricDataResults), len(many.series))
		}
		return err
	})
	return append(out, f), err
}

// askExpression asks one expression over the last minutes of the workload.
func askExpression(ctx context.Context, c *cloudwatch.Client, w workload, expression string, minutes int, check func([]types.MetricDataResult) error) error {
	start, end := w.minute(dayMinutes-minutes), w.minute(dayMinutes)
	out, err := c.GetMetricData(ctx, &cloudwatch.GetMetricDataInput{
		StartTime: &start, EndTime: &end, ScanBy: types.ScanByTimestampAscending,
		MetricDataQueries: []types.MetricDataQuery{{Id: aws.String("q"), Expression: &expression, Period: aws.Int32(300)}},
	})
	if err != nil {
		return err
	}
	return check(out.MetricDataResults)
}

// results checks that there are so many results with so many points each.
func results(n, points int) func([]types.MetricDataResult) error {
	return func(got []types.MetricDataResult) error {
		if len(got) != n {
			return fmt.Errorf("%d results, not %d", len(got), n)
		}
		for _, r := range got {
			if len(r.Values) != points {
				return fmt.Errorf("%s has %d points, not %d", aws.ToString(r.Label), len(r.Values), points)
			}
		}
		return nil
	}
}

// averages checks one result that is, in each period of so many minutes, the
// average of every step-th series from first on.
func (d *day) averages(first, step, period int) func([]types.MetricDataResult) error {
	var want []float64
	for s := first; s < d.series; s += step {
		all := values(s, dayMinutes)
		for i := range dayMinutes / period {
			if s == first {
				want = append(want, 0)
			}
			want[i] += mean(all[i*period:][:period])
		}
	}
	n := float64((d.series - first + step - 1) / step)
	return func(got []types.MetricDataResult) error {
		if err := results(1, len(want))(got); err != nil {
			return err
		}
		for i, v := range got[0].Values {
			if w := want[i] / n; math.Abs(v-w) > 1e-9*math.Abs(w) {
				return fmt.Errorf("point %d of %s is %v, not %v", i, got[0].Timestamps[i].Format(time.TimeOnly), v, w)
			}
		}
		if !slices.IsSortedFunc(got[0].Timestamps, time.Time.Compare) {
			return fmt.Errorf("the points are not in order")
		}
		return nil
	}
}
