package catalog_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
)

func TestAccountOf(t *testing.T) {
	t.Parallel()
	now := catalog.TimePart(time.Now())
	for key, want := range map[string]string{
		"123456789012/us-east-1/a":                 "123456789012",
		"owner/" + now + "/123456789012/us-east-1": "123456789012",
		catalog.NumberPart(7) + "/123456789012":    "123456789012",
		"arn:aws:sqs:us-east-1:123456789012:q/id":  "123456789012",
		"123456789012/us-east-1/210987654321":      "123456789012", // a name that looks like one
		"arn:aws:s3:::bucket/210987654321":         "210987654321",
		now:                                        "",
		"12345678901":                              "",
		"1234567890123":                            "",
		"c0ffee-0000.0/id":                         "",
		"arn:aws:sqs:us-east-1:":                   "",
	} {
		if got := catalog.AccountOf(strings.Split(key, "/")); got != want {
			t.Errorf("%s is of %q, want %q", key, got, want)
		}
	}
}

func TestDeleteAccount(t *testing.T) {
	t.Parallel()
	db, err := catalog.Open(catalog.Options{Dir: "c", FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	type thing struct{ ID string }
	things := catalog.Table[thing]{Name: "things"}
	parts, marks := catalog.Table[int]{Name: "parts"}, catalog.Table[struct{}]{Name: "marks"}
	const mine, other = "123456789012", "210987654321"
	err = db.Update(t.Context(), func(tx *catalog.Tx) (err error) {
		for account, id := range map[string]string{mine: "id-1", other: "id-2"} {
			err = errors.Join(err,
				things.Put(tx, thing{id}, account, "us-east-1", "a"), marks.Put(tx, struct{}{}, "000000000000001", account, "a"),
				parts.Put(tx, 1, id, "x"), parts.Put(tx, 2, id+".7", "y"), marks.Put(tx, struct{}{}, "000000000000002", id))
		}
		for i := range 2500 { // more than one transaction's
			err = errors.Join(err, parts.Put(tx, i, mine, catalog.NumberPart(uint64(i))))
		}
		return errors.Join(err, marks.Put(tx, struct{}{}, "of nobody"))
	})
	if err != nil {
		t.Fatal(err)
	}
	n, err := db.DeleteAccount(t.Context(), mine)
	if err != nil || n != 2505 {
		t.Errorf("%d deleted, %v", n, err)
	}
	var left []string
	_ = db.Each(func(table string, key []string, _ []byte) error {
		left = append(left, table+" "+strings.Join(key, "/"))
		return nil
	})
	want := []string{
		"marks 000000000000001/210987654321/a", "marks 000000000000002/id-2", "marks of nobody",
		"parts id-2/x", "parts id-2.7/y", "things 210987654321/us-east-1/a",
	}
	slices.Sort(left)
	slices.Sort(want)
	if !slices.Equal(left, want) {
		t.Errorf("left are\n%s", strings.Join(left, "\n"))
	}
}
