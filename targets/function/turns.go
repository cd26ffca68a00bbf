package function

import "time"

// turns are which functions have invocations in the outbox that wait for a place
// on this machine, so that they take turns.
type turns struct {
	waiting map[Name]time.Time   // when they last asked
	places  map[Name][]time.Time // kept for what is about to begin, and since when
}

const (
	// lastAsked is how long a function that does not ask again is waited for.
	lastAsked = 3 * fullPause
	// keptFor is how long a place is kept for an attempt that does not begin,
	// which it does at once unless our own records fail.
	keptFor = 5 * time.Second
)

func (q *turns) wait(n Name, now time.Time) {
	if q.waiting == nil {
		q.waiting = map[Name]time.Time{}
	}
	q.waiting[n] = now
}

func (q *turns) leave(n Name) { delete(q.waiting, n) }

// before reports whether another function that waits goes first: one of which
// fewer run.
func (q *turns) before(n Name, running map[Name]int) bool {
	for other := range q.waiting {
		if running[other] < running[n] {
			return true
		}
	}
	return false
}

func (q *turns) keep(n Name, now time.Time) {
	if q.places == nil {
		q.places = map[Name][]time.Time{}
	}
	q.places[n] = append(q.places[n], now)
}

func (q *turns) claim(n Name) bool {
	kept := q.places[n]
	if len(kept) == 0 {
		return false
	}
	q.set(n, kept[1:])
	return true
}

func (q *turns) set(n Name, kept []time.Time) {
	if len(kept) == 0 {
		delete(q.places, n)
		return
	}
	q.places[n] = kept
}

// expire forgets who does not ask any more, and gives back, by count, places
// that nobody came for.
func (q *turns) expire(now time.Time, count func(n Name, more int)) {
	for n, at := range q.waiting {
		if now.Sub(at) > lastAsked {
			delete(q.waiting, n)
		}
	}
	for n, kept := range q.places {
		for len(kept) > 0 && now.Sub(kept[0]) > keptFor {
			kept = kept[1:]
			count(n, -1)
		}
		q.set(n, kept)
	}
}
