package server

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"skywatch/catalog"
	"skywatch/journal"
	"skywatch/metric"
)

// checkedHouse fills a data directory with something of every kind of file.
func checkedHouse(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	cfg := DefaultConfig()
	cfg.Listen, cfg.DataDir = "127.0.0.1:0", dir
	ctx := context.Background()
	for life := range 2 { // the second start writes tables of what the first left in logs
		s, err := New(cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Start(); err != nil {
			t.Fatal(err)
		}
		c := &chain{name: fmt.Sprint(life)}
		if err := s.journal.Create(ctx, "test/"+c.name); err != nil {
			t.Fatal(err)
		}
		for range 20 {
			if err := c.step(s, metric.At(time.Now()).Floor(metric.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		if life == 1 { // so that the log of the time series has more than is sealed
			if err := s.disk().RemoveAll(s.staging()); err != nil {
				t.Fatal(err)
			}
			if _, err := s.stage(); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(s.staging(), dir+".copy"); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	dir += ".copy"
	if err := os.WriteFile(filepath.Join(dir, packagesDir, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.zip"), []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A flipped bit in a file of whatever kind is found, but for two kinds of files whose
// content nobody relies on and the last records of a log: those look as a crash
// leaves them, while a crash of the machine tears only what was not acknowledged.
func TestCheckFindsFlippedBits(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	dir := checkedHouse(t)
	whole, err := CheckData(context.Background(), dir)
	if err != nil || len(whole.Damage) > 0 {
		t.Fatalf("%+v, %v", whole.Damage, err)
	}
	if whole.TimeSeries.Series == 0 || whole.TimeSeries.LogRecords == 0 || whole.Journal.Records < 40 || whole.Catalog[backedUp.Name].Records < 40 || whole.Packages != 1 {
		t.Errorf("found %+v", whole)
	}
	kinds := map[string]int{}
	err = filepath.Walk(dir, func(path string, st os.FileInfo, err error) error {
		// Of the first segment of the series' log nothing is needed any more.
		kind := strings.TrimRight(strings.TrimPrefix(path, dir), "0123456789")
		if err != nil || st.IsDir() || st.Size() == 0 || strings.Contains(kind, "OPTIONS") || strings.HasSuffix(path, "tsdb/log/0000000000000001.log") {
			return err
		}
		for range 4 {
			kinds[filepath.Ext(path)+filepath.Base(kind)]++
			flipped(t, r, dir, path, st.Size())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("flips by kind of file: %v", kinds)
}

func flipped(t *testing.T, r *rand.Rand, dir, path string, size int64) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	within := size
	if strings.HasSuffix(path, ".log") {
		within = size / 2
	}
	bit := r.IntN(int(within) * 8)
	b[bit/8] ^= 1 << (bit % 8)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	defer func() {
		b[bit/8] ^= 1 << (bit % 8)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}()
	c, err := CheckData(context.Background(), dir)
	if err != nil {
		t.Errorf("bit %d of %s: %v", bit, path, err)
	} else if len(c.Damage) == 0 {
		t.Errorf("bit %d of %d of %s is not found", bit, size*8, path)
	} else if !strings.HasPrefix(c.Damage[0].File, dir) {
		t.Errorf("bit %d of %s: found as %v", bit, path, c.Damage)
	}
}

// Nothing that a check reads is changed, and counters are held against records.
func TestCheckRecounts(t *testing.T) {
	t.Parallel()
	dir := checkedHouse(t)
	db, err := journal.Open(journal.Options{Dir: filepath.Join(dir, "journal")})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	names, err := catalog.Open(catalog.Options{Dir: filepath.Join(dir, "catalog"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := CheckData(context.Background(), dir); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("checked although the catalog is open: %v", err)
	}
	if err := names.Close(); err != nil {
		t.Fatal(err)
	}
	if c, err := CheckData(context.Background(), dir); err != nil || len(c.Damage) > 0 {
		t.Errorf("%v, %v", c.Damage, err)
	}
}
