package targets

import (
	"container/heap"
	"time"

	"skywatch/catalog"
)

// lane is what the dispatcher knows of one target that has something waiting
// or under way.
type lane struct {
	target string
	// some says that something may wait, and that nothing that waits is due
	// before from.
	some bool
	from time.Time
	// rest keeps the lane still until then: after trouble with our own records,
	// or as the target's pace wants it.
	rest time.Time
	// hold is when the target's breaker lets the next attempt begin.
	hold time.Time
	// busy holds the IDs under way, in so many runs.
	busy map[string]bool
	runs int
	// each is how long an attempt took last.
	each time.Duration
	// window is how many runs may be under way: one at first and after a
	// failure, one more after each success, up to perTarget; all of them to
	// targets whose attempts are apart.
	window   int
	apart    bool // then it stays as it is
	standing standing
	// suspect says that an attempt takes long and nothing was heard since.
	suspect bool

	queued bool // stands in a run queue
	index  int  // in sleepers, -1 elsewhere
}

// newLane returns the lane of a target whose breaker holds it until hold, if
// it is open, and of which something may be known.
func newLane(target string, hold time.Time, known standing, apart int) *lane {
	if !hold.IsZero() {
		known = failing
	}
	l := &lane{target: target, hold: hold, standing: known, busy: map[string]bool{}, window: 1, apart: apart > 0, index: -1}
	if l.apart {
		l.window = apart
	}
	return l
}

func (l *lane) full() bool { return l.suspect && !l.apart || l.runs >= l.window }

// learn takes the end of a run into account.
func (l *lane) learn(a *underWay) {
	l.suspect = false
	l.each = a.took / time.Duration(max(a.attempts, 1))
	if a.failed {
		l.standing = failing
		if !l.apart {
			l.window = 1
		}
		return
	}
	l.standing = living
	if l.each >= patience {
		l.standing = slow
	}
	if !l.apart {
		l.window = min(l.window+1, perTarget)
	}
}

// at is when the lane has something to do.
func (l *lane) at() time.Time {
	t := l.from
	for _, other := range [...]time.Time{l.rest, l.hold} {
		if other.After(t) {
			t = other
		}
	}
	return t
}

// expect notes that something is due at t.
func (l *lane) expect(t time.Time) {
	if !l.some || t.Before(l.from) {
		l.some, l.from = true, t
	}
}

// take finds the lane's first deliveries that are due and not under way, at most
// so many, and learns when the next one is. Beginning at from, it never walks over
// what was removed before.
func (l *lane) take(r catalog.Reader, now time.Time, most int) (all []Delivery, err error) {
	after := []string{l.target, catalog.TimePart(l.from), ""}
	rg := catalog.Range{Prefix: []string{l.target}, After: after}
	l.some = false
	bytes := 0
	err = waiting.Scan(r, rg, func(_ []string, next Delivery) (bool, error) {
		if l.busy[next.ID] {
			return true, nil
		}
		if bytes += len(next.Message); len(all) < most && !next.NextAttempt.After(now) && (len(all) == 0 || bytes <= mostBytesTogether) {
			all = append(all, next)
			return true, nil
		}
		l.expect(next.NextAttempt)
		return false, nil
	})
	return all, err
}

// sleepers is a heap of lanes by the time at which they have something due.
type sleepers []*lane

func (s sleepers) Len() int           { return len(s) }
func (s sleepers) Less(i, j int) bool { return s[i].at().Before(s[j].at()) }
func (s sleepers) Swap(i, j int) {
	s[i], s[j] = s[j], s[i]
	s[i].index, s[j].index = i, j
}

func (s *sleepers) Push(x any) {
	l := x.(*lane)
	l.index = len(*s)
	*s = append(*s, l)
}

func (s *sleepers) Pop() any {
	old := *s
	l := old[len(old)-1]
	*s = old[:len(old)-1]
	l.index = -1
	return l
}

// put adds l, or moves it to its place.
func (s *sleepers) put(l *lane) {
	if l.index >= 0 {
		heap.Fix(s, l.index)
		return
	}
	heap.Push(s, l)
}

func (s *sleepers) remove(l *lane) {
	if l.index >= 0 {
		heap.Remove(s, l.index)
	}
}
