package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/backup"
	"skywatch/catalog"
	"skywatch/journal"
	"skywatch/metric"
	"skywatch/tsdb"
)

var backedUp = catalog.Table[int64]{Name: "test-backed-up"}

// chain writes step k to the time series, then to the catalog, then to the
// journal, each acknowledged before the next. In one moment of all three the
// stores are therefore at most one step apart, in this order.
type chain struct {
	name           string
	started, acked atomic.Int64
}

func (c *chain) id() metric.ID {
	return metric.ID{Tenant: metric.Tenant{Account: "000000000000", Region: "us-east-1"}, Namespace: "Backup", Name: c.name}
}

func (c *chain) step(s *Server, epoch metric.Instant) error {
	ctx, k := context.Background(), c.started.Add(1)
	at := epoch.Add(-time.Duration(k) * time.Minute)
	if err := s.series.Append(ctx, []metric.Sample{{ID: c.id(), Time: at, Set: metric.Single(float64(k))}}); err != nil {
		return err
	}
	if err := s.catalog.Update(ctx, func(tx *catalog.Tx) error { return backedUp.Put(tx, k, c.name, catalog.NumberPart(uint64(k))) }); err != nil {
		return err
	}
	_, err := s.journal.Append(ctx, "test/"+c.name, journal.Record{Position: journal.Position{Time: time.UnixMilli(k).UTC(), ID: "r"}, Value: []byte("v")})
	c.acked.Store(k)
	return err
}

// steps counts what the stores in a directory have of a chain; each must have the
// first steps and no others.
func (c *chain) steps(dir string, epoch metric.Instant) (n [3]int64, err error) {
	none := slog.New(slog.DiscardHandler)
	series, err := tsdb.Open(tsdb.Options{Dir: filepath.Join(dir, "tsdb"), Tick: -1})
	if err != nil {
		return n, err
	}
	defer func() { err = errors.Join(err, series.Close()) }()
	names, err := catalog.Open(catalog.Options{Dir: filepath.Join(dir, "catalog"), Logger: none})
	if err != nil {
		return n, err
	}
	defer func() { err = errors.Join(err, names.Close()) }()
	logs, err := journal.Open(journal.Options{Dir: filepath.Join(dir, "journal")})
	if err != nil {
		return n, err
	}
	defer func() { err = errors.Join(err, logs.Close()) }()
	var sum [3]int64
	count := func(store int, k int64) {
		n[store]++
		sum[store] += k
	}
	err = errors.Join(
		series.Read(context.Background(), c.id(), metric.Minute, 0, epoch, func(d metric.Datapoint) {
			for range int(d.Set.SampleCount) {
				count(0, int64(d.Set.Maximum))
			}
		}),
		names.View(func(r catalog.Reader) error {
			return backedUp.Scan(r, catalog.Range{Prefix: []string{c.name}}, func(_ []string, k int64) (bool, error) {
				count(1, k)
				return true, nil
			})
		}),
		logs.Scan("test/"+c.name, journal.Range{}, func(r journal.Record) (bool, error) {
			count(2, r.Time.UnixMilli())
			return true, nil
		}))
	for store := range n {
		if sum[store] != n[store]*(n[store]+1)/2 {
			err = errors.Join(err, fmt.Errorf("store %d has %d steps that are not the first", store, n[store]))
		}
	}
	return n, err
}

// While writes go on, a backup is one moment of all stores: what was acknowledged
// before is in it, what began after is not, and between the stores nothing is half.
func TestBackupIsOneMoment(t *testing.T) {
	t.Parallel()
	cfg := DefaultConfig()
	cfg.Listen, cfg.DataDir = "127.0.0.1:0", filepath.Join(t.TempDir(), "data")
	cfg.HeadBytes, cfg.LogBytes = 1<<16, 1<<16 // sealed and cut all the time
	s, err := New(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	epoch := metric.At(time.Now()).Floor(metric.Minute)
	var writers sync.WaitGroup
	var done atomic.Bool
	chains := make([]*chain, 4)
	for i := range chains {
		chains[i] = &chain{name: fmt.Sprintf("C%d", i)}
		if err := s.journal.Create(context.Background(), "test/"+chains[i].name); err != nil {
			t.Fatal(err)
		}
		writers.Go(func() {
			for !done.Load() {
				if err := chains[i].step(s, epoch); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 4 {
		backUpAndCompare(t, s, chains, epoch)
	}
	done.Store(true)
	writers.Wait()
}

func backUpAndCompare(t *testing.T, s *Server, chains []*chain, epoch metric.Instant) {
	t.Helper()
	before, after := make([]int64, len(chains)), make([]int64, len(chains))
	for i, c := range chains {
		before[i] = c.acked.Load()
	}
	about, err := s.stage()
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range chains {
		after[i] = c.started.Load()
	}
	var b bytes.Buffer
	if err := backup.Write(context.Background(), &b, s.disk(), s.staging(), about); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "restored")
	if _, err := backup.Restore(context.Background(), &b, backup.Options{FS: vfs.Default, Dir: dir, Known: KnownFormats()}); err != nil {
		t.Fatal(err)
	}
	for i, c := range chains {
		n, err := c.steps(dir, epoch)
		if err != nil {
			t.Fatal(err)
		}
		if n[2] < before[i] || n[0] > after[i] || n[0] < n[1] || n[1] < n[2] || n[0] > n[2]+1 {
			t.Errorf("%s: acknowledged %d before and begun %d after; the stores have %d", c.name, before[i], after[i], n)
		}
	}
	t.Logf("steps before %d, after %d", before, after)
}
