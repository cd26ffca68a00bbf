package targets_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	gocmp "github.com/google/go-cmp/cmp"

	"skywatch/catalog"
	"skywatch/targets"
)

// Attempted hears of each attempt with its number, time and failure, inside and
// outside, and not of deliveries that end without one.
func TestAttemptsAreTold(t *testing.T) {
	t.Parallel()
	type heard struct {
		ID     string
		Number int
		After  time.Duration
		Code   string
	}
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, vfs.NewMem())
		began := time.Now()
		var got []heard
		r.engine.Attempted = func(d *targets.Delivery, f *targets.Failure) {
			last := d.Tried[len(d.Tried)-1]
			h := heard{d.ID, last.Number, last.At.Sub(began), ""}
			if f != nil {
				h.Code = f.Code
			}
			r.mu.Lock()
			defer r.mu.Unlock()
			got = append(got, h)
		}
		fails := 1
		r.outside = func(context.Context, targets.Delivery) error {
			if fails--; fails >= 0 {
				return errors.New("broken")
			}
			return nil
		}
		r.run()
		r.enqueue(outsideA, "outside")
		r.enqueue(insideA, "inside")
		r.enqueue("arn:aws:nothing:"+tenantARN+"a", "nowhere")
		if err := r.db.Update(t.Context(), func(tx *catalog.Tx) error {
			return r.outbox.Enqueue(tx, targets.Delivery{ID: "unsendable", Target: insideA, Kind: "test", Created: time.Now(), Unsendable: "no input"})
		}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		r.close()
		slices.SortFunc(got, func(a, b heard) int { return cmp.Or(cmp.Compare(a.ID, b.ID), a.Number-b.Number) })
		want := []heard{{"inside", 1, 0, ""}, {"outside", 1, 0, targets.ServerError}, {"outside", 2, time.Second, ""}}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}
