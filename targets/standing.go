package targets

import "time"

// standing is what is known of a target, and so what its attempts may hold:
// dead targets leave the rest of the workers to the living, those of which
// nothing is known leave some to those that are known to live, and what takes
// long holds no worker at all.
type standing int

const (
	failing  standing = iota // its last attempt failed: half of the workers
	stranger                 // nothing is known yet: three quarters, with the failing
	living                   // its last attempt went well, and quickly: all of them
	slow                     // it went well, but took its time: half of the slow
	standings
)

// patience is how long an attempt is quick. One that takes longer gives its
// worker up where others wait for it, and goes on as one of the slow.
const patience = 100 * time.Millisecond

// choose picks the line that goes next.
func (d *dispatcher) choose() (standing, bool) {
	for _, s := range [...]standing{stranger, failing, living, slow} { // an attempt makes a stranger known
		if len(d.lines[s]) > 0 && d.room(s) {
			return s, true
		}
	}
	return 0, false
}

// room reports whether an attempt of a target of that standing may begin.
func (d *dispatcher) room(s standing) bool {
	if s == slow {
		return d.mayBeSlow(s)
	}
	return !d.sharedOut(s) && d.held() < d.e.Workers
}

// sharedOut reports whether targets of that standing hold their share of the
// workers.
func (d *dispatcher) sharedOut(s standing) bool {
	half, most := max(1, d.e.Workers/2), max(1, d.e.Workers*3/4)
	unproven := d.under[failing] + d.under[stranger]
	switch s {
	case failing:
		return d.under[failing] >= half || unproven >= most
	case stranger:
		return unproven >= most
	}
	return false
}

// held is how many workers are.
func (d *dispatcher) held() int { return d.under[failing] + d.under[stranger] + d.under[living] }

// mayBeSlow reports whether one more attempt of a target of that standing may
// be among the slow. The last half is for targets that lived until now: they
// may all die at once.
func (d *dispatcher) mayBeSlow(s standing) bool {
	if s == living {
		return d.under[slow] < d.e.Slow
	}
	return d.under[slow] < max(1, d.e.Slow/2)
}

// relieve has attempts that take long give up their workers where others wait
// for one. It reports whether any did.
func (d *dispatcher) relieve(now time.Time) (some bool) {
	for s := range d.lines {
		if a, at := d.relief(standing(s)); a != nil && !at.After(now) {
			d.detach(a)
			some = true
		}
	}
	return some
}

// relief is the attempt that gives up its worker to who waits in the line of
// s, and when; nil: none does.
func (d *dispatcher) relief(s standing) (*underWay, time.Time) {
	by := living
	if d.sharedOut(s) {
		by = s
	}
	oldest := d.holding[by].Front()
	if s == slow || by == failing || oldest == nil || len(d.lines[s]) == 0 || !d.mayBeSlow(by) {
		return nil, time.Time{}
	}
	a := oldest.Value.(*underWay)
	return a, a.began.Add(patience)
}

// detach makes an attempt one of the slow. Its target is not asked again
// before there is an answer.
func (d *dispatcher) detach(a *underWay) {
	d.release(a)
	d.hold(a, slow)
	a.lane.suspect = true
}

// hold counts an attempt as one of a target of that standing.
func (d *dispatcher) hold(a *underWay, s standing) {
	a.counted = s
	a.place = d.holding[s].PushBack(a)
	d.under[s]++
}

// release takes it out again.
func (d *dispatcher) release(a *underWay) {
	d.holding[a.counted].Remove(a.place)
	d.under[a.counted]--
}
