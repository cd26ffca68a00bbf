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
		l.open(l.mail.take())
	case <-due:
	}
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
		if !f.series.live {
			l.read(f.series)
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
	if f.committing || !f.series.ready() {
		f.wanted = true
		return
	}
	f.wanted = false
	f.series.window.forget(f.series.since())
	l.counts.evaluations.Add(1)
	d := &f.alarm.Definition
	slots := f.series.window.slots(d, f.stat, f.instant)
	t, ok := Evaluate(d, slots, f.alarm.Value, f.instant)
	if !ok {
		t, ok = f.repeat(slots)
	}
	if ok {
		f.committing = true
		l.proposals = append(l.proposals, proposal{
			of: f, key: f.alarm.Key,
			revision: f.alarm.revision, version: f.alarm.version, Transition: t,
		})
	}
}
