package tsdb

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/metric"
)

// t0 is the clock of most tests: a whole hour, not a whole day.
var t0 = metric.At(time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC))

// quiet are options without a background owner.
func quiet(fs vfs.FS) Options {
	return Options{
		Dir:           "db",
		FS:            fs,
		Partitions:    4,
		Tick:          -1,
		Now:           func() time.Time { return t0.Time() },
		CacheBytes:    256 << 10,
		memTableBytes: 64 << 10,
	}
}

func mustOpen(t testing.TB, o Options) *DB {
	t.Helper()
	db, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func mustClose(t testing.TB, db *DB) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func mustAppend(t testing.TB, db *DB, samples ...metric.Sample) {
	t.Helper()
	if err := db.Append(context.Background(), samples); err != nil {
		t.Fatal(err)
	}
}

func mustFlush(t testing.TB, db *DB) {
	t.Helper()
	if err := db.Flush(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// id returns a metric of the default tenant: namespace, name and pairs of
// dimension name and value.
func id(namespace, name string, dimensions ...string) metric.ID {
	m := metric.ID{
		Tenant:    metric.Tenant{Account: "000000000000", Region: "us-east-1"},
		Namespace: namespace, Name: name,
	}
	for i := 0; i+1 < len(dimensions); i += 2 {
		m.Dimensions = append(m.Dimensions, metric.Dimension{Name: dimensions[i], Value: dimensions[i+1]})
	}
	m.Normalize()
	return m
}

func single(m metric.ID, at metric.Instant, v float64) metric.Sample {
	return metric.Sample{ID: m, Time: at, Set: metric.Single(v)}
}

func read(t testing.TB, db *DB, m metric.ID, p metric.Period) []metric.Datapoint {
	t.Helper()
	var out []metric.Datapoint
	err := db.Read(context.Background(), m, p, -maxTime, maxTime, func(d metric.Datapoint) { out = append(out, d) })
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// count returns the samples that a tier holds of a metric.
func count(t testing.TB, db *DB, m metric.ID, p metric.Period) float64 {
	t.Helper()
	var n float64
	for _, d := range read(t, db, m, p) {
		n += d.Set.SampleCount
	}
	return n
}

func TestEveryTierCountsEachSampleOnce(t *testing.T) {
	t.Parallel()
	fs := vfs.NewMem()
	db := mustOpen(t, quiet(fs))
	m := id("App", "Latency", "Host", "a")
	check := func(when string, want float64) {
		t.Helper()
		for _, p := range metric.Tiers() {
			if got := count(t, db, m, p); got != want {
				t.Errorf("%s: tier %d holds %v samples, want %v", when, p, got, want)
			}
		}
	}
	for i := range 100 {
		s := single(m, t0-metric.Instant(i)*7000, float64(i))
		s.HighResolution = true
		mustAppend(t, db, s)
		if i%40 == 39 {
			mustFlush(t, db)
			check(fmt.Sprintf("after flush %d", i), float64(i+1))
		}
	}
	check("with head", 100)
	mustClose(t, db)
	db = mustOpen(t, quiet(fs))
	check("reopened", 100)
	mustAppend(t, db, single(m, t0, 5))
	if got := count(t, db, m, metric.Minute); got != 101 {
		t.Errorf("a late sample: %v", got)
	}
	mustClose(t, db)
}

func TestClosedStoreRefusesEverything(t *testing.T) {
	t.Parallel()
	db := mustOpen(t, quiet(vfs.NewMem()))
	mustClose(t, db)
	m := id("App", "Latency")
	calls := map[string]error{
		"append": db.Append(context.Background(), []metric.Sample{single(m, t0, 1)}),
		"read":   db.Read(context.Background(), m, metric.Minute, 0, t0, func(metric.Datapoint) {}),
		"list":   db.Metrics(context.Background(), metric.Filter{}, nil, func(metric.Listing) bool { return true }),
		"flush":  db.Flush(context.Background()),
		"retain": db.Retain(t0),
		"delete": db.DeleteMetric(context.Background(), m),
		"close":  db.Close(),
	}
	for name, err := range calls {
		if err != ErrClosed {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDirectoryIsExclusive(t *testing.T) {
	t.Parallel()
	o := quiet(vfs.Default)
	o.Dir = t.TempDir()
	db := mustOpen(t, o)
	if second, err := Open(o); err == nil {
		mustClose(t, second)
		t.Error("a second store opened the same directory")
	}
	mustClose(t, db)
	mustClose(t, mustOpen(t, o))
}
