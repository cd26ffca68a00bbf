package alarms

import (
	"container/heap"
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
	metrics  map[string][]*series // by the metric's key
	schedule schedule
	queue    []*follow // to evaluate now

	work      sync.WaitGroup // reads and the commit under way
	toRead    []*series
	reads     int // under way
	proposals []proposal
	commits   bool // one is under way

	settling []chan time.Time
}

func newLoop(ctx context.Context, e *Evaluator, source query.Source, watcher Watcher) *loop {
	return &loop{
		Evaluator: e, ctx: ctx, source: source, watcher: watcher,
		alarms: map[Key]*follow{}, metrics: map[string][]*series{},
	}
}

func (l *loop) run() {
	defer l.work.Wait()
	for l.ctx.Err() == nil {
		l.evaluateQueue()
		l.launch()
		l.rest()
		l.wait()
		l.tick(l.now())
	}
}

// wait returns when there may be something new to do.
func (l *loop) wait() {
	var due <-chan time.Time
	if len(l.schedule) > 0 {
		c, stop := l.opts.Clock.Wake(l.schedule[0].due.Time())
		defer stop()
		due = c
	}
	select {
	case <-l.ctx.Done():
	case o := <-l.observations:
		l.observe(o)
		l.drain()
	case <-l.mail.wake:
		l.deliver(l.mail.take())
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
	if len(l.schedule) > 0 {
		next = l.schedule[0].due.Time()
	}
	for _, s := range l.settling {
		s <- next
	}
	l.settling = nil
}

// busy reports whether there is something to do now, or under way.
func (l *loop) busy() bool {
	return len(l.queue)+len(l.toRead)+len(l.proposals)+l.reads+len(l.observations) > 0 ||
		l.commits || l.mail.full() || len(l.schedule) > 0 && l.schedule[0].due <= l.now()
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

// observe takes in an observation. A late one, of a period that the current
// evaluation has looked at, calls for another look.
func (l *loop) observe(o metric.Observation) {
	for _, s := range l.metrics[string(o.ID.AppendKey(nil))] {
		switch {
		case s.live && s.tier == metric.Second && o.Tier == metric.Minute:
			l.observeStandard(s, o.Datapoint.Start)
			continue
		case s.live && s.tier != o.Tier, !s.live && o.Tier != metric.Minute:
			continue
		case s.live && !o.Reread:
			s.window.put(o.Datapoint)
		case s.live:
			l.read(s)
		}
		for _, f := range s.followers {
			if f.sees(o.Datapoint.Start, o.Tier) {
				if !s.live {
					l.read(s)
				}
				l.want(f)
			}
		}
	}
}

// observeStandard takes in that a minute has changed, for a series by the
// second. Whether data of high resolution made the change only the store can
// tell for sure: their own observation may be still to come.
func (l *loop) observeStandard(s *series, minute metric.Instant) {
	if s.window.fine(minute) {
		return
	}
	l.read(s)
	for _, f := range s.followers {
		if f.sees(minute, metric.Second) {
			l.want(f)
		}
	}
}

// tick begins the evaluations that are due. Instants that passed while nothing
// ran are not made up for: the newest one is decided on all data.
func (l *loop) tick(now metric.Instant) {
	for len(l.schedule) > 0 && l.schedule[0].due <= now {
		f := l.schedule[0]
		l.counts.late.Store(int64(now-f.due) * int64(time.Millisecond))
		f.instant = f.at(now)
		f.plan()
		heap.Fix(&l.schedule, 0)
		for _, s := range f.series {
			if !s.live {
				l.read(s)
			}
		}
		l.want(f)
	}
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
	if l.alarms[f.alarm.Key] != f {
		return // no longer followed
	}
	if f.committing || !f.ready() {
		f.wanted = true
		return
	}
	f.wanted = false
	for _, s := range f.series {
		if s.ask == nil {
			s.window.forget(s.since())
		}
	}
	l.counts.evaluations.Add(1)
	sees := f.sight.see(f.instant)
	d, ok := f.alarm.decide(sees, f.instant)
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
