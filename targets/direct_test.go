package targets_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets"
)

const directA = "arn:aws:direct:" + tenantARN + "a"

// notes are what the direct target of these tests writes.
var notes = catalog.Table[string]{Name: "notes"}

// directRig is a rig with a direct target, which refuses what take says.
func directRig(t *testing.T, fs vfs.FS, take func(*catalog.Tx, targets.Delivery) error) *rig {
	r := newRig(t, fs)
	o := r.engine.Options
	o.Targets["direct"] = targets.Direct(func(tx *catalog.Tx, d targets.Delivery) error {
		if take != nil {
			if err := take(tx, d); err != nil {
				return err
			}
		}
		return notes.Put(tx, d.Message, d.ID)
	})
	r.engine = targets.New(o)
	return r
}

// noted counts what the target has.
func (r *rig) noted() (n int) {
	r.t.Helper()
	err := r.db.View(func(rd catalog.Reader) error {
		return notes.Scan(rd, catalog.Range{}, func([]string, string) (bool, error) {
			n++
			return true, nil
		})
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

func (r *rig) waits() int { return len(r.list(targets.LogQuery{Status: targets.Waiting})) }

// The delivery is made when its cause is committed, and told of as any other.
func TestDirectly(t *testing.T) {
	t.Parallel()
	var attempted atomic.Int64
	r := directRig(t, vfs.NewMem(), nil)
	r.engine.Attempted = func(d *targets.Delivery, f *targets.Failure) {
		if d.Attempts != 1 || f != nil || len(d.Tried) != 1 {
			t.Errorf("attempted %+v, %v", d, f)
		}
		attempted.Add(1)
	}
	var order []string
	r.hear = func(o targets.Outcome) error {
		order = append(order, "heard "+o.Delivery.ID)
		return nil
	}
	d := targets.Delivery{ID: "x", Target: directA, Kind: "test", Tenant: metric.Tenant{Account: account, Region: "us-east-1"}}
	err := r.db.Update(t.Context(), func(tx *catalog.Tx) error {
		err := r.outbox.Enqueue(tx, d)
		order = append(order, "cause is done")
		return err
	})
	if err != nil || fmt.Sprint(order) != "[cause is done heard x]" {
		t.Errorf("%v, %v", err, order)
	}
	if all := r.list(targets.LogQuery{}); r.noted() != 1 || len(all) != 1 || all[0].Status != targets.Delivered || len(all[0].Tried) != 1 {
		t.Errorf("%d arrived, log %+v", r.noted(), all)
	}
	if s := r.engine.Stats(); attempted.Load() != 1 || s != (targets.Stats{Attempts: 1, Delivered: 1}) {
		t.Errorf("stats %+v", s)
	}
	cause := errors.New("the cause failed")
	d.ID = "y"
	err = r.db.Update(t.Context(), func(tx *catalog.Tx) error { return errors.Join(r.outbox.Enqueue(tx, d), cause) })
	if !errors.Is(err, cause) || r.noted() != 1 || r.engine.Stats().Attempts != 1 {
		t.Errorf("a cause that fails: %v, %d arrived", err, r.noted())
	}
	_ = r.db.Close()
}

// What is refused waits, with no attempt lost, and the engine goes on.
func TestRefusedDirectly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		down.Store(true)
		r := directRig(t, vfs.NewMem(), func(*catalog.Tx, targets.Delivery) error {
			if down.Load() {
				return &targets.Failure{Code: targets.Throttling, Err: errDown}
			}
			return nil
		})
		r.enqueue(directA, "x", "y")
		if all := r.list(targets.LogQuery{}); len(all) != 2 || all[0].Status != targets.Waiting || all[0].Attempts != 0 {
			t.Errorf("log %+v", all)
		}
		down.Store(false)
		r.enqueue(directA, "z") // those that wait are not in its way
		if r.noted() != 1 || r.waits() != 2 {
			t.Errorf("%d arrived, %d wait", r.noted(), r.waits())
		}
		r.run()
		synctest.Wait()
		if r.noted() != 3 || r.waits() != 0 || len(r.ended()) != 3 {
			t.Errorf("%d arrived, %d wait, ended %v", r.noted(), r.waits(), r.ended())
		}
		r.close()
	})
}

