package scaling

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/targets/scaling/steps"
)

// What users may do, in any order, with a driver that never fails: after each
// step the group is what a slow reading of the rules says (events.md 7.1, 7.2,
// 7.4; API reference of each operation).
func TestOracle(t *testing.T) {
	t.Parallel()
	for range 4 {
		seed := *seedFlag
		if seed == 0 {
			seed = rand.Uint64()
		}
		synctest.Test(t, func(t *testing.T) { oracle(t, seed) })
	}
}

// paper is what the group must be, as one would keep it on paper.
type paper struct {
	*rig
	random               *rand.Rand
	least, most, desired int
	standby              map[string]bool
	protected            map[string]bool
	detached             map[string]bool
	gone                 map[string]bool
	step                 string
	attached, actions    int
}

func oracle(t *testing.T, seed uint64) {
	p := &paper{
		random: rand.New(rand.NewPCG(seed, 3)), most: 8, desired: 2, standby: map[string]bool{}, protected: map[string]bool{},
		detached: map[string]bool{}, gone: map[string]bool{}, step: "creation",
	}
	p.rig = newRig(t, vfs.NewMem(), newWorld())
	defer p.stop()
	defer func() {
		if t.Failed() {
			t.Logf("seed %d (-scaling.seed)", seed)
		}
	}()
	p.must(p.Create(t.Context(), named("web"), sized(0, 8, 2)))
	for range 40 {
		time.Sleep(10 * time.Minute) // hooks, health checks and cooldowns end
		p.compare()
		if t.Failed() {
			return
		}
		p.act()
	}
	time.Sleep(10 * time.Minute)
	p.compare()
	p.ended()
}

// compare holds the group against the paper.
func (p *paper) compare() {
	p.t.Helper()
	g := p.group("web")
	in, held, run := map[string]bool{}, map[string]bool{}, maps.Clone(p.detached)
	for _, i := range g.Instances {
		run[i.ID] = true
		switch i.State {
		case InService:
			in[i.ID] = true
		case Standby:
			held[i.ID] = true
		default:
			p.t.Errorf("after %s: %s is still %s", p.step, i.ID, i.State)
		}
		if i.Protected != p.protected[i.ID] || i.Unhealthy || p.gone[i.ID] || p.detached[i.ID] {
			p.t.Errorf("after %s: %+v", p.step, i)
		}
	}
	safe := 0 // protected ones stay, whatever the capacity
	for id := range p.protected {
		if !held[id] {
			safe++
			if !in[id] {
				p.t.Errorf("after %s: %s is gone though it is protected", p.step, id)
			}
		}
	}
	if want := max(p.desired, safe); g.Desired != p.desired || len(in) != want || g.Min != p.least || g.Max != p.most {
		p.t.Errorf("after %s: desired %d, %d in service, bounds %d to %d; want %d, %d, %d to %d", p.step, g.Desired, len(in), g.Min, g.Max, p.desired, want, p.least, p.most)
	}
	if !maps.Equal(held, p.standby) {
		p.t.Errorf("after %s: on standby %v, want %v", p.step, held, p.standby)
	}
	if got := p.world.now(); !maps.Equal(got, run) {
		p.t.Errorf("after %s: %v run, want %v", p.step, got, run)
	}
}

// ended checks that all that was done has come to its end.
func (p *paper) ended() {
	p.t.Helper()
	for _, a := range p.activities("web") {
		if a.open() || a.Status != Successful {
			p.t.Errorf("%+v", a.Activity)
		}
	}
}

// one picks an instance in the state, if there is one.
func (p *paper) one(state LifecycleState) (string, bool) {
	var ids []string
	for _, i := range p.group("web").Instances {
		if i.State == state {
			ids = append(ids, i.ID)
		}
	}
	if len(ids) == 0 {
		return "", false
	}
	return ids[p.random.IntN(len(ids))], true
}

// expect notes a step, and reports whether it was to succeed and did.
func (p *paper) expect(ok bool, err error, format string, args ...any) bool {
	p.t.Helper()
	p.step = fmt.Sprintf(format, args...)
	if (err == nil) != ok {
		p.t.Errorf("%s: %v, though it may be done: %v", p.step, err, ok)
	}
	return ok
}

func (p *paper) clamp(n int) int { return min(max(n, p.least), p.most) }

// leave is what an instance leaves behind that goes for good.
func (p *paper) leave(id string) {
	p.gone[id] = true
	delete(p.protected, id)
	delete(p.standby, id)
}

// act does one thing at random, and writes what it must lead to.
func (p *paper) act() {
	all := []func(){p.size, p.bounds, p.policy, p.enter, p.exit, p.detach, p.attach, p.protect, p.terminate, p.sicken, p.schedule, p.hook}
	all[p.random.IntN(len(all))]()
}

func (p *paper) size() {
	n := p.random.IntN(10)
	ok := n >= p.least && n <= p.most
	if p.expect(ok, p.SetDesired(p.t.Context(), named("web"), n, p.random.IntN(2) == 0), "size %d", n) {
		p.desired = n
	}
}

func (p *paper) bounds() {
	least, most := p.random.IntN(4), p.random.IntN(9)
	if p.expect(least <= most, p.Update(p.t.Context(), named("web"), Change{Min: &least, Max: &most}), "bounds %d to %d", least, most) {
		p.least, p.most = least, most
		p.desired = p.clamp(p.desired)
	}
}

