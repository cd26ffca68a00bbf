package targets_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/targets"
)

// Targets of every kind, deliveries of every sort, failures, hanging calls and
// crashes at random: each delivery ends once, in the log, in the ears of its
// cause, and as the one or the other at its target and in the dead-letter queue.
func TestWhateverHappensEachEndsOnce(t *testing.T) {
	t.Parallel()
	for range 8 {
		seed := newSeed(t)
		synctest.Test(t, func(t *testing.T) {
			w := &world{t: t, random: rand.New(rand.NewPCG(seed, 0)), all: map[string]targets.Delivery{}, last: map[string]int{}, took: map[string]bool{}}
			defer func() {
				if t.Failed() {
					t.Logf("SKYWATCH_SEED=%d", seed)
				}
			}()
			fs := vfs.NewCrashableMem()
			for range 3 {
				fs = w.live(fs)
			}
			w.end(fs)
		})
	}
}

// world is what does not die with the machine.
type world struct {
	t      *testing.T
	random *rand.Rand // of the test; what goes on at the targets has its own
	life   int
	all    map[string]targets.Delivery // acknowledged
	// Of targets outside, under the rig's lock:
	last map[string]int  // the number of the last attempt
	took map[string]bool // what was answered well, or may have been
}

// lives is a rig whose targets fail at random while it is troubled; what it
// does once it is dead leaves no trace outside.
type lives struct {
	*rig
	w        *world
	chance   *rand.Rand
	troubled bool
	dead     bool
	begins   map[string]time.Time // of the paced
}

func (w *world) rig(fs vfs.FS, troubled bool) *lives {
	l := &lives{rig: newRig(w.t, fs), w: w, chance: rand.New(rand.NewPCG(w.random.Uint64(), 1)), troubled: troubled, begins: map[string]time.Time{}}
	o := l.engine.Options
	o.Workers, o.Slow = 4, 6
	inside := func(tx *catalog.Tx, d targets.Delivery) error {
		if err := l.mood(); err != nil {
			return err
		}
		return effect(tx, d)
	}
	outside := targets.Outside(l.call)
	o.Targets["inside"], o.Targets["direct"] = targets.Inside(inside), targets.Direct(inside)
	o.Targets["outside"], o.Targets["paced"], o.Targets["store"] = outside, outside.Paced(l.pace), targets.Idempotent(l.keep)
	l.engine = targets.New(o)
	return l
}

// mood is how an attempt goes.
func (l *lives) mood() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.troubled {
		return nil
	}
	switch n := l.chance.IntN(12); {
	case n < 4:
		return errDown
	case n == 4:
		return &targets.Failure{Code: targets.ClientError, Permanent: true, Err: errors.New("no")}
	}
	return nil
}

// call is an attempt outside, which takes its time now and then.
func (l *lives) call(ctx context.Context, d targets.Delivery) error {
	err := l.mood()
	l.mu.Lock()
	slow := l.troubled && l.chance.IntN(6) == 0
	if !l.dead {
		if d.Attempts <= l.w.last[d.ID] {
			l.t.Errorf("%s: attempt %d follows attempt %d", d.ID, d.Attempts, l.w.last[d.ID])
		}
		l.w.last[d.ID] = d.Attempts
		if err == nil {
			l.w.took[d.ID] = true
		}
	}
	l.mu.Unlock()
	if slow {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * time.Second):
		}
	}
	return err
}

// keep is an attempt at a target that knows what it has.
func (l *lives) keep(_ context.Context, all []targets.Delivery) []error {
	results := make([]error, len(all))
	for i, d := range all {
		if results[i] = l.mood(); results[i] != nil {
			continue
		}
		l.mu.Lock()
		if !l.dead {
			l.w.took[d.ID] = true
		}
		l.mu.Unlock()
	}
	return results
}

// pace lets an attempt begin each 100 ms.
func (l *lives) pace(target string, now time.Time) time.Time {
	if next := l.begins[target].Add(100 * time.Millisecond); next.After(now) {
		return next
	}
	l.begins[target] = now
	return time.Time{}
}

// live puts deliveries, lets some of them be carried, and crashes.
func (w *world) live(fs *vfs.MemFS) *vfs.MemFS {
	w.life++
	l := w.rig(fs, true)
	l.run()
	for i := range 25 {
		d := w.delivery(fmt.Sprintf("%d-%d", w.life, i))
		l.put(d)
		w.all[d.ID] = d
		if w.random.IntN(4) == 0 {
			time.Sleep(time.Duration(w.random.IntN(1000)) * time.Millisecond)
		}
	}
	l.mu.Lock()
	l.dead = true
	next := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: w.random.IntN(101), RNG: w.random})
	l.mu.Unlock()
	l.close()
	return next
}

func (w *world) delivery(id string) targets.Delivery {
	kinds := []string{"inside", "direct", "outside", "paced", "store", "nowhere"}
	d := targets.Delivery{
		ID: id, Target: fmt.Sprintf("arn:aws:%s:%s%d", kinds[w.random.IntN(len(kinds))], tenantARN, w.random.IntN(2)), Message: "m", Cause: ruleARN,
	}
	if w.random.IntN(3) == 0 {
		d.Retry = &targets.Retry{Max: w.random.IntN(3), MaxAge: time.Hour}
	}
	if w.random.IntN(2) == 0 {
		d.DeadLetter = queueARN
	}
	if w.random.IntN(10) == 0 {
		d.Unsendable = "cannot be made"
	}
	return d
}

// end lets everything end, and looks.
func (w *world) end(fs *vfs.MemFS) {
	l := w.rig(fs, false)
	l.run()
	time.Sleep(10 * time.Minute)
	entries := map[string]targets.Entry{}
	for _, e := range l.list(targets.LogQuery{}) {
		if _, twice := entries[e.ID]; twice {
			w.t.Errorf("%s is in the log twice", e.ID)
		}
		entries[e.ID] = e
	}
	for id, d := range w.all {
		e := entries[id]
		if n := read(w.t, l.db, told, id); n != 1 {
			w.t.Errorf("%s: its cause heard %d times", id, n)
		}
		if e.Status != targets.Delivered && e.Status != targets.Failed {
			w.t.Errorf("%s: %+v", id, e)
		}
		delivered := e.Status == targets.Delivered
		if _, buried := l.letterOf(id); buried != (!delivered && d.DeadLetter != "") {
			w.t.Errorf("%s: delivered %v, dead letter %v, wants one: %v", id, delivered, buried, d.DeadLetter != "")
		}
		acted := read(w.t, l.db, effects, id)
		switch kind := targets.KindOf(d.Target); {
		case kind == "inside" || kind == "direct":
			if (acted == 1) != delivered || acted > 1 {
				w.t.Errorf("%s: delivered %v, acted %d times", id, delivered, acted)
			}
		case delivered && !w.took[id]:
			w.t.Errorf("%s is said to be delivered", id)
		}
	}
	if len(entries) != len(w.all) {
		w.t.Errorf("%d in the log, %d were acknowledged", len(entries), len(w.all))
	}
	l.close()
}

// newSeed returns a seed; SKYWATCH_SEED replays one.
func newSeed(t *testing.T) uint64 {
	t.Helper()
	if s := os.Getenv("SKYWATCH_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return rand.Uint64()
}
