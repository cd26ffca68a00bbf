package scheduler_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
)

// The machine dies at random moments and comes back at once or later: each
// planned time is acted on once, but for those that passed meanwhile, of which
// the latest is made up for.
func TestCrashes(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	if s := os.Getenv("SKYWATCH_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	for i := range uint64(3) {
		crashes(t, seed+i)
		if t.Failed() {
			t.Fatalf("SKYWATCH_SEED=%d", seed+i)
		}
	}
}

func crashes(t *testing.T, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 0))
	fs := vfs.NewCrashableMem()
	r := newRig(t, fs, noon.Add(-time.Second))
	for i := range 5 {
		r.create(named(fmt.Sprintf("s%d", i)), defined("cron(* * * * ? *)"))
	}
	made := map[time.Time]bool{} // false: passed over
	for range 5 {
		from := r.clock.Now()
		up := from.Add(time.Duration(rng.IntN(300)) * time.Second)
		crash := make(chan *vfs.MemFS)
		turns := rng.IntN(500)
		config := vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rand.New(rand.NewPCG(seed, 1))}
		r.until(up)
		go func() { // while the next minute is worked on
			for range turns {
				runtime.Gosched()
			}
			crash <- fs.CrashClone(config)
		}()
		r.clock.Set(up.Truncate(time.Minute).Add(time.Minute))
		died := r.clock.Now()
		disk := <-crash
		r.close()
		back := died.Add(time.Duration(rng.IntN(300)) * time.Second)
		fs, r.fs = disk, disk
		r.clock.Set(back)
		r.open()
		r.settle()
		for p := from.Truncate(time.Minute).Add(time.Minute); !p.After(died); p = p.Add(time.Minute) {
			made[p] = true
		}
		for p := died.Add(time.Minute); !p.After(back); p = p.Add(time.Minute) {
			made[p] = p.Add(time.Minute).After(back)
		}
		if !back.Before(died.Add(time.Minute)) {
			delete(made, died) // it was acted on before the end, or passed over
		}
	}
	for i := range 5 {
		r.held(named(fmt.Sprintf("s%d", i)).ARN(), made)
	}
}

// held compares what arrived of a schedule with what had to.
func (r *rig) held(arn string, made map[time.Time]bool) {
	r.t.Helper()
	err := r.db.View(func(rd catalog.Reader) error {
		for p, must := range made {
			n, _, err := arrived.Get(rd, arn, p.Format(time.RFC3339))
			if err != nil {
				return err
			}
			if n > 1 || n == 0 && must {
				r.t.Errorf("%s at %s: %d times, must %v", arn, p.Format(time.TimeOnly), n, must)
			}
		}
		return nil
	})
	if err != nil {
		r.t.Error(err)
	}
}
