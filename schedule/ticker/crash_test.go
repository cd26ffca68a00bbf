package ticker_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/schedule/ticker/tickertest"
)

// The machine dies at a random moment of a minute in which many plans are due,
// and loses what was not synced. However much had been done, the next life does
// the rest of that minute and nothing of it twice.
func TestCrashAmongTicks(t *testing.T) {
	t.Parallel()
	seed := newSeed(t)
	const plans = 150 // more than one transaction's
	for i := range uint64(5) {
		rng := rand.New(rand.NewPCG(seed+i, 0))
		r := newRig(t, vfs.NewCrashableMem(), tickertest.NewHand(noon))
		for n := range plans {
			r.plan(string(rune(0x4e00+n)), beat{Since: noon, Every: 60})
		}
		for minute := 1; minute <= 4; minute++ {
			var disk *vfs.MemFS
			crashAt := rng.IntN(plans)
			r.mu.Lock()
			r.acting = func(*catalog.Tx, error) { // by the ticker's goroutine only
				if crashAt--; crashAt == 0 {
					disk = r.fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rng})
				}
			}
			r.mu.Unlock()
			r.clock.Set(noon.Add(time.Duration(minute) * time.Minute))
			r.settle()
			if disk == nil {
				disk = r.fs.CrashClone(vfs.CrashCloneCfg{})
			}
			r.close()
			r.acting, r.fs = nil, disk
			r.open()
			r.settle()
			if acted := (&model{rig: r}).acted(); len(acted) != minute*plans {
				t.Fatalf("seed %d: %d planned times of %d were acted on", seed+i, len(acted), minute*plans)
			} else {
				for name, n := range acted {
					if n != 1 {
						t.Errorf("seed %d: %s was acted on %d times", seed+i, name, n)
					}
				}
			}
		}
		r.close()
	}
}
