package oracle

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// noon is the "now" of most tests.
var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

var tenant = Tenant{Account: "123456789012", Region: "us-east-1"}

func clock(h, m, s int) time.Time { return time.Date(2026, 3, 10, h, m, s, 0, time.UTC) }

func ptr[T any](v T) *T { return &v }

// point is a datum with a value at an instant.
func point(at time.Time, v float64) Datum {
	return Datum{MetricName: "m", Timestamp: &at, Value: &v}
}

func finePoint(at time.Time, v float64) Datum {
	d := point(at, v)
	d.StorageResolution = ptr(1)
	return d
}

func set(count, sum, low, high float64) *StatisticSet {
	return &StatisticSet{SampleCount: &count, Sum: &sum, Minimum: &low, Maximum: &high}
}

// given returns a model that holds the data in namespace App.
func given(t *testing.T, now time.Time, data ...Datum) *Model {
	t.Helper()
	m := New()
	for group := range slices.Chunk(data, 1000) {
		if errs := m.PutMetricData(now, tenant, PutMetricDataInput{Namespace: "App", MetricData: group}); errs != nil {
			t.Fatalf("put: %v", errs)
		}
	}
	return m
}

func statisticsOf(start, end time.Time, period int, names ...string) GetMetricStatisticsInput {
	return GetMetricStatisticsInput{
		Namespace: "App", MetricName: "m", StartTime: start, EndTime: end, Period: period, Statistics: names,
	}
}

// sums renders the Sum of each datapoint as "15:04:05 unit=sum".
func sums(t *testing.T, m *Model, now time.Time, in GetMetricStatisticsInput) []string {
	t.Helper()
	out, errs := m.GetMetricStatistics(now, tenant, in)
	if errs != nil {
		t.Fatalf("refused: %v", errs)
	}
	got := []string{}
	for _, p := range out.Datapoints {
		got = append(got, fmt.Sprintf("%s %s=%v", p.Timestamp.Format("15:04:05"), p.Unit, p.Statistics["Sum"].Exact))
	}
	return got
}

func wantLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
