package tsdb

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"skywatch/metric"
	"skywatch/tsdb/chunk"
)

var (
	seedFlag = flag.Uint64("tsdb.seed", 0, "seed of the randomised tests; 0: a new one")
	longFlag = flag.Bool("tsdb.long", false, "run the randomised tests at their long size")
)

// seed returns the seed of a randomised test and prints it.
func seed(t testing.TB) uint64 {
	s := *seedFlag
	if s == 0 {
		s = rand.Uint64()
	}
	t.Logf("replay with -run '^%s$' -tsdb.seed=%d", t.Name(), s)
	return s
}

// model is the slow, obviously right store: a map of whole periods.
type model struct {
	points map[modelKey]map[modelCell]metric.Datapoint
	last   map[string]metric.Instant
	ids    map[string]metric.ID
}

type modelKey struct {
	metric string
	tier   metric.Period
}

type modelCell struct {
	start metric.Instant
	unit  metric.Unit
}

func newModel() *model {
	return &model{map[modelKey]map[modelCell]metric.Datapoint{}, map[string]metric.Instant{}, map[string]metric.ID{}}
}

func (m *model) append(samples []metric.Sample) {
	for i := range samples {
		s := &samples[i]
		key := string(s.ID.AppendKey(nil))
		m.ids[key] = s.ID
		if last, ok := m.last[key]; !ok || s.Time.Floor(metric.Minute) > last {
			m.last[key] = s.Time.Floor(metric.Minute)
		}
		for _, p := range metric.Tiers() {
			if p == metric.Second && !s.HighResolution {
				continue
			}
			cells := m.points[modelKey{key, p}]
			if cells == nil {
				cells = map[modelCell]metric.Datapoint{}
				m.points[modelKey{key, p}] = cells
			}
			d := s.Datapoint(p)
			c := modelCell{d.Start, d.Unit}
			if old, ok := cells[c]; ok {
				old.Merge(d)
				d = old
			}
			cells[c] = d
		}
	}
}

func (m *model) read(id metric.ID, p metric.Period, from, to metric.Instant) []metric.Datapoint {
	var out []metric.Datapoint
	for _, d := range m.points[modelKey{string(id.AppendKey(nil)), p}] {
		if d.Start >= from && d.Start < to {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b metric.Datapoint) int { return chunk.Compare(&a, &b) })
	return out
}

// retain drops whole buckets as documented at DB.Retain.
func (m *model) retain(now metric.Instant) {
	for k, cells := range m.points {
		t := tierOf(k.tier)
		for c := range cells {
			if t.bucketOf(c.start) < t.firstKept(now) {
				delete(cells, c)
			}
		}
	}
	for key, last := range m.last {
		if last < now.Add(-metric.Hour.Retention()) {
			m.forget(key)
		}
	}
}

func (m *model) forget(key string) {
	delete(m.last, key)
	delete(m.ids, key)
	for k := range m.points {
		if k.metric == key {
			delete(m.points, k)
		}
	}
}

// same compares datapoints; values are small integers in these tests, so sums
// are exact whatever the order.
func same(got, want []metric.Datapoint) string {
	if len(got) != len(want) {
		return fmt.Sprintf("%d datapoints, want %d\n%s", len(got), len(want), cmp.Diff(starts(want), starts(got)))
	}
	for i := range got {
		g, w := got[i], want[i]
		if g.Start != w.Start || g.Unit != w.Unit || g.Set != w.Set {
			return fmt.Sprintf("datapoint %d is %+v, want %+v", i, g, w)
		}
		if (g.Distribution == nil) != (w.Distribution == nil) {
			return fmt.Sprintf("datapoint %d: distribution %v, want %v", i, g.Distribution, w.Distribution)
		}
		if g.Distribution != nil {
			if a, b := g.Distribution.AppendBinary(nil), w.Distribution.AppendBinary(nil); !slices.Equal(a, b) {
				return fmt.Sprintf("datapoint %d: distribution %x, want %x", i, a, b)
			}
		}
	}
	return ""
}

func starts(points []metric.Datapoint) (out []string) {
	for _, d := range points {
		out = append(out, fmt.Sprintf("%s %s %v", d.Start.Time().Format(time.DateTime), d.Unit, d.Set))
	}
	return out
}

// history makes random samples.
type history struct {
	*rand.Rand
	now metric.Instant
}

func (h *history) id() metric.ID {
	m := id(fmt.Sprintf("NS%d", h.IntN(3)), fmt.Sprintf("Metric%d", h.IntN(4)))
	if h.IntN(2) == 0 {
		m.Dimensions = []metric.Dimension{{Name: "Host", Value: string(rune('a' + h.IntN(3)))}}
	}
	if h.IntN(8) == 0 {
		m.Region = "eu-west-1"
	}
	return m
}

// age returns how old a datum is: mostly fresh, sometimes anything.
func (h *history) age() time.Duration {
	switch h.IntN(10) {
	case 0:
		return time.Duration(h.Int64N(int64(14 * day)))
	case 1:
		return time.Duration(h.Int64N(int64(460 * day)))
	default:
		return time.Duration(h.Int64N(int64(3*time.Hour))) - time.Hour
	}
}

