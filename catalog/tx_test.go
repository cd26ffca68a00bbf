package catalog_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"skywatch/catalog"
)

type scratch struct{}

// What is left for the end runs once all else is done, in the transaction, also
// if it comes up at the end; and what fails there fails all.
func TestAtEnd(t *testing.T) {
	t.Parallel()
	db := open(t, vfs.NewMem())
	var order []string
	err := db.Update(t.Context(), func(tx *catalog.Tx) error {
		for range 3 {
			n := catalog.Local(tx, scratch{}, func() *int {
				n := new(int)
				tx.AtEnd(func() error {
					order = append(order, fmt.Sprint("wrote ", *n))
					tx.AtEnd(func() error {
						order = append(order, fmt.Sprint("records ", tx.Records()))
						return nil
					})
					return things.Put(tx, record{*n}, "sum")
				})
				return n
			})
			*n++
		}
		tx.After(func() { order = append(order, "after") })
		order = append(order, "done")
		return nil
	})
	if diff := cmp.Diff([]string{"done", "wrote 3", "records 1", "after"}, order); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	full := errors.New("full")
	err = db.Update(t.Context(), func(tx *catalog.Tx) error {
		tx.AtEnd(func() error { return full })
		return things.Put(tx, record{1}, "none")
	})
	if !errors.Is(err, full) || len(keys(t, db, catalog.Range{})) != 1 {
		t.Errorf("%v, records %v", err, keys(t, db, catalog.Range{}))
	}
}

// Many records are read and removed together, the writes of the transaction
// among them.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	db := open(t, vfs.NewMem())
	err := db.Update(t.Context(), func(tx *catalog.Tx) error {
		for i := range 10 {
			if err := things.Put(tx, record{i}, "a", fmt.Sprint(i)); err != nil {
				return err
			}
		}
		return things.Put(tx, record{10}, "b", "0")
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(t.Context(), func(tx *catalog.Tx) error {
		if err := things.Put(tx, record{77}, "a", "7"); err != nil {
			return err
		}
		var got []int
		err := things.GetEach(tx, [][]string{{"a", "2"}, {"a", "2x"}, {"a", "7"}, {"c"}, {"a", "0"}}, func(i int, v record) error {
			got = append(got, i, v.N)
			return nil
		})
		if diff := cmp.Diff([]int{0, 2, 2, 77, 4, 0}, got); diff != "" {
			t.Errorf("places and records (-want +got):\n%s", diff)
		}
		if err != nil {
			return err
		}
		return things.DeleteAll(tx, catalog.Range{Prefix: []string{"a"}, After: []string{"a", "8"}, Backwards: true})
	})
	if diff := cmp.Diff([][]string{{"a", "8"}, {"a", "9"}, {"b", "0"}}, keys(t, db, catalog.Range{})); diff != "" || err != nil {
		t.Errorf("%v, left (-want +got):\n%s", err, diff)
	}
	var seen [][]string
	err = db.View(func(r catalog.Reader) error {
		return things.ScanKeys(r, catalog.Range{Prefix: []string{"a"}}, func(key []string) (bool, error) {
			seen = append(seen, key)
			return len(seen) < 1, nil
		})
	})
	if diff := cmp.Diff([][]string{{"a", "8"}}, seen); diff != "" || err != nil {
		t.Errorf("%v, seen (-want +got):\n%s", err, diff)
	}
}
