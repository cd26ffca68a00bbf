package targets

import (
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
	running  int            // deliveries under way
	under    [standings]int // the same, by standing at the start
	proven   proven
	done     chan arrival
	settling []chan Rest // who waits until nothing is to be done
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

// arrival is the end of one attempt.
type arrival struct {
	lane    *lane
	id      string
	counted standing // it was, at the start
	failed  bool
	again   time.Time // what the delivery waits for now; zero: it has ended
	broken  bool      // our own records failed
}

func newDispatcher(e *Engine) *dispatcher {
	return &dispatcher{e: e, lanes: map[string]*lane{}, proven: proven{}, done: make(chan arrival, e.Workers)}
}

// expect notes what is due when.
func (d *dispatcher) expect(due map[string]time.Time) {
	for target, t := range due {
		l := d.lanes[target]
		if l == nil {
			l = newLane(target, d.e.breakers.hold(target), d.proven.take(target))
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
	for d.running < d.e.Workers {
		s, ok := d.choose()
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

// attempt begins an attempt of the lane's next delivery.
func (d *dispatcher) attempt(ctx context.Context, l *lane) {
	var next Delivery
	var ok bool
	from := l.from
	err := d.e.Catalog.View(func(r catalog.Reader) (err error) {
		next, ok, err = l.take(r, d.e.now())
		return err
	})
	if err != nil {
		d.e.Logger.Error("outbox cannot be read", "target", l.target, "err", err)
		l.expect(from)
		l.rest = d.e.now().Add(restAfterTrouble)
		return
	}
	if !ok {
		return
	}
	if at := d.e.paced(l.target); !at.IsZero() {
		l.expect(from)
		l.rest = at
		return
	}
	l.busy[next.ID] = true
	a := arrival{lane: l, id: next.ID, counted: l.standing}
	d.running++
	d.under[a.counted]++
	go func() {
		d.e.carry(ctx, next, &a)
		d.done <- a
	}()
}

// arrived takes the end of an attempt into account.
func (d *dispatcher) arrived(a arrival) {
	d.running--
	d.under[a.counted]--
	l := a.lane
	delete(l.busy, a.id)
	l.learn(a.failed)
	if d.e.Targets[KindOf(l.target)].together != nil {
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
	if len(d.sleeping) > 0 {
		c, stop := d.e.Clock.Wake(d.sleeping[0].at())
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

// rest answers those who wait for it once nothing is under way and nothing is
// due: then everything that may be done has been begun, so the lines are empty.
func (d *dispatcher) rest() {
	if len(d.settling) == 0 || d.running > 0 || d.e.Outbox.told() {
		return
	}
	var r Rest
	if len(d.sleeping) > 0 {
		r.Next = d.sleeping[0].at()
	}
	for _, s := range d.settling {
		s <- r
	}
	d.settling = nil
}

// drain waits for the attempts under way.
func (d *dispatcher) drain() {
	for d.running > 0 {
		d.arrived(<-d.done)
	}
}
