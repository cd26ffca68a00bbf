package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// question is a GetMetricData of the averages of some series.
type question struct {
	series []int
	period int // minutes
	shift  int // minutes after the workload's begin at which the range begins
	length int // minutes
}

func (q question) input(w workload) *cloudwatch.GetMetricDataInput {
	start, end := w.minute(q.shift), w.minute(q.shift+q.length)
	in := &cloudwatch.GetMetricDataInput{StartTime: &start, EndTime: &end, ScanBy: types.ScanByTimestampAscending}
	for i, s := range q.series {
		in.MetricDataQueries = append(in.MetricDataQueries, types.MetricDataQuery{
			Id: aws.String(fmt.Sprintf("m%d", i)),
			MetricStat: &types.MetricStat{
				Metric: &types.Metric{Namespace: aws.String(namespace), MetricName: aws.String(metricName(s)), Dimensions: dimensions(s)},
				Period: aws.Int32(int32(q.period * 60)), Stat: aws.String("Average"),
			},
		})
	}
	return in
}

// ask sends the question and checks the answer.
func (q question) ask(ctx context.Context, c *cloudwatch.Client, w workload) error {
	out, err := c.GetMetricData(ctx, q.input(w))
	if err != nil {
		return err
	}
	if len(out.MetricDataResults) != len(q.series) {
		return fmt.Errorf("%d results for %d series", len(out.MetricDataResults), len(q.series))
	}
	for i, r := range out.MetricDataResults {
		if err := check(w, q, q.series[i], r.Timestamps, r.Values); err != nil {
			return err
		}
	}
	return nil
}

// check compares datapoints with what was written.
func check(w workload, q question, series int, times []time.Time, got []float64) error {
	if want := q.length / q.period; len(got) != want || len(times) != want {
		return fmt.Errorf("series %d: %d datapoints, not %d", series, len(got), want)
	}
	written := values(series, q.shift+q.length)[q.shift:]
	for i, v := range got {
		if at := w.minute(q.shift + i*q.period); !times[i].Equal(at) {
			return fmt.Errorf("series %d: datapoint %d is of %s, not %s", series, i, times[i], at)
		}
		want := mean(written[i*q.period:][:q.period])
		// Sums may differ in the last bits: their order is free.
		if math.Abs(v-want) > 1e-12*math.Abs(want) {
			return fmt.Errorf("series %d: %v at %s, where %v was written", series, v, times[i], want)
		}
	}
	return nil
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// verify reads n series over the first minutes of a workload (at most as many
// as one page holds) and compares every value.
func verify(ctx context.Context, s *server, w workload, n, minutes int) error {
	t := newTransport()
	defer t.close()
	c := connect(s.url, cbor(), false, t)
	for i := range n {
		q := question{series: []int{i * (w.series - 1) / max(1, n-1)}, period: 1, length: minutes}
		if err := q.ask(ctx, c, w); err != nil {
			return fmt.Errorf("what was acknowledged is not there: %w", err)
		}
	}
	return nil
}
