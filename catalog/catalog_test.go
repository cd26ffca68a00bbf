package catalog_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"skywatch/catalog"
)

type record struct{ N int }

var things = catalog.Table[record]{Name: "things"}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, fs vfs.FS) *catalog.DB {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func keys(t *testing.T, db *catalog.DB, rg catalog.Range) [][]string {
	t.Helper()
	var out [][]string
	err := db.View(func(r catalog.Reader) error {
		return things.Scan(r, rg, func(key []string, _ record) (bool, error) {
			out = append(out, key)
			return true, nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestScanOrder(t *testing.T) {
	t.Parallel()
	db := open(t, vfs.NewMem())
	all := [][]string{{"a", ""}, {"a", "\x00"}, {"a", "\x00b"}, {"a", "b"}, {"a\x00", "b"}, {"ab", "a"}, {"b", "\xff"}}
	for i := range all {
		k := all[len(all)-1-i]
		if err := db.Update(t.Context(), func(tx *catalog.Tx) error { return things.Put(tx, record{i}, k...) }); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		rg   catalog.Range
		want [][]string
	}{
		{"all", catalog.Range{}, all},
		{"prefix", catalog.Range{Prefix: []string{"a"}}, all[:4]},
		{"after", catalog.Range{Prefix: []string{"a"}, After: []string{"a", "\x00"}}, all[2:4]},
		{"backwards", catalog.Range{Prefix: []string{"a"}, After: []string{"a", "\x00b"}, Backwards: true}, [][]string{all[1], all[0]}},
		{"until", catalog.Range{Until: []string{"a", "b"}}, all[:3]},
		{"after and until", catalog.Range{Prefix: []string{"a"}, After: []string{"a", ""}, Until: []string{"a", "b"}}, all[1:3]},
		{"until before its beginning", catalog.Range{After: []string{"ab", "a"}, Until: []string{"a"}}, nil},
		{"none", catalog.Range{Prefix: []string{"c"}}, nil},
	} {
		if diff := cmp.Diff(c.want, keys(t, db, c.rg)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
	}
}

func TestKeyPartsNeverMix(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.StringOfN(rapid.RuneFrom([]rune{0, 1, 'a', 0xff}), 0, 4, -1)
		want := rapid.SliceOfN(part, 1, 3).Draw(t, "key")
		db, err := catalog.Open(catalog.Options{Dir: "c", FS: vfs.NewMem()})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		err = db.Update(context.Background(), func(tx *catalog.Tx) error {
			if err := things.Put(tx, record{7}, want...); err != nil {
				return err
			}
			return things.Scan(tx, catalog.Range{Prefix: want[:len(want)-1]}, func(key []string, v record) (bool, error) {
				if diff := cmp.Diff(want, key); diff != "" || v.N != 7 {
					t.Fatalf("key %q came back as %q", want, key)
				}
				return true, nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestUpdateIsAllOrNothing(t *testing.T) {
	t.Parallel()
	db := open(t, vfs.NewMem())
	boom := errors.New("boom")
	called := false
	err := db.Update(t.Context(), func(tx *catalog.Tx) error {
		tx.After(func() { called = true })
		if err := things.Put(tx, record{1}, "x"); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) || called {
		t.Fatalf("err %v, after called %v", err, called)
	}
	if got := keys(t, db, catalog.Range{}); got != nil {
		t.Fatalf("kept %q", got)
	}
}

// Every acknowledged update survives a crash that loses whatever was not
// synced, and updates that read before they write never lose one another.
func TestCrash(t *testing.T) {
	t.Parallel()
	fs := vfs.NewCrashableMem()
	db := open(t, fs)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 25 {
				err := db.Update(context.Background(), func(tx *catalog.Tx) error {
					v, _, err := things.Get(tx, "counter")
					if err != nil {
						return err
					}
					return things.Put(tx, record{v.N + 1}, "counter")
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	after := open(t, fs.CrashClone(vfs.CrashCloneCfg{}))
	err := after.View(func(r catalog.Reader) error {
		v, ok, err := things.Get(r, "counter")
		if err == nil && (!ok || v.N != 200) {
			t.Errorf("counter is %d, 200 were acknowledged", v.N)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestClosed(t *testing.T) {
	t.Parallel()
	db := open(t, vfs.NewMem())
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.View(func(catalog.Reader) error { return nil }); !errors.Is(err, catalog.ErrClosed) {
		t.Fatalf("View: %v", err)
	}
	if err := db.Update(t.Context(), func(*catalog.Tx) error { return nil }); !errors.Is(err, catalog.ErrClosed) {
		t.Fatalf("Update: %v", err)
	}
}

// A catalog opens after a crash, whatever part of what was not synced the disk
// kept, with the last acknowledged record in it.
func TestCrashKeepsNames(t *testing.T) {
	t.Parallel()
	seed := newSeed(t)
	for i := range uint64(40) {
		random := rand.New(rand.NewPCG(seed+i, 0))
		fs := vfs.NewCrashableMem()
		for round := range 3 {
			db := openIn(t, fs)
			err := db.View(func(r catalog.Reader) error {
				v, ok, err := things.Get(r, "last")
				if err == nil && ok != (round > 0) || ok && v.N != round-1 {
					t.Errorf("seed %d: record is %v %d before round %d", seed+i, ok, v.N, round)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Update(t.Context(), func(tx *catalog.Tx) error { return things.Put(tx, record{round}, "last") }); err != nil {
				t.Fatal(err)
			}
			crashed := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: random.IntN(101), RNG: random})
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			fs = crashed
		}
	}
}

// newSeed returns a seed; SKYWATCH_SEED replays one.
func newSeed(t *testing.T) uint64 {
	t.Helper()
	if s := os.Getenv("SKYWATCH_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return uint64(time.Now().UnixNano())
}

func openIn(t *testing.T, fs vfs.FS) *catalog.DB {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "deep/catalog", FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// midway takes the state that a crash would leave at the n-th change of a name.
type midway struct {
	vfs.FS
	left  int
	crash func()
}

func (m *midway) step() {
	if m.left--; m.left == 0 {
		m.crash()
	}
}

func (m *midway) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := m.FS.Create(name, c)
	m.step()
	return f, err
}

func (m *midway) Rename(old, to string) error {
	err := m.FS.Rename(old, to)
	m.step()
	return err
}

// A catalog opens after a crash at any step of its making.
func TestCrashWhileOpening(t *testing.T) {
	t.Parallel()
	seed := newSeed(t)
	for n := 1; n < 40; n++ {
		for i := range uint64(10) {
			random := rand.New(rand.NewPCG(seed+i, uint64(n)))
			fs := vfs.NewCrashableMem()
			var crashed *vfs.MemFS
			at := &midway{FS: fs, left: n, crash: func() {
				crashed = fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 50, RNG: random})
			}}
			if err := openIn(t, at).Close(); err != nil {
				t.Fatal(err)
			}
			if crashed == nil {
				return // it takes fewer steps than n
			}
			db, err := catalog.Open(catalog.Options{Dir: "deep/catalog", FS: crashed})
			if err != nil {
				t.Fatalf("seed %d, crash at step %d: %v", seed+i, n, err)
			}
			_ = db.Close()
		}
	}
}
