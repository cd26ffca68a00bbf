package targets_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/targets"
)

var effects = catalog.Table[int]{Name: "effects"}

func effect(tx *catalog.Tx, d targets.Delivery) error {
	n, _, err := effects.Get(tx, d.ID)
	if err != nil {
		return err
	}
	return effects.Put(tx, n+1, d.ID)
}

func read(t *testing.T, db *catalog.DB, table catalog.Table[int], id string) int {
	t.Helper()
	n := 0
	err := db.View(func(r catalog.Reader) (err error) {
		n, _, err = table.Get(r, id)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return n
}

// The machine dies in the middle of the third attempt: the fourth follows, and
// no attempt is made twice under one number.
func TestCrashInAnAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fs := vfs.NewCrashableMem()
		r := newRig(t, fs)
		var disk *vfs.MemFS
		r.outside = func(_ context.Context, d targets.Delivery) error {
			if d.Attempts == 3 {
				disk = fs.CrashClone(vfs.CrashCloneCfg{})
			}
			return until(4, d.Attempts, errors.New("down"))
		}
		r.run()
		r.enqueue(outsideA, "x")
		time.Sleep(5 * time.Second)
		r.close()
		after := newRig(t, disk)
		after.run()
		time.Sleep(time.Minute)
		sent := after.sent()
		if len(sent) != 1 || sent[0].attempt != 4 {
			t.Errorf("after the crash: %+v", sent)
		}
		if text, ok := after.ended()["x"]; !ok || text != "" {
			t.Errorf("ended %v with %q", ok, text)
		}
		after.close()
	})
}

// The machine dies at random moments, losing what was not synced. Whatever was
// acknowledged ends; what acts inside has acted once, and each cause was told
// once.
func TestCrashesLoseNothing(t *testing.T) {
	t.Parallel()
	for round := range 20 {
		seed := rand.Uint64()
		synctest.Test(t, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 0))
			defer func() {
				if t.Failed() {
					t.Logf("round %d, seed %d", round, seed)
				}
			}()
			crashRound(t, rng)
		})
	}
}

func crashRound(t *testing.T, rng *rand.Rand) {
	fs := vfs.NewCrashableMem()
	acknowledged := map[string]bool{}                // true: inside
	sent := map[string]int{}                         // the last attempt's number
	chance := rand.New(rand.NewPCG(rng.Uint64(), 1)) // of the receiver; under the rig's lock
	for life := range 4 {
		dead := false // what is sent after the crash is sent by a ghost
		r := newRig(t, fs)
		r.inside = effect
		r.outside = func(_ context.Context, d targets.Delivery) error {
			r.mu.Lock()
			defer r.mu.Unlock()
			if dead {
				return nil
			}
			if d.Attempts <= sent[d.ID] {
				t.Errorf("%s: attempt %d follows attempt %d", d.ID, d.Attempts, sent[d.ID])
			}
			sent[d.ID] = d.Attempts
			if chance.IntN(3) == 0 && life < 3 {
				return errors.New("down")
			}
			return nil
		}
		r.run()
		if life < 3 {
			for i := range 10 {
				id := fmt.Sprintf("%d-%d", life, i)
				inside := rng.IntN(2) == 0
				target := fmt.Sprintf("arn:aws:outside:%s%d", tenantARN, i%3)
				if inside {
					target = insideA
				}
				r.enqueue(target, id)
				acknowledged[id] = inside
			}
			time.Sleep(time.Duration(rng.IntN(3000)) * time.Millisecond)
		} else {
			time.Sleep(time.Minute) // the longest delay after three failures is 4 s
		}
		r.mu.Lock()
		dead = true
		next := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rng})
		r.mu.Unlock()
		if life == 3 {
			for id, inside := range acknowledged {
				if n := read(t, r.db, told, id); n != 1 {
					t.Errorf("%s: its cause heard %d times", id, n)
				}
				if n := read(t, r.db, effects, id); inside && n != 1 {
					t.Errorf("%s acted %d times", id, n)
				}
				if !inside && sent[id] == 0 {
					t.Errorf("%s was never sent", id)
				}
			}
			logged := map[string]int{}
			for _, e := range r.list(targets.LogQuery{}) {
				if logged[e.ID]++; !acknowledged[e.ID] && e.Attempts != sent[e.ID] {
					t.Errorf("%s: the log tells of %d attempts, the last was %d", e.ID, e.Attempts, sent[e.ID])
				}
			}
			for id := range acknowledged {
				if logged[id] != 1 {
					t.Errorf("%s is in the log %d times", id, logged[id])
				}
			}
		}
		r.close()
		fs = next
	}
}
