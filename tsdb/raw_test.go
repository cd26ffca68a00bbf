package tsdb

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/metric"
)

// rawModel is the slow, obviously right store of raw series.
type rawModel map[string]map[metric.Instant]metric.RawSample

// spell writes a sample with all that must come back.
func spell(s metric.RawSample) string {
	if s.Histogram != nil {
		return fmt.Sprintf("%d=%s", s.Time, s.Histogram.Encoded)
	}
	return fmt.Sprintf("%d=%x", s.Time, math.Float64bits(s.Value))
}

func rawID(n int) metric.ID {
	m := id(metric.RawNamespace, fmt.Sprintf("m%d", n%2), "job", fmt.Sprint(n))
	m.Raw = true
	return m
}

func (m rawModel) put(all []metric.RawSeries) {
	for _, s := range all {
		key := string(s.ID.AppendKey(nil))
		if m[key] == nil {
			m[key] = map[metric.Instant]metric.RawSample{}
		}
		for _, sample := range s.Samples {
			m[key][sample.Time] = sample
		}
	}
}

// rawBatchOf makes a batch whose times are often those of others.
func rawBatchOf(r *rand.Rand, now metric.Instant) []metric.RawSeries {
	out := make([]metric.RawSeries, 1+r.IntN(4))
	for i := range out {
		out[i].ID = rawID(r.IntN(5))
		at := now.Add(-time.Duration(r.Int64N(int64(30 * time.Hour)))).Floor(metric.Minute)
		for range r.IntN(20) {
			v := float64(r.IntN(5))
			if r.IntN(20) == 0 {
				v = math.Float64frombits(0x7ff0000000000002) // the marker of Prometheus
			}
			sample := metric.RawSample{Time: at, Value: v}
			if r.IntN(10) == 0 {
				sample = metric.RawSample{Time: at, Histogram: &metric.Histogram{Encoded: fmt.Appendf(nil, "h%v", v)}}
			}
			out[i].Samples = append(out[i].Samples, sample)
			at += metric.Instant(r.IntN(30_000))
			if r.IntN(10) == 0 {
				at -= metric.Instant(r.IntN(600_000))
			}
		}
	}
	return out
}

// hold compares a range of one series, or all of all, with the store.
func (m rawModel) hold(t *testing.T, db *DB, of metric.ID, from, to metric.Instant) {
	t.Helper()
	has := m[string(of.AppendKey(nil))]
	var want, got []string
	for _, at := range slices.Sorted(maps.Keys(has)) {
		if from <= at && at < to {
			want = append(want, spell(has[at]))
		}
	}
	if err := db.ReadRaw(t.Context(), of, from, to, func(s metric.RawSample) {
		got = append(got, spell(s))
	}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%s has %d samples, want %d:\n%v\n%v", of.Dimensions[0].Value, len(got), len(want), got, want)
	}
}

func (m rawModel) holdAll(t *testing.T, db *DB) {
	t.Helper()
	for n := range 5 {
		m.hold(t, db, rawID(n), -maxTime, maxTime)
	}
}

// Random histories of appends, seals, restarts, crashes and deletions: what was
// acknowledged is there, the later written of each time.
func TestRawModel(t *testing.T) {
	t.Parallel()
	s := seed(t)
	rounds, steps := 4, 120
	if *longFlag {
		rounds, steps = 200, 400
	}
	for round := range rounds {
		r := rand.New(rand.NewPCG(s, uint64(round)))
		fs := vfs.NewCrashableMem()
		o := quiet(fs)
		o.SegmentBytes = 4 << 10
		db := mustOpen(t, o)
		m := rawModel{}
		for range steps {
			switch n := r.IntN(100); {
			case n < 55:
				b := rawBatchOf(r, t0)
				if err := db.AppendRaw(t.Context(), b); err != nil {
					t.Fatal(err)
				}
				m.put(b)
			case n < 60: // another kind under the same names
				other := rawID(r.IntN(5))
				other.Raw = false
				mustAppend(t, db, single(other, t0, 1))
			case n < 72:
				mustFlush(t, db)
			case n < 76:
				mustClose(t, db)
				db = mustOpen(t, o)
			case n < 80: // the power fails
				fs = fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: r.IntN(101), RNG: r})
				mustClose(t, db)
				o.FS = fs
				db = mustOpen(t, o)
				m.holdAll(t, db)
			case n < 82:
				gone := rawID(r.IntN(5))
				if err := db.DeleteMetric(context.Background(), gone); err != nil {
					t.Fatal(err)
				}
				delete(m, string(gone.AppendKey(nil)))
			default:
				from := t0.Add(-time.Duration(r.Int64N(int64(31 * time.Hour))))
				m.hold(t, db, rawID(r.IntN(5)), from, from.Add(time.Duration(r.Int64N(int64(10*time.Hour)))))
			}
		}
		m.holdAll(t, db)
		mustClose(t, db)
	}
}

