package scaling

import (
	"flag"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/targets/scaling/steps"
)

var seedFlag = flag.Uint64("scaling.seed", 0, "seed of the model test; 0: at random")

// Users do anything, drivers fail in every way, and the machine dies at random
// moments, losing what was not synced. In the end each group has the capacity
// that was acknowledged last, and what runs is what the group knows of.
func TestModel(t *testing.T) {
	t.Parallel()
	for range 8 {
		seed := *seedFlag
		if seed == 0 {
			seed = rand.Uint64()
		}
		synctest.Test(t, func(t *testing.T) { model(t, seed) })
	}
}

// player does at random what users do, and knows what was acknowledged.
type player struct {
	*rig
	random      *rand.Rand
	least, most int
	desired     int
	known       bool // desired is what it must be
	fs          *vfs.MemFS
	trouble     float64
	arnOfOut    string
}

func model(t *testing.T, seed uint64) {
	p := &player{random: rand.New(rand.NewPCG(seed, 1)), fs: vfs.NewCrashableMem(), trouble: 0.3}
	defer func() {
		if t.Failed() {
			t.Logf("seed %d (-scaling.seed)", seed)
		}
	}()
	w := newWorld()
	worldRandom := rand.New(rand.NewPCG(seed, 2))
	w.trouble = func() trouble { // called under the world's lock
		if worldRandom.Float64() >= p.trouble {
			return none
		}
		return trouble(1 + worldRandom.IntN(3))
	}
	p.rig = newRig(t, p.fs, w)
	p.least, p.most, p.desired, p.known = 0, 8, 2, true
	p.must(p.Create(t.Context(), named("web"), sized(0, 8, 2)))
	var err error
	p.arnOfOut, err = p.putPolicy(named("web"), "out", PolicySettings{Adjustment: steps.ChangeInCapacity, By: new(2)})
	p.must(err)
	for range 40 {
		p.play()
		time.Sleep(time.Duration(p.random.IntN(20_000)) * time.Millisecond)
		if p.random.IntN(8) == 0 {
			p.crash()
		}
	}
	w.mu.Lock()
	p.trouble = 0
	w.mu.Unlock()
	time.Sleep(2 * time.Hour)
	p.judge()
	p.stop()
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
	ctx, web := p.t.Context(), named("web")
	g := p.group("web")
	switch p.random.IntN(7) {
	case 0, 1:
		n := p.least + p.random.IntN(p.most-p.least+1)
		p.must(p.SetDesired(ctx, web, n, false))
		p.desired = n
	case 2:
		p.least = p.random.IntN(4)
		p.most = p.least + p.random.IntN(8)
		p.must(p.Update(ctx, web, Change{Min: &p.least, Max: &p.most}))
		p.desired = min(max(p.desired, p.least), p.most)
	case 3:
		p.must(p.ExecutePolicy(ctx, Execution{Tenant: tenant, Policy: p.arnOfOut}))
		p.desired = min(p.desired+2, p.most)
	case 4:
		if i, ok := p.any(g); ok {
			p.must(p.SetHealth(ctx, tenant, i.ID, "Unhealthy", false))
		}
	case 5:
		if i, ok := p.any(g); ok && i.State == InService && p.desired > p.least {
			if _, err := p.TerminateInstance(ctx, tenant, i.ID, true); err != nil {
				return // it went in this very moment
			}
			p.desired--
		}
	case 6:
		transition := []Transition{Launching, Terminated}[p.random.IntN(2)]
		if p.random.IntN(2) == 0 {
			p.must(p.PutHook(ctx, web, HookChange{Name: "h", Transition: string(transition), Heartbeat: new(30), Default: Continue}))
		} else {
			_ = p.DeleteHook(ctx, web, "h") // there may be none
		}
	}
	if got := p.group("web"); got.Desired != p.desired {
		p.t.Errorf("desired %d, want %d: %s", got.Desired, p.desired, got.Why)
	}
}

func (p *player) any(g View) (Instance, bool) {
	if len(g.Instances) == 0 {
		return Instance{}, false
	}
	return g.Instances[p.random.IntN(len(g.Instances))], true
}

func (p *player) judge() {
	g := p.group("web")
	in := 0
	for _, i := range g.Instances {
		if i.State != InService || !p.world.now()[i.ID] {
			p.t.Errorf("%s is %s, and runs: %v", i.ID, i.State, p.world.now()[i.ID])
		}
		in++
	}
	if in != p.desired || g.Desired != p.desired || len(p.world.now()) != in {
		p.t.Errorf("%d in service, %d desired, %d run; want %d", in, g.Desired, len(p.world.now()), p.desired)
	}
	for _, a := range p.activities("web") {
		if a.open() {
			p.t.Errorf("not ended: %+v", a.Activity)
		}
	}
}