func (h *history) sample() metric.Sample {
	s := metric.Sample{
		ID:             h.id(),
		Time:           h.now.Add(-h.age()),
		HighResolution: h.IntN(3) == 0,
	}
	if h.IntN(4) == 0 {
		s.Unit = metric.Unit(h.IntN(3))
	}
	switch h.IntN(4) {
	case 0:
		s.Incomplete = true
		s.Set = metric.StatisticSet{SampleCount: 4, Sum: float64(h.IntN(100)), Minimum: 1, Maximum: float64(10 + h.IntN(5))}
	case 1:
		s.Set = metric.StatisticSet{Minimum: math.Inf(1), Maximum: math.Inf(-1)}
		for range 1 + h.IntN(90) {
			w := metric.Weight{Value: float64(h.IntN(200) - 2), Count: float64(h.IntN(4))}
			s.Values = append(s.Values, w)
			s.Set = s.Set.Merge(metric.Weighted(w.Value, w.Count))
		}
	default:
		s.Set = metric.Single(float64(h.IntN(5)))
	}
	return s
}

func (h *history) batch() []metric.Sample {
	samples := make([]metric.Sample, 1+h.IntN(30))
	for i := range samples {
		samples[i] = h.sample()
	}
	return samples
}

func TestModel(t *testing.T) {
	t.Parallel()
	s := seed(t)
	rounds, steps := 4, 120
	if *longFlag {
		rounds, steps = 200, 400
	}
	for round := range rounds {
		r := rand.New(rand.NewPCG(s, uint64(round)))
		if !runModel(t, r, steps) {
			t.Fatalf("round %d of seed %d", round, s)
		}
	}
}

func runModel(t *testing.T, r *rand.Rand, steps int) bool {
	h := &history{r, t0}
	fs := vfs.NewMem()
	o := quiet(fs)
	o.Now = func() time.Time { return h.now.Time() }
	o.SegmentBytes = 4 << 10
	db := mustOpen(t, o)
	defer func() { mustClose(t, db) }()
	m := newModel()
	for range steps {
		switch n := h.IntN(100); {
		case n < 60:
			b := h.batch()
			mustAppend(t, db, b...)
			m.append(b)
		case n < 75:
			mustFlush(t, db)
		case n < 80:
			mustClose(t, db)
			db = mustOpen(t, o)
		case n < 84:
			h.now = h.now.Add(time.Duration(h.Int64N(int64(20 * day))))
			mustFlush(t, db) // what the head holds is not subject to retention
			if err := db.Retain(h.now); err != nil {
				t.Fatal(err)
			}
			m.retain(h.now)
		case n < 87:
			gone := h.id()
			if err := db.DeleteMetric(context.Background(), gone); err != nil {
				t.Fatal(err)
			}
			m.forget(string(gone.AppendKey(nil)))
		default:
			if !compare(t, db, m, h) {
				return false
			}
		}
	}
	return compareAll(t, db, m, h)
}

// compare holds one random read and one listing against the model. Buckets
// beyond retention are not compared: whether they are still there depends on
// when retention ran.
func compare(t *testing.T, db *DB, m *model, h *history) bool {
	p := metric.Tiers()[h.IntN(4)]
	tier := tierOf(p)
	from := max(h.now.Add(-h.age()), tier.bucketStart(tier.firstKept(h.now)))
	to := from.Add(time.Duration(h.Int64N(int64(2 * day))))
	return compareRead(t, db, m, h.id(), p, from, to) && compareListing(t, db, m, h)
}

func compareAll(t *testing.T, db *DB, m *model, h *history) bool {
	for _, i := range m.ids {
		for _, p := range metric.Tiers() {
			tier := tierOf(p)
			if !compareRead(t, db, m, i, p, tier.bucketStart(tier.firstKept(h.now)), maxTime) {
				return false
			}
		}
	}
	return compareListing(t, db, m, h)
}

func compareRead(t *testing.T, db *DB, m *model, i metric.ID, p metric.Period, from, to metric.Instant) bool {
	t.Helper()
	var got []metric.Datapoint
	if err := db.Read(context.Background(), i, p, from, to, func(d metric.Datapoint) { got = append(got, d) }); err != nil {
		t.Error(err)
		return false
	}
	if diff := same(got, m.read(i, p, from, to)); diff != "" {
		t.Errorf("read %v tier %d from %v to %v: %s", i, p, from.Time(), to.Time(), diff)
		return false
	}
	return true
}

func compareListing(t *testing.T, db *DB, m *model, h *history) bool {
	t.Helper()
	f := metric.Filter{Tenant: h.id().Tenant}
	if h.IntN(2) == 0 {
		f.Namespace = h.id().Namespace
	}
	if h.IntN(2) == 0 {
		f.Name = h.id().Name
	}
	if h.IntN(2) == 0 {
		f.Dimensions = []metric.DimensionFilter{{Name: "Host", Value: "a", AnyValue: h.IntN(2) == 0}}
	}
	if h.IntN(3) == 0 {
		f.ActiveSince = h.now.Add(-3 * time.Hour)
	}
	var want, got []string
	for key, i := range m.ids {
		if f.Match(metric.Listing{ID: i, LastDatum: m.last[key]}) {
			want = append(want, fmt.Sprintf("%s %d", key, m.last[key]))
		}
	}
	slices.Sort(want)
	var after []byte
	for range 2 { // two pages
		_ = db.Metrics(context.Background(), f, after, func(l metric.Listing) bool {
			key := l.ID.AppendKey(nil)
			got = append(got, fmt.Sprintf("%s %d", key, l.LastDatum))
			after = key
			return len(got) != 3
		})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("listing %+v (-want +got):\n%s", f, diff)
		return false
	}
	return true
}