// Reads of CloudWatch see raw samples as values, beside what the metric of the
// other kind has under the same names.
func TestRawAsDatapoints(t *testing.T) {
	t.Parallel()
	db := mustOpen(t, quiet(vfs.NewMem()))
	defer mustClose(t, db)
	raw := rawID(0)
	both := raw
	both.Raw = false
	samples := []metric.RawSample{{Time: t0, Value: 1}, {Time: t0 + 500, Value: 5}, {Time: t0 + 1000, Value: math.NaN()}, {Time: t0 + 61_000, Value: math.Inf(1)}, {Time: t0 + 62_000, Value: 7}}
	for range 2 { // what is sent again counts once
		if err := db.AppendRaw(t.Context(), []metric.RawSeries{{ID: raw, Samples: samples}}); err != nil {
			t.Fatal(err)
		}
		mustFlush(t, db)
	}
	tell := func(p metric.Period) (out string) {
		for _, d := range read(t, db, both, p) {
			out += fmt.Sprintf("+%d: %v x %v; ", (d.Start-t0)/1000, d.Set.Sum, d.Set.SampleCount)
		}
		return out
	}
	for p, want := range map[metric.Period]string{
		metric.Second: "+0: 6 x 2; +62: 7 x 1; ", metric.Minute: "+0: 6 x 2; +60: 7 x 1; ", metric.Hour: "+0: 13 x 3; ",
	} {
		if got := tell(p); got != want {
			t.Errorf("%s: %s, want %s", p.Duration(), got, want)
		}
	}
	mustAppend(t, db, single(both, t0, 10))
	if got := tell(metric.Hour); got != "+0: 23 x 4; " {
		t.Errorf("both kinds: %s", got)
	}
}

// Who watches a metric of the namespace hears of raw samples, too.
func TestRawIsObserved(t *testing.T) {
	t.Parallel()
	var heard []string
	o := quiet(vfs.NewMem())
	o.Observer = func(o metric.Observation) {
		heard = append(heard, fmt.Sprintf("%s raw=%v %v", o.Tier.Duration(), o.ID.Raw, o.Datapoint.Set.Sum))
	}
	db := mustOpen(t, o)
	defer mustClose(t, db)
	raw := rawID(0)
	watched := raw
	watched.Raw = false
	db.Watch(watched)
	if err := db.AppendRaw(t.Context(), []metric.RawSeries{{ID: raw, Samples: []metric.RawSample{{Time: t0, Value: 3}}}}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(heard)
	if want := []string{"1m0s raw=false 3", "1s raw=false 3"}; !slices.Equal(heard, want) {
		t.Errorf("%v, want %v", heard, want)
	}
	db.Unwatch(watched)
	if err := db.AppendRaw(t.Context(), []metric.RawSeries{{ID: raw, Samples: []metric.RawSample{{Time: t0, Value: 3}}}}); err != nil {
		t.Fatal(err)
	}
	if len(heard) != 2 {
		t.Errorf("heard after Unwatch: %v", heard[2:])
	}
}

// Raw samples go when their tier's time is over.
func TestRawRetention(t *testing.T) {
	t.Parallel()
	now := t0
	o := quiet(vfs.NewMem())
	o.Now = func() time.Time { return now.Time() }
	db := mustOpen(t, o)
	defer mustClose(t, db)
	raw := rawID(0)
	if err := db.AppendRaw(t.Context(), []metric.RawSeries{{ID: raw, Samples: []metric.RawSample{{Time: t0, Value: 3}}}}); err != nil {
		t.Fatal(err)
	}
	mustFlush(t, db)
	now = t0.Add(17 * day)
	if err := db.Retain(now); err != nil {
		t.Fatal(err)
	}
	rawModel{}.hold(t, db, raw, -maxTime, maxTime)
}