func (p *paper) policy() {
	by := p.random.IntN(9) - 4
	kinds := adjustments()
	kind := kinds[p.random.IntN(len(kinds))]
	s := PolicySettings{Adjustment: kind, By: &by, Cooldown: new(1)}
	want := p.desired + by
	switch kind {
	case steps.ExactCapacity:
		by = p.random.IntN(9)
		want = by
	case steps.PercentChangeInCapacity:
		by *= 30
		s.Magnitude = new(2)
		change := p.desired * by / 100
		if change == 0 && p.desired*by != 0 {
			change = by / max(by, -by)
		}
		if change > 0 {
			change = max(change, 2)
		} else if change < 0 {
			change = min(change, -2)
		}
		want = p.desired + change
	}
	_, err := p.putPolicy(named("web"), "p", s)
	p.must(err)
	err = p.ExecutePolicy(p.t.Context(), Execution{Tenant: tenant, Group: "web", Policy: "p", HonorCooldown: true})
	if p.expect(true, err, "policy %s by %d", kind, by) {
		p.desired = p.clamp(want)
	}
}

func (p *paper) enter() {
	id, there := p.one(InService)
	lower := p.random.IntN(2) == 0
	if !there {
		return
	}
	_, err := p.EnterStandby(p.t.Context(), named("web"), []string{id}, lower)
	if p.expect(!lower || p.desired > p.least, err, "%s to standby, lower %v", id, lower) {
		p.standby[id] = true
		p.lowered(lower)
	}
}

func (p *paper) lowered(lower bool) {
	if lower {
		p.desired--
	}
}

func (p *paper) exit() {
	id, there := p.one(Standby)
	if !there {
		return
	}
	_, err := p.ExitStandby(p.t.Context(), named("web"), []string{id})
	if p.expect(p.desired < p.most, err, "%s out of standby", id) {
		// It serves again; if the group has too many then, any may go.
		delete(p.standby, id)
		p.desired++
	}
}

func (p *paper) detach() {
	state := []LifecycleState{InService, Standby}[p.random.IntN(2)]
	id, there := p.one(state)
	lower := p.random.IntN(2) == 0
	if !there {
		return
	}
	_, err := p.Detach(p.t.Context(), named("web"), []string{id}, lower)
	lower = lower && state == InService
	if p.expect(!lower || p.desired > p.least, err, "%s of %s detached, lower %v", id, state, lower) {
		p.leave(id)
		p.detached[id] = true
		p.lowered(lower)
	}
}

func (p *paper) attach() {
	p.attached++
	id := fmt.Sprintf("i-mine%d", p.attached)
	p.world.mu.Lock()
	p.world.running[id] = true
	p.world.mu.Unlock()
	if !p.expect(p.desired < p.most, p.Attach(p.t.Context(), named("web"), []string{id}), "%s attached", id) {
		p.detached[id] = true
		return
	}
	p.desired++
}

func (p *paper) protect() {
	id, there := p.one([]LifecycleState{InService, Standby}[p.random.IntN(2)])
	if !there {
		return
	}
	on := p.random.IntN(2) == 0
	p.expect(true, p.Protect(p.t.Context(), named("web"), []string{id}, on), "%s protected %v", id, on)
	if delete(p.protected, id); on {
		p.protected[id] = true
	}
}

func (p *paper) terminate() {
	state := []LifecycleState{InService, Standby}[p.random.IntN(2)]
	id, there := p.one(state)
	lower := p.random.IntN(2) == 0
	if !there {
		return
	}
	_, err := p.TerminateInstance(p.t.Context(), tenant, id, lower)
	lower = lower && state == InService
	if p.expect(!lower || p.desired > p.least, err, "%s of %s terminated, lower %v", id, state, lower) {
		p.leave(id)
		p.lowered(lower)
	}
}

// sicken has an instance replaced: protection is from scale-in alone.
func (p *paper) sicken() {
	id, there := p.one(InService)
	if there && p.expect(true, p.SetHealth(p.t.Context(), tenant, id, "Unhealthy", false), "%s unhealthy", id) {
		p.leave(id)
	}
}

func (p *paper) schedule() {
	p.actions++
	n, least, most := p.random.IntN(9), p.random.IntN(3), 3+p.random.IntN(6)
	err := p.PutAction(p.t.Context(), named("web"), fmt.Sprint("a", p.actions), ActionSettings{Start: p.now().Add(time.Minute), Min: &least, Max: &most, Desired: &n})
	if p.expect(true, err, "action to %d in %d to %d", n, least, most) {
		p.least, p.most = least, most
		p.desired = p.clamp(n)
	}
}

// hook holds what launches or goes for half a minute, and changes nothing else.
func (p *paper) hook() {
	name := []string{"in", "out"}[p.random.IntN(2)]
	transition := map[string]Transition{"in": Launching, "out": Terminated}[name]
	have, err := p.Hooks(named("web"), []string{name})
	p.must(err)
	if len(have) > 0 {
		p.expect(true, p.DeleteHook(p.t.Context(), named("web"), name), "hook %s gone", name)
		return
	}
	p.expect(true, p.PutHook(p.t.Context(), named("web"), HookChange{Name: name, Transition: string(transition), Heartbeat: new(30), Default: Continue}), "hook %s", name)
}

// adjustments lists the ways of policies.
func adjustments() []steps.AdjustmentType {
	return slices.Clone([]steps.AdjustmentType{steps.ChangeInCapacity, steps.ExactCapacity, steps.PercentChangeInCapacity})
}