// A target that writes and then refuses would leave half of its effect.
func TestHalfDirectly(t *testing.T) {
	t.Parallel()
	r := directRig(t, vfs.NewMem(), func(tx *catalog.Tx, d targets.Delivery) error {
		return errors.Join(notes.Put(tx, "half", "half"), fault.New(fault.NotFound, "gone"))
	})
	err := r.db.Update(t.Context(), func(tx *catalog.Tx) error {
		return r.outbox.Enqueue(tx, targets.Delivery{ID: "x", Target: directA, Kind: "test"})
	})
	if err == nil || r.noted() != 0 {
		t.Errorf("%v, %d arrived", err, r.noted())
	}
	_ = r.db.Close()
}

// A wide fan-out is not all done in one transaction.
func TestDirectlyIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := directRig(t, vfs.NewMem(), nil)
		var all []targets.Delivery
		for _, id := range many("d", 3000) {
			all = append(all, targets.Delivery{ID: id, Target: directA, Kind: "test", Tenant: metric.Tenant{Account: account}})
		}
		if err := r.db.Update(t.Context(), func(tx *catalog.Tx) error { return r.outbox.Enqueue(tx, all...) }); err != nil {
			t.Fatal(err)
		}
		if n, waits := r.noted(), r.waits(); n == 0 || waits == 0 || n+waits != 3000 {
			t.Errorf("%d arrived, %d wait", n, waits)
		}
		r.run()
		time.Sleep(time.Second)
		if n := r.noted(); n != 3000 {
			t.Errorf("%d arrived in the end", n)
		}
		r.close()
	})
}

// What was acknowledged is there after a crash, once, whether it went directly
// or waits.
func TestDirectlyAndACrash(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fs := vfs.NewCrashableMem()
		odd := func(_ *catalog.Tx, d targets.Delivery) error {
			if d.ID[len(d.ID)-1]%2 == 1 {
				return errDown
			}
			return nil
		}
		r := directRig(t, fs, odd)
		r.enqueue(directA, many("d", 20)...)
		disk := fs.CrashClone(vfs.CrashCloneCfg{})
		if err := r.db.Close(); err != nil {
			t.Fatal(err)
		}
		after := directRig(t, disk, nil)
		if after.noted() != 10 || after.waits() != 10 {
			t.Errorf("%d arrived, %d wait", after.noted(), after.waits())
		}
		after.run()
		synctest.Wait()
		if after.noted() != 20 || after.waits() != 0 {
			t.Errorf("%d arrived, %d wait", after.noted(), after.waits())
		}
		after.close()
	})
}

// Where nothing can be sent, nobody is asked: the end and the dead letter are
// there at once, and the target's standing does not change.
func TestUnsendable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := directRig(t, vfs.NewMem(), nil)
		lost := targets.Delivery{ID: "x", Target: outsideA, Unsendable: "no input", Message: "event", DeadLetter: queueARN}
		r.put(lost)
		letter, ok := r.letterOf("x")
		if !ok || letter.Message != "event" || letter.Attributes["ERROR_CODE"].String != targets.ClientError || letter.Attributes["ERROR_MESSAGE"].String != "no input" {
			t.Errorf("dead letter %v %+v", ok, letter)
		}
		lost.ID, lost.DeadLetter = "y", ""
		r.put(lost)
		lost.ID, lost.DeadLetter = "z", queueARN+"-gone"
		r.put(lost)
		all := r.list(targets.LogQuery{})
		if ids(all) != "z y x" || all[0].LetterErr == "" || all[2].Status != targets.Failed || !all[2].Buried || all[2].Attempts != 0 {
			t.Errorf("log %+v", all)
		}
		if s := r.engine.Stats(); s != (targets.Stats{Failed: 3, Buried: 1, Unburied: 1}) {
			t.Errorf("stats %+v", s)
		}
		r.run()
		synctest.Wait()
		if n := len(r.sent()); n != 0 {
			t.Errorf("%d attempts", n)
		}
		r.close()
	})
}
