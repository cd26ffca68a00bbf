package tsdb

import (
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/metric"
)

// All of an account goes, from memory and from the disk, also for who opens the
// store anew; nothing of another account does, and what comes after stays.
func TestDeleteAccount(t *testing.T) {
	t.Parallel()
	fs := vfs.NewMem()
	db := mustOpen(t, quiet(fs))
	sample := func(account string, i int) metric.Sample {
		m := metric.ID{Tenant: metric.Tenant{Account: account, Region: fmt.Sprint("r", i%2)}, Namespace: "App", Name: fmt.Sprint("m", i)}
		return metric.Sample{ID: m, Time: t0.Add(-metric.Minute.Duration()), Set: metric.Single(1)}
	}
	const mine, other, many = "123456789012", "210987654321", 300
	fill := func() {
		for i := range many {
			mustAppend(t, db, sample(mine, i), sample(other, i))
		}
	}
	count := func(account string) (n int) {
		for i := range many {
			s := sample(account, i)
			if err := db.Read(t.Context(), s.ID, metric.Minute, t0.Add(-metric.Hour.Duration()), t0, func(metric.Datapoint) { n++ }); err != nil {
				t.Fatal(err)
			}
		}
		return n
	}
	fill()
	mustFlush(t, db)
	fill() // on disk and in memory
	if n, err := db.DeleteAccount(t.Context(), mine); err != nil || n != many {
		t.Fatalf("%d metrics deleted, %v", n, err)
	}
	mustAppend(t, db, sample(mine, 0))
	for _, life := range []string{"at once", "opened anew", "sealed and opened anew"} {
		if a, b, n := count(mine), count(other), db.Stats().Series; a != 1 || b != many || n != many+1 {
			t.Errorf("%s: %d and %d data, %d metrics", life, a, b, n)
		}
		if life == "opened anew" {
			mustFlush(t, db)
		}
		mustClose(t, db)
		db = mustOpen(t, quiet(fs))
	}
	mustClose(t, db)
}
