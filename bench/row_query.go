package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// measureQuery asks a server that was just started on a day of sealed data.
// Caches are warm after the first questions; no answer is kept by us.
func measureQuery(ctx context.Context, b *bench) ([]figure, error) {
	d, err := b.theDay(ctx)
	if err != nil {
		return nil, err
	}
	srv, err := b.start(d.dir)
	if err != nil {
		return nil, err
	}
	defer srv.kill()
	a := &asker{bench: b, server: srv, over: newTransport()}
	defer a.over.close()
	c := connect(srv.url, cbor(), false, a.over)
	data := func(q func(n int) question) func(int) error {
		return func(n int) error { return q(n).ask(ctx, c, d.workload) }
	}
	hundred := func(n int) (series []int) {
		for i := range min(100, d.series) {
			series = append(series, (n+i)%d.series)
		}
		return series
	}
	var out []figure
	for _, m := range []struct {
		what, goal string
		times      int
		ask        func(int) error
	}{
		{"GetMetricData, one series, 24 h, 1-min", "≤ 0.4 ms", b.scaled(500), data(func(n int) question {
			return question{series: []int{n * 7 % d.series}, period: 1, length: dayMinutes}
		})},
		{"GetMetricData, 100 series, 24 h, 5-min", "≤ 1.5 ms", b.scaled(100), data(func(n int) question {
			return question{series: hundred(n), period: 5, length: dayMinutes}
		})},
		{"GetMetricData, 100 series, 24 h, 5-min, start not aligned", "≤ 3 × aligned", b.scaled(50), data(func(n int) question {
			return question{series: hundred(n), period: 5, shift: 1, length: dayMinutes - 5}
		})},
		{"GetMetricStatistics, one series, 24 h, 1-min", "", b.scaled(250), func(n int) error {
			return askStatistics(ctx, c, d.workload, n*7%d.series)
		}},
	} {
		b.progress("query: %s", m.what)
		f, err := a.measure(ctx, m.what, m.goal, m.times, m.ask)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.what, err)
		}
		out = append(out, f)
	}
	return out, nil
}

// asker times questions to a server.
type asker struct {
	bench  *bench
	server *server
	over   *transport
}

func (a *asker) measure(ctx context.Context, what, goal string, times int, ask func(int) error) (figure, error) {
	for n := range 5 {
		if err := ask(n); err != nil {
			return figure{}, err
		}
	}
	profiled := a.bench.profileCPU(ctx, a.server, "query-"+what)
	before, err := a.server.cpu()
	var took []time.Duration
	for n := 0; n < times && err == nil; n++ {
		err = ask(n)
		took = append(took, a.over.last)
	}
	after, err2 := a.server.cpu()
	if err := errors.Join(err, err2, <-profiled); err != nil {
		return figure{}, err
	}
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return d.Seconds() * 1e3 }
	cpu, p50, p99 := ms(after-before)/float64(times), ms(took[times/2]), ms(took[times*99/100])
	return figure{
		What: what, Ours: fmt.Sprintf("p50 %s ms, p99 %s ms, CPU %s ms", number(p50), number(p99), number(cpu)),
		Values: map[string]float64{"p50_ms": p50, "p99_ms": p99, "cpu_ms": cpu}, Goal: goal, Note: fmt.Sprintf("%d questions, one after the other", times),
	}, nil
}

// askStatistics is a GetMetricStatistics of a day of one series.
func askStatistics(ctx context.Context, c *cloudwatch.Client, w workload, series int) error {
	out, err := c.GetMetricStatistics(ctx, &cloudwatch.GetMetricStatisticsInput{
		Namespace: aws.String(namespace), MetricName: aws.String(metricName(series)), Dimensions: dimensions(series),
		StartTime: aws.Time(w.begin), EndTime: aws.Time(w.minute(dayMinutes)), Period: aws.Int32(60),
		Statistics: []types.Statistic{types.StatisticAverage},
	})
	if err != nil {
		return err
	}
	// Their order is free.
	slices.SortFunc(out.Datapoints, func(a, b types.Datapoint) int { return a.Timestamp.Compare(*b.Timestamp) })
	var times []time.Time
	var got []float64
	for _, p := range out.Datapoints {
		times, got = append(times, *p.Timestamp), append(got, *p.Average)
	}
	return check(w, question{period: 1, length: dayMinutes}, series, times, got)
}
