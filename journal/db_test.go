package journal_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"skywatch/journal"
)

var start = time.Date(2026, 5, 20, 11, 0, 0, 0, time.UTC)

func open(t *testing.T, fs vfs.FS) *journal.DB {
	t.Helper()
	db, err := journal.Open(journal.Options{Dir: "journal", FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func at(offset time.Duration, id string) journal.Position {
	return journal.Position{Time: start.Add(offset), ID: id}
}

func rec(offset time.Duration, id, value string) journal.Record {
	return journal.Record{Position: at(offset, id), Value: []byte(value)}
}

// read returns a range as "offset id=value" words.
func read(t *testing.T, db *journal.DB, log string, r journal.Range) string {
	t.Helper()
	var all []string
	err := db.Scan(log, r, func(r journal.Record) (bool, error) {
		all = append(all, fmt.Sprintf("%v %s=%s", r.Time.Sub(start), r.ID, r.Value))
		return true, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, ", ")
}

func create(t *testing.T, db *journal.DB, logs ...string) {
	t.Helper()
	for _, l := range logs {
		if err := db.Create(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
}

func put(t *testing.T, db *journal.DB, log string, added int, records ...journal.Record) {
	t.Helper()
	n, err := db.Append(t.Context(), log, records...)
	if err != nil || n.Records != int64(added) {
		t.Fatalf("append: %d new, %v; want %d", n.Records, err, added)
	}
}

func size(t *testing.T, db *journal.DB, log string, want journal.Size) {
	t.Helper()
	got, err := db.Size(log)
	if err != nil || got != want {
		t.Errorf("log %s holds %+v (%v), want %+v", log, got, err, want)
	}
}

func TestAppendAndScan(t *testing.T) {
	t.Parallel()
	fs := vfs.NewMem()
	db := open(t, fs)
	create(t, db, "a", "b", "a")
	put(t, db, "a", 3, rec(time.Minute, "y", "two"), rec(time.Minute, "x", "one"), rec(-time.Hour*24*365*60, "old", "1966"))
	put(t, db, "a", 1, rec(time.Minute, "x", "another"), rec(2*time.Minute, "x", "three"), rec(2*time.Minute, "x", "again"))
	put(t, db, "b", 1, rec(0, "x", ""))
	all := "-525600h0m0s old=1966, 1m0s x=one, 1m0s y=two, 2m0s x=three"
	for name, c := range map[string]struct {
		r    journal.Range
		want string
	}{
		"all":           {journal.Range{}, all},
		"from":          {journal.Range{From: start.Add(time.Minute)}, "1m0s x=one, 1m0s y=two, 2m0s x=three"},
		"to":            {journal.Range{To: start.Add(2 * time.Minute)}, "-525600h0m0s old=1966, 1m0s x=one, 1m0s y=two"},
		"between":       {journal.Range{From: start, To: start.Add(time.Minute)}, ""},
		"after":         {journal.Range{After: new(at(time.Minute, "x"))}, "1m0s y=two, 2m0s x=three"},
		"after a gap":   {journal.Range{After: new(at(time.Minute, "xx"))}, "1m0s y=two, 2m0s x=three"},
		"after is less": {journal.Range{From: start.Add(2 * time.Minute), After: new(at(0, "x"))}, "2m0s x=three"},
		"upside down":   {journal.Range{From: start.Add(time.Hour), To: start}, ""},
	} {
		if got := read(t, db, "a", c.r); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	size(t, db, "a", journal.Size{Records: 4, Bytes: 15})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, fs)
	if got := read(t, db, "a", journal.Range{}); got != all {
		t.Errorf("after a restart: %s", got)
	}
	size(t, db, "a", journal.Size{Records: 4, Bytes: 15})
	size(t, db, "b", journal.Size{Records: 1})
	if diff := cmp.Diff([]string{"a", "b"}, db.Logs()); diff != "" {
		t.Error(diff)
	}
	if s := db.Stats(); s.Logs != 2 || s.Records != 5 || s.DiskBytes == 0 {
		t.Errorf("%+v", s)
	}
}

func TestExpire(t *testing.T) {
	t.Parallel()
	db := open(t, vfs.NewMem())
	create(t, db, "a", "b")
	put(t, db, "a", 4, rec(0, "0", "x"), rec(59*time.Minute, "1", "xx"), rec(time.Hour, "2", "xxx"), rec(3*time.Hour, "3", "xxxx"))
	put(t, db, "b", 1, rec(0, "0", "x"))
	for _, c := range []struct {
		before time.Duration
		want   journal.Size
		left   string
	}{
		{59 * time.Minute, journal.Size{}, "0s 0=x, 59m0s 1=xx, 1h0m0s 2=xxx, 3h0m0s 3=xxxx"},
		{119 * time.Minute, journal.Size{Records: 2, Bytes: 3}, "1h0m0s 2=xxx, 3h0m0s 3=xxxx"},
		{119 * time.Minute, journal.Size{}, "1h0m0s 2=xxx, 3h0m0s 3=xxxx"},
		{100 * time.Hour, journal.Size{Records: 2, Bytes: 7}, ""},
	} {
		got, err := db.Expire(t.Context(), "a", start.Add(c.before))
		if err != nil || got != c.want {
			t.Errorf("before %v: dropped %+v (%v), want %+v", c.before, got, err, c.want)
		}
		if left := read(t, db, "a", journal.Range{}); left != c.left {
			t.Errorf("before %v: left %s, want %s", c.before, left, c.left)
		}
	}
	size(t, db, "a", journal.Size{})
	size(t, db, "b", journal.Size{Records: 1, Bytes: 1})
	put(t, db, "a", 1, rec(0, "0", "again"))
}

func TestDelete(t *testing.T) {
	t.Parallel()
	db := open(t, vfs.NewMem())
	create(t, db, "a", "b")
	put(t, db, "a", 1, rec(0, "0", "x"))
	put(t, db, "b", 1, rec(0, "0", "y"))
	for range 2 {
		if err := db.Delete(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
	}
	_, appended := db.Append(t.Context(), "a", rec(0, "0", "x"))
	_, expired := db.Expire(t.Context(), "a", start)
	_, sized := db.Size("a")
	for _, err := range []error{appended, expired, sized, db.Scan("a", journal.Range{}, nil)} {
		if !errors.Is(err, journal.ErrNoLog) {
			t.Error(err)
		}
	}
	create(t, db, "a")
	size(t, db, "a", journal.Size{})
	put(t, db, "a", 1, rec(0, "0", "z"))
	if got := read(t, db, "a", journal.Range{}) + read(t, db, "b", journal.Range{}); got != "0s 0=z0s 0=y" {
		t.Error(got)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	db := open(t, vfs.NewMem())
	create(t, db, "a")
	for _, id := range []string{"", strings.Repeat("x", 1025)} {
		if _, err := db.Append(t.Context(), "a", rec(0, id, "")); err == nil {
			t.Errorf("an ID of %d bytes was taken", len(id))
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := db.Append(t.Context(), "a", rec(0, "0", ""))
	if !errors.Is(err, journal.ErrClosed) {
		t.Error(err)
	}
}

// Appends of many at the same time, among them the same records, count each
// record once.
func TestAppendsAtOnce(t *testing.T) {
	t.Parallel()
	db := open(t, vfs.NewMem())
	create(t, db, "a")
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 100 {
				n := (i*7 + g*13) % 100
				if _, err := db.Append(t.Context(), "a", rec(time.Duration(n)*time.Minute, fmt.Sprint(n), "12345")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	size(t, db, "a", journal.Size{Records: 100, Bytes: 500})
}
