package catalog_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
)

// What is old is forgotten, in however many transactions; what was written
// again is as old as it was written last.
func TestAging(t *testing.T) {
	t.Parallel()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	times := catalog.Aging[time.Time]{
		Table: catalog.Table[time.Time]{Name: "times"}, Ages: catalog.Table[struct{}]{Name: "times-age"},
		At: func(t *time.Time) time.Time { return *t },
	}
	noon := time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)
	err = db.Update(t.Context(), func(tx *catalog.Tx) error {
		for i := range 1200 {
			if err := times.Put(tx, noon, "old", fmt.Sprint(i)); err != nil {
				return err
			}
		}
		if err := times.Put(tx, noon.Add(time.Second), "old", "7"); err != nil {
			return err
		}
		return times.Put(tx, noon.Add(time.Second), "young")
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := times.Forget(t.Context(), db, noon); err != nil {
		t.Fatal(err)
	}
	left, ages := "", 0
	err = db.View(func(r catalog.Reader) error {
		if err := times.Ages.ScanKeys(r, catalog.Range{}, func([]string) (bool, error) { ages++; return true, nil }); err != nil {
			return err
		}
		return times.ScanKeys(r, catalog.Range{}, func(key []string) (bool, error) {
			left += fmt.Sprint(key)
			return true, nil
		})
	})
	if err != nil || left != "[old 7][young]" || ages != 2 {
		t.Errorf("left are %s with %d ages, %v", left, ages, err)
	}
}
