package archives_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/archives"
)

// The machine dies at random moments, losing what was not synced: while events
// are archived, and while they are replayed. Every event that was accepted is in
// the archive once and is replayed, each time in the same delivery.
func TestCrashesLoseNothing(t *testing.T) {
	t.Parallel()
	for range 10 {
		seed := rand.Uint64()
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { crashes(t, rand.New(rand.NewPCG(seed, 0))) })
		})
	}
}

func crashes(t *testing.T, rng *rand.Rand) {
	fs := vfs.NewCrashableMem()
	slow := func(o *archives.Options) { o.Rate, o.Backlog = 50, 10+rng.IntN(100) }
	crash := func(r *rig) {
		next := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rng})
		r.stop()
		fs = next
	}
	accepted := map[string]bool{}
	r := newRig(t, fs, slow)
	r.archive(archives.Archive{Name: name("a")})
	r.toQueue("all", `{"replay-name":[{"exists":true}]}`)
	for life := range 3 {
		for range 3 {
			for _, id := range r.put("shop", minutes(5+rng.IntN(20))...) {
				accepted[id] = true
			}
		}
		if rng.IntN(2) == 0 {
			time.Sleep(time.Duration(rng.IntN(1000)) * time.Microsecond)
		}
		if life < 2 {
			crash(r)
			r = newRig(t, fs, slow)
		}
	}
	r.replay(archives.Replay{Name: name("again"), From: day, To: day.Add(24 * time.Hour)})
	deliveries := map[string]string{} // by event
	note := func() {
		for _, d := range r.received() {
			e := eventOf(t, d)
			if old := deliveries[e.ID]; old != "" && old != d.ID {
				t.Errorf("event %s came in the deliveries %s and %s", e.ID, old, d.ID)
			}
			deliveries[e.ID] = d.ID
		}
	}
	for range 3 {
		r.setDown(rng.IntN(2) == 0)
		time.Sleep(time.Duration(rng.IntN(1000)) * time.Millisecond)
		note()
		crash(r)
		r = newRig(t, fs, slow)
	}
	time.Sleep(2 * time.Minute)
	note()
	p := r.state("again", archives.Completed)
	for id := range accepted {
		if deliveries[id] == "" {
			t.Errorf("event %s was not replayed", id)
		}
	}
	a, err := r.Archive(name("a"))
	if err != nil || int(a.Size.Records) < len(accepted) || int64(len(deliveries)) != a.Size.Records || p.Events != a.Size.Records {
		t.Errorf("%d accepted, %d archived, %d replayed, %d arrived, %v", len(accepted), a.Size.Records, p.Events, len(deliveries), err)
	}
	r.stop()
}
