package alarms

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"go.uber.org/goleak"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/targets"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var tenant = metric.Tenant{Account: "123456789012", Region: "us-east-1"}

const topic = "arn:aws:sns:us-east-1:123456789012:pager"

func openCatalog(t testing.TB, fs vfs.FS) *catalog.DB {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// outbox keeps deliveries in a table, as the real one does.
type outbox struct{}

var sent = catalog.Table[targets.Delivery]{Name: "test-outbox"}

func (outbox) Enqueue(tx *catalog.Tx, ds ...targets.Delivery) error {
	for _, d := range ds {
		if err := sent.Put(tx, d, d.ID); err != nil {
			return err
		}
	}
	return nil
}

func (outbox) Carries(string) bool { return false }

func deliveries(t testing.TB, db *catalog.DB) (all []targets.Delivery) {
	t.Helper()
	err := db.View(func(r catalog.Reader) error {
		return sent.Scan(r, catalog.Range{}, func(_ []string, d targets.Delivery) (bool, error) {
			all = append(all, d)
			return true, nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b targets.Delivery) int { return a.Created.Compare(b.Created) })
	return all
}

func newTestService(t testing.TB) *Service {
	t.Helper()
	return NewService(Options{Catalog: openCatalog(t, vfs.NewMem()), Outbox: outbox{}})
}

// cpu is a valid request; tests change what they are about.
func cpu() *Put {
	threshold := 50.0
	return &Put{
		Name: "cpu", Namespace: "App", MetricName: "CPU", Statistic: "Average", Period: 60,
		EvaluationPeriods: 1, Threshold: &threshold, Comparison: string(GreaterThan), AlarmActions: []string{topic},
	}
}

// store is a time series store in memory: a query.Source and a Watcher.
type store struct {
	mu       sync.Mutex
	observer interface{ Observe(metric.Observation) }
	watched  map[string]bool
	data     map[string]map[metric.Period]map[metric.Instant]map[metric.Unit]metric.Datapoint
	reads    int
}

func newStore() *store {
	return &store{watched: map[string]bool{}, data: map[string]map[metric.Period]map[metric.Instant]map[metric.Unit]metric.Datapoint{}}
}

func (s *store) Watch(id metric.ID) { s.watch(id, true) }

func (s *store) Unwatch(id metric.ID) { s.watch(id, false) }

func (s *store) watch(id metric.ID, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watched[string(id.AppendKey(nil))] = on
}

func (s *store) append(sample metric.Sample) {
	tiers := []metric.Period{metric.Minute, metric.FiveMinute, metric.Hour}
	if sample.HighResolution {
		tiers = append(tiers, metric.Second)
	}
	// All of it is there before anybody hears of it, as in the real store.
	var told []metric.Observation
	for _, tier := range tiers {
		d, watched := s.fold(sample, tier)
		if watched && tier <= metric.Minute && s.observer != nil {
			told = append(told, metric.Observation{ID: sample.ID, Tier: tier, Datapoint: d})
		}
	}
	for _, o := range told {
		s.observer.Observe(o)
	}
}

func (s *store) fold(sample metric.Sample, tier metric.Period) (metric.Datapoint, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := string(sample.ID.AppendKey(nil))
	d := sample.Datapoint(tier)
	if s.data[key] == nil {
		s.data[key] = map[metric.Period]map[metric.Instant]map[metric.Unit]metric.Datapoint{}
	}
	if s.data[key][tier] == nil {
		s.data[key][tier] = map[metric.Instant]map[metric.Unit]metric.Datapoint{}
	}
	units := s.data[key][tier][d.Start]
	if units == nil {
		units = map[metric.Unit]metric.Datapoint{}
		s.data[key][tier][d.Start] = units
	}
	if old, ok := units[d.Unit]; ok {
		d.Merge(old)
	}
	units[d.Unit] = d
	return d, s.watched[key]
}

func (s *store) Read(_ context.Context, id metric.ID, tier metric.Period, from, to metric.Instant, fn func(metric.Datapoint)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	for start, units := range s.data[string(id.AppendKey(nil))][tier] {
		if start < from || start >= to {
			continue
		}
		for _, d := range units {
			if d.Distribution != nil {
				d.Distribution = d.Distribution.Clone()
			}
			fn(d)
		}
	}
	return nil
}

func (s *store) Metrics(_ context.Context, f metric.Filter, _ []byte, fn func(metric.Listing) bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(s.data)) {
		id, _, _ := metric.ParseKey([]byte(key))
		if (f.Namespace == "" || id.Namespace == f.Namespace) && (f.Name == "" || id.Name == f.Name) && !fn(metric.Listing{ID: id}) {
			return nil
		}
	}
	return nil
}

// value is one sample of the metric of cpu.
func value(at time.Time, v float64) metric.Sample {
	return metric.Sample{ID: metric.ID{Tenant: tenant, Namespace: "App", Name: "CPU"}, Time: metric.At(at), Unit: metric.Percent, Set: metric.Single(v)}
}

func describe(t testing.TB, s *Service, name string) *Alarm {
	t.Helper()
	page, _, err := s.Describe(tenant, Description{Names: []string{name}})
	if err != nil || len(page) != 1 {
		t.Fatalf("describe %s: %d alarms, %v", name, len(page), err)
	}
	return page[0]
}

// hand is a clock that a test moves. It wakes everybody at each move.
type hand struct {
	mu     sync.Mutex
	at     time.Time
	asleep map[chan time.Time]struct{}
}

func newHand(at time.Time) *hand { return &hand{at: at, asleep: map[chan time.Time]struct{}{}} }

func (h *hand) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hand) Wake(t time.Time) (<-chan time.Time, func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := make(chan time.Time, 1)
	if !t.After(h.at) {
		c <- h.at
	}
	h.asleep[c] = struct{}{}
	return c, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.asleep, c)
	}
}

func (h *hand) set(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = at
	for c := range h.asleep {
		select {
		case c <- at:
		default:
		}
	}
}
