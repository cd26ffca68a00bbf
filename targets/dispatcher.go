package targets

import (
	"container/list"
	"context"
	"time"

	"skywatch/catalog"
)

// restAfterTrouble is how long a lane rests when the catalog failed it.
const restAfterTrouble = 5 * time.Second

// dispatcher decides what is carried next. It belongs to the goroutine of Run;
// the carrying goroutines speak to it through done only.
type dispatcher struct {
	e     *Engine
	lanes map[string]*lane
	// Lanes with something due and room for it take turns: one delivery each,
	// then to the end of the line. There is a line for each standing.
	lines    [standings]line
	sleeping sleepers
	// Attempts under way, by the standing that they count for: how many, and
	// the oldest first.
	under    [standings]int
	holding  [standings]list.List
	proven   proven
	done     chan *underWay
	settling []chan time.Time // who waits until nothing is to be done
}

// line is a run queue.
type line []*lane

func (q *line) push(l *lane) { l.queued = true; *q = append(*q, l) }

func (q *line) pop() *lane {
	l := (*q)[0]
	(*q)[0] = nil
	*q = (*q)[1:]
	l.queued = false
	return l
}

// underWay is a run of attempts, and from its arrival at done its end.
type underWay struct {
	lane    *lane
	ids     []string
	began   time.Time
	counted standing
	place   *list.Element // in holding[counted]

	attempts int // made
	took     time.Duration
	failed   bool
	again    time.Time // what the first of the deliveries waits for now; zero: all have ended
	broken   bool      // our own records failed
}

func newDispatcher(e *Engine) *dispatcher {
	return &dispatcher{e: e, lanes: map[string]*lane{}, proven: proven{}, done: make(chan *underWay, e.Workers)}
}

// expect notes what is due when.
func (d *dispatcher) expect(due map[string]time.Time) {
	for target, t := range due {
		l := d.lanes[target]
		if l == nil {
			t, _ := d.e.target(target)
			l = newLane(target, d.e.breakers.hold(target), d.proven.take(target), t.apart)
			d.lanes[target] = l
		}
		l.expect(t)
		d.place(l)
	}
}

// place puts a lane where it belongs: into line, to sleep, out of the way
// while it is full, or out of memory.
func (d *dispatcher) place(l *lane) {
	switch {
	case l.queued:
	case !l.some || l.full():
		d.sleeping.remove(l)
		if !l.some && len(l.busy) == 0 {
			delete(d.lanes, l.target)
			d.proven.note(l)
		}
	case l.at().After(d.e.now()):
		d.sleeping.put(l)
	default:
		d.sleeping.remove(l)
		d.lines[l.standing].push(l)
	}
}

// start begins attempts as long as something is due and a worker is free.
func (d *dispatcher) start(ctx context.Context) {
	now := d.e.now()
	for len(d.sleeping) > 0 && !d.sleeping[0].at().After(now) {
		d.place(d.sleeping[0])
	}
	for {
		s, ok := d.choose()
		if !ok && d.relieve(now) {
			continue
		}
		if !ok {
			return
		}
		l := d.lines[s].pop()
		if !l.full() && !l.hold.After(now) { // it may have filled up, or broken, in the line
			d.attempt(ctx, l)
		}
		d.place(l)
	}
}

// attempt begins a run of attempts of the lane's next deliveries.
func (d *dispatcher) attempt(ctx context.Context, l *lane) {
	var run []Delivery
	from := l.from
	t, _ := d.e.target(l.target)
	err := d.e.Catalog.View(func(r catalog.Reader) (err error) {
		run, err = l.take(r, d.e.now(), l.most(t))
		return err
	})
	if err != nil {
		d.e.Logger.Error("outbox cannot be read", "target", l.target, "err", err)
		l.expect(from)
		l.rest = d.e.now().Add(restAfterTrouble)
		return
	}
	for i := range run {
		if at := d.e.paced(l.target); !at.IsZero() {
			l.expect(run[i].NextAttempt)
			l.rest = at
			run = run[:i]
			break
		}
	}
	if len(run) == 0 {
		return
	}
	a := &underWay{lane: l, ids: make([]string, len(run)), began: d.e.now()}
	for i := range run {
		a.ids[i] = run[i].ID
		l.busy[run[i].ID] = true
	}
	l.runs++
	d.hold(a, l.standing)
	go func() {
		d.e.carryRun(ctx, run, a)
		d.done <- a
	}()
}

// arrived takes the end of a run into account.
func (d *dispatcher) arrived(a *underWay) {
	d.release(a)
	l := a.lane
	for _, id := range a.ids {
		delete(l.busy, id)
	}
	l.runs--
	l.learn(a)
	if t, _ := d.e.target(l.target); t.together != nil {
		l.window = 1 // an attempt takes along what waits
	}
	l.hold = d.e.breakers.hold(l.target)
	if a.broken {
		l.rest = d.e.now().Add(restAfterTrouble)
	}
	if !a.again.IsZero() {
		l.expect(a.again)
	}
	d.place(l)
}

// wait returns when there may be something new to do.
func (d *dispatcher) wait(ctx context.Context) {
	var wake <-chan time.Time
	if at, ok := d.next(); ok {
		c, stop := d.e.Clock.Wake(at)
		defer stop()
		wake = c
	}
	select {
	case <-ctx.Done():
	case <-d.e.Outbox.wake:
	case <-wake:
	case a := <-d.done:
		d.arrived(a)
	case s := <-d.e.settle:
		d.settling = append(d.settling, s)
	}
}

// next is when there will be something to do without anybody saying so.
func (d *dispatcher) next() (at time.Time, ok bool) {
	if len(d.sleeping) > 0 {
		at, ok = d.sleeping[0].at(), true
	}
	for s := range d.lines {
		if a, t := d.relief(standing(s)); a != nil && (!ok || t.Before(at)) {
			at, ok = t, true
		}
	}
	return at, ok
}

// running is how many deliveries are under way.
func (d *dispatcher) running() int { return d.held() + d.under[slow] }

// rest answers those who wait for it once nothing is under way and nothing is
// due: then everything that may be done has been begun, so the lines are empty.
func (d *dispatcher) rest() {
	if len(d.settling) == 0 || d.running() > 0 || d.e.Outbox.told() {
		return
	}
	var next time.Time
	if len(d.sleeping) > 0 {
		next = d.sleeping[0].at()
	}
	for _, s := range d.settling {
		s <- next
	}
	d.settling = nil
}

// drain waits for the attempts under way.
func (d *dispatcher) drain() {
	for d.running() > 0 {
		d.arrived(<-d.done)
	}
}
