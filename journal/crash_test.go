package journal_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/journal"
)

// The machine dies at random moments, losing what was not synced. What Append
// acknowledged is there, and the counts are those of what is there.
func TestCrashesLoseNothing(t *testing.T) {
	t.Parallel()
	for range 20 {
		seed := rand.Uint64()
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, 0))
			fs := vfs.NewCrashableMem()
			kept := &acknowledged{all: map[string]bool{}}
			for life := range 3 {
				fs = live(t, fs, life, kept, rng)
			}
		})
	}
}

// acknowledged are the records that a crash must not lose.
type acknowledged struct {
	mu  sync.Mutex
	all map[string]bool
}

// live opens what a crash left, looks at it, and appends until the next crash.
func live(t *testing.T, fs *vfs.MemFS, life int, kept *acknowledged, rng *rand.Rand) *vfs.MemFS {
	db, err := journal.Open(journal.Options{Dir: "journal", FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	create(t, db, "a")
	there := map[string]bool{}
	var sum journal.Size
	err = db.Scan("a", journal.Range{}, func(r journal.Record) (bool, error) {
		there[r.ID] = true
		sum.Records++
		sum.Bytes += int64(len(r.Value))
		return true, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for id := range kept.all {
		if !there[id] {
			t.Errorf("life %d: %s is lost", life, id)
		}
	}
	size(t, db, "a", sum)

	var writers sync.WaitGroup
	dead, reached := false, make(chan struct{})
	goal := len(kept.all) + 1 + rng.IntN(199)
	for w := range 4 {
		writers.Go(func() {
			for i := range 50 {
				id := fmt.Sprintf("%d-%d-%d", life, w, i)
				if _, err := db.Append(t.Context(), "a", rec(time.Duration(i)*time.Minute, id, strings.Repeat("x", i))); err != nil {
					t.Error(err)
				}
				kept.mu.Lock()
				if !dead { // otherwise a ghost acknowledged it
					if kept.all[id] = true; len(kept.all) == goal {
						close(reached)
					}
				}
				kept.mu.Unlock()
			}
		})
	}
	<-reached
	kept.mu.Lock()
	next := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rng})
	dead = true
	kept.mu.Unlock()
	writers.Wait()
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	return next
}
