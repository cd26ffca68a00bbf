package catalog_test

import (
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
)

// What is gone is forgotten, in however many transactions, and nothing else.
func TestForgetIf(t *testing.T) {
	t.Parallel()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	numbers := catalog.Table[int]{Name: "numbers"}
	if err := db.Update(t.Context(), func(tx *catalog.Tx) error {
		for i := range 1000 {
			if err := numbers.Put(tx, i, fmt.Sprint(i)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := numbers.ForgetIf(t.Context(), db, func(n int) bool { return n%10 != 3 }); err != nil {
		t.Fatal(err)
	}
	left := 0
	if err := db.View(func(r catalog.Reader) error {
		return numbers.Scan(r, catalog.Range{}, func(_ []string, n int) (bool, error) {
			if left++; n%10 != 3 {
				t.Errorf("%d is there still", n)
			}
			return true, nil
		})
	}); err != nil || left != 100 {
		t.Errorf("%d are left, %v", left, err)
	}
}
