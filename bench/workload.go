package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// workload is host metrics: each series gets one value a minute, in order.
// Every value follows from the series and the minute alone, so that an answer
// can be checked without keeping what was sent.
type workload struct {
	series  int
	begin   time.Time // the first minute
	minutes int
}

const (
	namespace = "Bench"
	perHost   = 10   // metrics of a host
	perPut    = 1000 // data of a request, the most that PutMetricData takes
)

// newWorkload ends about now. It begins at a full hour, which suits all
// periods.
func newWorkload(series, minutes int) workload {
	begin := time.Now().UTC().Add(-time.Duration(minutes) * time.Minute).Truncate(time.Hour)
	return workload{series: series, begin: begin, minutes: minutes}
}

func (w workload) samples() int { return w.series * w.minutes }

func (w workload) minute(n int) time.Time { return w.begin.Add(time.Duration(n) * time.Minute) }

func metricName(series int) string { return fmt.Sprintf("metric-%d", series%perHost) }

// dimensions are three, as the agent of a host sends them.
func dimensions(series int) []types.Dimension {
	return []types.Dimension{
		{Name: aws.String("Host"), Value: aws.String(fmt.Sprintf("host-%05d", series/perHost))},
		{Name: aws.String("Service"), Value: aws.String("checkout-service")},
		{Name: aws.String("Zone"), Value: aws.String("us-east-1a")},
	}
}

// walk makes the values of one series, minute by minute.
type walk struct {
	kind   int
	v      float64
	random *rand.PCG
}

// newWalk begins a series: half are integers from 0 to 100, a quarter are
// counters, a quarter are gauges of two decimals (research of the peers,
// shape A).
func newWalk(series int) *walk {
	w := &walk{kind: series % 4, random: rand.NewPCG(uint64(series), 1)}
	w.v = float64(w.upTo(100))
	return w
}

func (w *walk) upTo(n uint64) uint64 { return w.random.Uint64() % n }

func (w *walk) next() float64 {
	switch w.kind {
	case 2:
		w.v += float64(30_000 + w.upTo(40_001))
	case 3:
		w.v = float64(w.upTo(100_000)) / 100
	default:
		w.v = math.Max(0, math.Min(100, w.v+float64(w.upTo(5))-2))
	}
	return w.v
}

// values returns the first n values of a series.
func values(series, n int) []float64 {
	w := newWalk(series)
	out := make([]float64, n)
	for i := range out {
		out[i] = w.next()
	}
	return out
}

// put is the PutMetricData of one minute of the series from first on.
func put(walks []*walk, first int, at time.Time) *cloudwatch.PutMetricDataInput {
	in := &cloudwatch.PutMetricDataInput{Namespace: aws.String(namespace), MetricData: make([]types.MetricDatum, len(walks))}
	for i, w := range walks {
		in.MetricData[i] = types.MetricDatum{
			MetricName: aws.String(metricName(first + i)), Dimensions: dimensions(first + i),
			Timestamp: &at, Value: aws.Float64(w.next()),
		}
	}
	return in
}
