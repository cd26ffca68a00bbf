package targets_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/fault"
	"skywatch/targets"
)

const account = "123456789012"

// list reads the whole log of the rig by pages and returns it as lines.
func (r *rig) list(q targets.LogQuery) []targets.Entry {
	r.t.Helper()
	q.Account = account
	var all []targets.Entry
	for {
		page, err := r.engine.Deliveries(q)
		if err != nil {
			r.t.Fatal(err)
		}
		if len(page.Deliveries) > q.Limit && q.Limit > 0 {
			r.t.Errorf("a page of %d", len(page.Deliveries))
		}
		all = append(all, page.Deliveries...)
		if q.Next = page.Next; q.Next == "" {
			return all
		}
	}
}

func ids(all []targets.Entry) string {
	var out []string
	for _, e := range all {
		out = append(out, e.ID)
	}
	return strings.Join(out, " ")
}

func TestLogTellsWhatWasDone(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.outside = func(_ context.Context, d targets.Delivery) error {
			time.Sleep(250 * time.Millisecond)
			return until(3, d.Attempts, &targets.Failure{Code: targets.Throttling, Err: errors.New("429")})
		}
		r.run()
		r.put(targets.Delivery{ID: "x", Target: outsideA, Cause: ruleARN})
		begin := time.Now().UTC()
		time.Sleep(500 * time.Millisecond)
		if all := r.list(targets.LogQuery{}); len(all) != 1 || all[0].Status != targets.Waiting || all[0].Attempts != 1 || len(all[0].Tried) != 1 {
			t.Errorf("while it waits: %+v", all)
		}
		time.Sleep(time.Minute)
		all := r.list(targets.LogQuery{})
		if len(all) != 1 {
			t.Fatalf("%d entries", len(all))
		}
		e := all[0]
		if e.Status != targets.Delivered || e.Cause != ruleARN || e.Target != outsideA || e.Attempts != 3 || e.Ended.Sub(begin) != 3750*time.Millisecond {
			t.Errorf("entry %+v", e)
		}
		got := fmt.Sprint(e.Tried)
		for i := range e.Tried {
			got = strings.Replace(got, e.Tried[i].At.String(), fmt.Sprint(e.Tried[i].At.Sub(begin)), 1)
		}
		if want := "[{1 0s 250 THROTTLING 429} {2 1.25s 250 THROTTLING 429} {3 3.5s 250  }]"; got != want {
			t.Errorf("attempts %s, want %s", got, want)
		}
	})
}

func TestLogIsFilteredAndPaged(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.outside = func(_ context.Context, d targets.Delivery) error {
			switch d.ID[0] {
			case 'f':
				return fault.New(fault.NotFound, "gone")
			case 'w':
				return errDown
			}
			return nil
		}
		r.run()
		for i := range 3 {
			for _, what := range []string{"d", "f", "w"} {
				target, cause := outsideA, ruleARN
				if i == 1 {
					target, cause = outsideB, ruleARN+"2"
				}
				r.put(targets.Delivery{ID: fmt.Sprint(what, i), Target: target, Cause: cause})
				synctest.Wait()
				time.Sleep(time.Millisecond)
			}
		}
		for _, limit := range []int{0, 1, 2} {
			for want, q := range map[string]targets.LogQuery{
				"w0 w2 w1 f2 d2 f1 d1 f0 d0": {},
				"w0 w2 f2 d2 f0 d0":          {Target: outsideA},
				"w1 f1 d1":                   {Cause: ruleARN + "2"},
				"f2 f1 f0":                   {Status: targets.Failed},
				"d2 d0":                      {Status: targets.Delivered, Target: outsideA},
				"w1":                         {Status: targets.Waiting, Cause: ruleARN + "2"},
				"":                           {Target: "arn:aws:sqs:" + tenantARN + "other"},
			} {
				q.Limit = limit
				if got := ids(r.list(q)); got != want {
					t.Errorf("%+v: %s, want %s", q, got, want)
				}
			}
		}
		other, err := r.engine.Deliveries(targets.LogQuery{Account: "000000000000"})
		if err != nil || len(other.Deliveries) != 0 {
			t.Errorf("another account sees %v, %v", other.Deliveries, err)
		}
		for param, q := range map[string]targets.LogQuery{
			"limit": {Limit: targets.MaxLogPage + 1}, "status": {Status: "lost"}, "next": {Next: "?"},
		} {
			if _, err := r.engine.Deliveries(q); err == nil || fault.Of(err).Param != param {
				t.Errorf("wrong %s: %v", param, err)
			}
		}
	})
}

