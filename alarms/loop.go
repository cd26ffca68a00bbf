package alarms

import (
	"context"
	"sync"
	"time"

	"skywatch/metric"
	"skywatch/query"
)

// loop is the one goroutine that owns all windows and decides. Reading the store
// and committing transitions are slow: goroutines of their own do them and post
// the result.
type loop struct {
	*Evaluator
	ctx     context.Context
	source  query.Source
	watcher Watcher

	alarms   map[Key]*follow
	metrics  map[string]*series // by the metric's key; series.next has its others
	schedule schedule
	// latest is the time at the last tick: the clock may be set back.
	latest metric.Instant
	// found brings the alarms that there were at the start, heard has those that
	// were changed meanwhile. Both are nil once all are followed.
	found chan []*Alarm
	heard map[Key]struct{}
	queue []*follow // to evaluate now
	key   []byte    // memory for the key of a metric

	work      sync.WaitGroup // reads and the commit under way
	toRead    []*series
	reads     int // under way
	proposals []proposal
	commits   int // under way

	settling []chan time.Time
}

func newLoop(ctx context.Context, e *Evaluator, source query.Source, watcher Watcher) *loop {
	return &loop{
		Evaluator: e, ctx: ctx, source: source, watcher: watcher,
		alarms: map[Key]*follow{}, metrics: map[string]*series{}, schedule: schedule{all: map[pace]*cohort{}},
		found: make(chan []*Alarm), heard: map[Key]struct{}{},
	}
}

func (l *loop) run() {
	defer l.work.Wait()
	l.work.Go(l.census)
	for l.ctx.Err() == nil {
		l.evaluateQueue()
		l.launch()
		l.rest()
		l.wait()
		l.drain()
		l.tick()
	}
}

// wait returns when there may be something new to do.
func (l *loop) wait() {
	var due <-chan time.Time
	if at, ok := l.schedule.next(); ok {
		c, stop := l.opts.Clock.Wake(at.Time())
		defer stop()
		due = c
	}
	select {
	case <-l.ctx.Done():
	case o := <-l.observations:
		l.observe(o)
	case <-l.mail.wake:
		l.deliver(l.mail.take())
	case page, more := <-l.found:
		l.meet(page, l.now())
		if !more {
			l.found, l.heard = nil, nil
		}
	case <-due:
	case s := <-l.settle:
		l.settling = append(l.settling, s)
	}
}

// rest answers those who wait until nothing is left to do.
func (l *loop) rest() {
	if len(l.settling) == 0 || l.busy() {
		return
	}
	var next time.Time
	if due, ok := l.schedule.due(); ok {
		next = due.Time()
	}
	for _, s := range l.settling {
		s <- next
	}
	l.settling = nil
}

// busy reports whether there is something to do now, or under way.
func (l *loop) busy() bool {
	if at, ok := l.schedule.next(); ok && at <= l.now() {
		return true
	}
	return len(l.queue)+len(l.toRead)+len(l.proposals)+l.reads+l.commits+len(l.observations) > 0 ||
		l.mail.full() || l.found != nil
}

func (l *loop) now() metric.Instant { return metric.At(l.opts.Clock.Now()) }

// drain takes the observations that wait, at most as many as fit the queue, so
// that data of one request lead to one evaluation.
func (l *loop) drain() {
	for range cap(l.observations) {
		select {
		case o := <-l.observations:
			l.observe(o)
		default:
			return
		}
	}
}

// tick wakes the cohorts whose time has come, until they have so many members
// that it is time to look after what has arrived.
func (l *loop) tick() {
	const turn = 4096
	now := l.now()
	if now < l.latest {
		l.setBack(now)
	}
	l.latest = now
	for n := 0; n < turn; {
		at, ok := l.schedule.next()
		if !ok || at > now {
			return
		}
		c := l.schedule.first()
		n += len(c.members)
		if due := c.due(c.next()); now < due {
			c.look(l.quiet)
			c.wake = due
		} else {
			l.counts.lag(now, due)
			c.begin(now, l.begin)
		}
		l.schedule.moved()
	}
}

// setBack has evaluated what the clock, which was set back, shows as the current
// instant. Otherwise nothing would be until it has caught up.
func (l *loop) setBack(now metric.Instant) {
	for _, c := range l.schedule.setBack(now) {
		for _, f := range c.members {
			for _, s := range f.series {
				l.read(s) // of before what the window has kept
			}
			l.want(f)
		}
	}
}

// quiet reports whether it is certain, as things are, that nothing changes at an
// instant.
func (l *loop) quiet(f *follow, at metric.Instant) bool {
	if l.opts.blind || f.wanted || f.queued || f.committing || !f.live() || !f.ready() || f.repeating() {
		return false
	}
	l.counts.evaluations.Add(1)
	_, changes := f.alarm.decide(f.sight.see(at), at)
	return !changes
}

// begin has a follower evaluated at an instant that has become due.
func (l *loop) begin(f *follow) {
	if f.cohort.instant < f.made && f.cohort.cadence <= metric.Minute {
		return
	}
	for _, s := range f.series {
		if !s.live {
			l.read(s)
		}
	}
	l.want(f)
}

// want asks for an evaluation of the follower's current instant.
func (l *loop) want(f *follow) {
	if !f.queued {
		f.queued = true
		l.queue = append(l.queue, f)
	}
}

func (l *loop) evaluateQueue() {
	for _, f := range l.queue {
		f.queued = false
		l.evaluate(f)
	}
	l.queue = l.queue[:0]
}

func (l *loop) evaluate(f *follow) {
	if f.cohort == nil {
		return // no longer followed
	}
	if f.committing || !f.ready() {
		f.wanted = true
		return
	}
	f.wanted = false
	at := f.cohort.instant
	for _, s := range f.series {
		s.forget(at, f.cohort.cadence)
	}
	l.counts.evaluations.Add(1)
	sees := f.look(at)
	d, ok := f.alarm.decide(sees, at)
	if !ok {
		d, ok = f.repeat(sees.slots)
	}
	if ok {
		f.committing = true
		l.proposals = append(l.proposals, proposal{
			of: f, key: f.alarm.Key,
			revision: f.alarm.revision, version: f.alarm.version, Decision: d,
		})
	}
}
