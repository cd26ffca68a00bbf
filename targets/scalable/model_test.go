package scalable

import (
	"flag"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

var seedFlag = flag.Uint64("scalable.seed", 0, "seed of the model test; 0: at random")

// Users change bounds, alarms have policies act, drivers fail in every way and
// resources are slow, and the machine dies at random moments, losing what was not
// synced. What was asked is decided, no activity asks for two capacities, and in
// the end the capacity is within the bounds that were acknowledged last, where
// the last alarm would have it.
func TestModel(t *testing.T) {
	t.Parallel()
	for range 12 {
		seed := *seedFlag
		if seed == 0 {
			seed = rand.Uint64()
		}
		synctest.Test(t, func(t *testing.T) { model(t, seed) })
	}
}

// player does at random what users and alarms do.
type player struct {
	*rig
	random      *rand.Rand
	fs          *vfs.MemFS
	least, most int
	trouble     float64
	out, in     string
}

func model(t *testing.T, seed uint64) {
	p := &player{random: rand.New(rand.NewPCG(seed, 1)), fs: vfs.NewCrashableMem(), trouble: 0.3}
	defer func() {
		if t.Failed() {
			t.Logf("seed %d (-scalable.seed)", seed)
		}
	}()
	w := newWorld(5)
	worldRandom := rand.New(rand.NewPCG(seed, 2))
	w.trouble = func() trouble { // called under the world's lock
		if worldRandom.Float64() >= p.trouble {
			return none
		}
		return trouble(1 + worldRandom.IntN(3))
	}
	p.rig = newRig(t, p.fs, w)
	defer func() { p.stop() }()
	p.least, p.most = 0, 9
	p.register(0, 9)
	p.out, p.in = p.policy("out", by(2)), p.policy("in", by(-1))
	for range 40 {
		p.play()
		time.Sleep(time.Duration(p.random.IntN(40_000)) * time.Millisecond)
		if p.random.IntN(8) == 0 {
			p.crash()
		}
	}
	w.change(func() { p.trouble, w.slow, w.actual = 0, false, w.capacity })
	time.Sleep(longestRetry + time.Minute)
	p.judge()
}

// crash takes the disk as it would be after a loss of power, and goes on with it.
func (p *player) crash() {
	disk := p.fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: p.random.IntN(101), RNG: p.random})
	p.stop()
	p.fs = disk
	p.rig = newRig(p.t, disk, p.world)
}

// play does one thing.
func (p *player) play() {
	switch p.random.IntN(6) {
	case 0, 1:
		p.must(p.deliver(p.out, 1))
	case 2:
		p.must(p.deliver(p.in, -1))
	case 3:
		p.least = p.random.IntN(4)
		p.most = p.least + p.random.IntN(8)
		_, err := p.Register(p.t.Context(), web, Registration{Min: &p.least, Max: &p.most})
		p.must(err)
	case 4: // somebody else sets the capacity
		n := p.random.IntN(12)
		p.world.change(func() { p.world.capacity, p.world.actual = n, n })
	case 5:
		p.world.change(func() {
			if p.world.slow = !p.world.slow; !p.world.slow {
				p.world.actual = p.world.capacity
			}
		})
	}
}

func (p *player) judge() {
	_, err := p.Register(p.t.Context(), web, Registration{}) // has the bounds kept
	p.must(err)
	synctest.Wait()
	all, err := p.Targets(tenant, Scope{Namespace: "ecs"})
	p.must(err)
	if len(all) != 1 || all[0].Min != p.least || all[0].Max != p.most || all[0].Change != nil {
		p.t.Fatalf("want %d to %d, and nothing under way: %d to %d, %+v", p.least, p.most, all[0].Min, all[0].Max, all[0].Change)
	}
	settled := min(max(p.world.has(), p.least), p.most)
	p.is(settled)
	time.Sleep(2 * time.Minute) // cooldowns are over
	p.alarm(p.out, 1)
	p.is(min(settled+2, p.most))
	p.world.change(func() {
		if p.world.clashes > 0 {
			p.t.Errorf("%d activities asked for two capacities", p.world.clashes)
		}
	})
	told, err := p.Activities(tenant, Scope{Namespace: "ecs"}, true)
	p.must(err)
	for _, a := range told {
		if a.End.IsZero() {
			p.t.Errorf("not ended: %+v", a)
		}
	}
}