// The log holds so many of a target, and none longer than it keeps them.
func TestLogIsBounded(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.engine.LogPerTarget, r.engine.KeepLog = 20, 5*time.Hour
		r.outside = func(_ context.Context, d targets.Delivery) error { return fault.New(fault.NotFound, "gone") }
		r.run()
		for _, id := range many("d", 90) {
			r.enqueue(outsideA, id)
			synctest.Wait()
			time.Sleep(time.Millisecond)
		}
		r.enqueue(outsideB, "only")
		time.Sleep(2 * time.Minute)
		all := r.list(targets.LogQuery{Target: outsideA})
		if len(all) != 20 || all[0].ID != "d089" || all[19].ID != "d070" || len(r.list(targets.LogQuery{})) != 21 {
			t.Errorf("%d entries: %s", len(all), ids(all))
		}
		if err := r.engine.Redrive(t.Context(), account, "d069"); err == nil {
			t.Error("what the log forgot can be redriven")
		}
		time.Sleep(6 * time.Hour)
		if all := r.list(targets.LogQuery{}); len(all) != 0 {
			t.Errorf("after its time: %s", ids(all))
		}
	})
}

func TestRedrive(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		var back atomic.Bool
		r.outside = func(_ context.Context, d targets.Delivery) error {
			if !back.Load() {
				return fault.New(fault.NotFound, "gone")
			}
			if d.Message != "whole" || d.Attempts != 1 {
				t.Errorf("redriven %+v", d)
			}
			return nil
		}
		r.run()
		r.put(targets.Delivery{ID: "x", Target: outsideA, Message: "whole", DeadLetter: queueARN, Retry: &targets.Retry{Max: 1, MaxAge: time.Minute}})
		time.Sleep(time.Hour)
		for id, acc := range map[string]string{"y": account, "x": "000000000000"} {
			if err := r.engine.Redrive(t.Context(), acc, id); fault.Of(err).Kind != fault.NotFound {
				t.Errorf("%s of %s: %v", id, acc, err)
			}
		}
		back.Store(true)
		if err := r.engine.Redrive(t.Context(), account, "x"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		all := r.list(targets.LogQuery{})
		if ids(all) != "x x" || all[0].Status != targets.Delivered || all[1].Status != targets.Failed || all[1].Redriven.IsZero() {
			t.Errorf("log %+v", all)
		}
		if err := r.engine.Redrive(t.Context(), account, "x"); fault.Of(err).Kind != fault.NotFound {
			t.Errorf("a second time: %v", err)
		}
	})
}

// What is acknowledged as redriven survives a crash, and is sent once more.
func TestRedriveSurvivesACrash(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fs := vfs.NewCrashableMem()
		r := newRig(t, fs)
		r.outside = func(context.Context, targets.Delivery) error { return fault.New(fault.NotFound, "gone") }
		r.run()
		r.enqueue(outsideA, "x")
		synctest.Wait()
		r.stop()
		if err := r.engine.Redrive(t.Context(), account, "x"); err != nil {
			t.Fatal(err)
		}
		disk := fs.CrashClone(vfs.CrashCloneCfg{})
		if err := r.db.Close(); err != nil {
			t.Fatal(err)
		}
		after := newRig(t, disk)
		after.run()
		synctest.Wait()
		if text, ok := after.ended()["x"]; !ok || text != "" {
			t.Errorf("ended %v with %q", ok, text)
		}
		after.close()
	})
}
