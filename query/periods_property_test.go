package query_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"skywatch/metric"
	"skywatch/query"
)

// TestTiersAnswerLikeRawSamples holds that whatever tiers a query is answered
// from, the answer is the fold of the raw samples over its periods.
func TestTiersAnswerLikeRawSamples(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := metric.At(time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)).Add(time.Duration(rapid.IntRange(0, 7200).Draw(t, "now")) * time.Second)
		q := drawRange(t, now)
		store := &samples{}
		id := metric.ID{Tenant: metric.Tenant{Account: "000000000000", Region: "us-east-1"}, Namespace: "A", Name: "M"}
		for range rapid.IntRange(1, 60).Draw(t, "samples") {
			// Mostly within the range, and around its ends.
			width := int64(q.end-q.start) + 2*int64(q.period.Millis())
			at := q.start - q.period.Millis() + metric.Instant(rapid.Int64Range(0, width).Draw(t, "at"))
			at = min(at, now.Add(2*time.Hour)) // PutMetricData takes no later ones
			v := float64(rapid.IntRange(0, 40).Draw(t, "value")) / 4
			store.add(metric.Sample{ID: id, Time: at, Set: metric.Single(v), HighResolution: rapid.Bool().Draw(t, "high")})
		}
		want := q.fold(store.all)
		p := int32(q.period)
		r, err := query.New(store, nil, query.Limits{}).MetricStatistics(t.Context(), now, id.Tenant, query.StatisticsInput{
			Namespace: "A", Name: "M", StartTime: &q.start, EndTime: &q.end, Period: &p,
			Statistics: []string{"SampleCount", "Sum", "Minimum", "Maximum"}, ExtendedStatistics: []string{"p50", "tm90"},
		})
		if err != nil {
			t.Skip(err) // more than 1440 points
		}
		if len(r.Datapoints) != len(want) {
			t.Fatalf("%d points, want %d", len(r.Datapoints), len(want))
		}
		for _, got := range r.Datapoints {
			d, ok := want[got.Time]
			if !ok {
				t.Fatalf("a point at %v", got.Time.Time())
			}
			for _, v := range got.Values {
				if w, _ := v.Statistic.Of(*d); w != v.Value {
					t.Fatalf("%s at %v is %v, want %v", v.Statistic, got.Time.Time(), v.Value, w)
				}
			}
		}
	})
}

// asked is a query's range, and what the specification makes of it: the rules of
// cloudwatch.md 5.1, written down a second time.
type asked struct {
	now, start, end metric.Instant
	period          metric.Period
}

func drawRange(t *rapid.T, now metric.Instant) asked {
	const day = 24 * time.Hour
	age := rapid.SampledFrom([]time.Duration{time.Minute, 2 * time.Hour, 3 * time.Hour, 5 * time.Hour, 3 * day, 15 * day, 20 * day, 63 * day, 70 * day, 455 * day, 460 * day}).Draw(t, "age")
	jitter := time.Duration(rapid.IntRange(-5000, 5000).Draw(t, "jitter")) * time.Second
	q := asked{now: now, start: now.Add(-age + jitter)}
	q.period = rapid.SampledFrom([]metric.Period{1, 5, 10, 30, 60, 120, 300, 420, 900, 3600, 5400, 7200, 86400}).Draw(t, "period")
	q.end = q.start + metric.Instant(rapid.Int64Range(1, 20*int64(q.period.Millis())).Draw(t, "length"))
	return q
}

// rounding returns the unit of StartTime, and whether the period is usable.
func (q asked) rounding() (metric.Period, bool) {
	age := (q.now - q.start).Time().Sub(time.UnixMilli(0))
	switch {
	case age < 3*time.Hour:
		return min(q.period, 60), true
	case age <= 15*24*time.Hour:
		return 60, q.period%60 == 0
	case age <= 63*24*time.Hour:
		return 300, q.period%300 == 0
	default:
		return 3600, q.period%3600 == 0
	}
}

func (q asked) fold(all []metric.Sample) map[metric.Instant]*metric.Datapoint {
	out := make(map[metric.Instant]*metric.Datapoint)
	unit, usable := q.rounding()
	start, end := q.start.Floor(unit), q.end
	if q.period < 60 {
		end = end.Floor(q.period)
	}
	for _, s := range all {
		at, visible := q.seen(s, start, end)
		if !usable || !visible || at < start || at >= end {
			continue
		}
		bucket := start + (at-start)/q.period.Millis()*q.period.Millis()
		if out[bucket] == nil {
			out[bucket] = &metric.Datapoint{Start: bucket, Set: s.Set}
			continue
		}
		out[bucket].Merge(metric.Datapoint{Set: s.Set})
	}
	return out
}

// seen returns the time that a sample has for the query: its own, or where its
// minutes are gone the start of the coarser datapoint that holds it.
func (q asked) seen(s metric.Sample, start, end metric.Instant) (metric.Instant, bool) {
	if q.period < 60 {
		return s.Time, s.HighResolution && s.Time >= q.now.Add(-3*time.Hour)
	}
	tier := metric.Minute
	for _, t := range []metric.Period{300, 3600} {
		if q.period%t == 0 && start%t.Millis() == 0 {
			tier = t
		}
	}
	if s.Time.Floor(tier) < q.now.Add(-tier.Retention()) {
		return 0, false
	}
	// Which tiers tell of the last, cut datapoint depends on its age.
	for tier > 60 && s.Time >= end.Floor(tier) && end.Floor(tier) >= q.now.Add(-finer(tier).Retention()) {
		tier = finer(tier)
	}
	return s.Time.Floor(tier), true
}

func finer(t metric.Period) metric.Period {
	if t == 3600 {
		return 300
	}
	return 60
}
