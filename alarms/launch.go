package alarms

import (
	"time"

	"skywatch/metric"
)

const (
	maxReads = 4 // reads of the store under way at once
	// Transactions under way at once: while one waits for the disk, the next one is
	// made.
	maxCommits = 2
	maxBatch   = 256         // transitions in one transaction
	retryWait  = time.Second // after an error of the store or the catalog
	// ahead is how far in the future data may lie (cloudwatch.md 3.3).
	ahead = 2 * time.Hour
)

// read asks for a read of a series. One that is under way may miss what the
// caller wants, so another one follows it.
func (l *loop) read(s *series) {
	switch s.read {
	case notRead:
		s.read = readQueued
		l.toRead = append(l.toRead, s)
	case readUnderWay:
		s.again = true
	}
}

// launch starts the reads and the commit that wait, as far as there is room.
func (l *loop) launch() {
	for len(l.toRead) > 0 && l.reads < maxReads {
		s := l.toRead[0]
		l.toRead = l.toRead[1:]
		if len(s.followers) == 0 {
			s.read = notRead
			continue
		}
		s.read = readUnderWay
		l.reads++
		if s.ask != nil {
			at := s.followers[0].cohort.instant
			l.work.Go(func() { l.ask(s, at) })
			continue
		}
		from, to := s.since().Floor(s.tier), l.now().Add(ahead)
		l.work.Go(func() { l.fetch(s, from, to) })
	}
	for len(l.proposals) > 0 && l.commits < maxCommits {
		n := min(len(l.proposals), maxBatch)
		batch := l.proposals[:n:n]
		l.proposals = l.proposals[n:]
		l.commits++
		l.work.Go(func() { l.commitBatch(batch) })
	}
}

// ask puts a question and posts the answer. One that cannot be answered is put
// again at the next instant.
func (l *loop) ask(s *series, at metric.Instant) {
	answer, err := s.ask(l.ctx, at)
	if err != nil && l.ctx.Err() == nil {
		l.opts.Logger.Error("answer question of alarm", "alarm", s.key, "err", err)
		answer = seen{failed: true}
	}
	r := reading{of: s, answer: answer}
	l.mail.post(func(m *letters) { m.read = append(m.read, r) })
}

// fetch reads a stretch of a series and posts it.
func (l *loop) fetch(s *series, from, to metric.Instant) {
	r := reading{of: s}
	if s.tier == metric.Second {
		// Before the seconds: what a minute holds of high resolution is then
		// among them.
		r.standard = l.readTier(s, metric.Minute, from, to)
	}
	r.datapoints = l.readTier(s, s.tier, from, to)
	l.mail.post(func(m *letters) { m.read = append(m.read, r) })
}

func (l *loop) readTier(s *series, tier metric.Period, from, to metric.Instant) (all []metric.Datapoint) {
	l.insist("read data of alarm", func() error {
		all = all[:0]
		return l.source.Read(l.ctx, s.id(), tier, from.Floor(tier), to, func(d metric.Datapoint) { all = append(all, d) })
	})
	return all
}

// commitBatch commits proposed transitions and posts how that ended.
func (l *loop) commitBatch(batch []proposal) {
	var done []*Alarm
	l.insist("commit alarm transitions", func() (err error) {
		done, err = l.service.commit(l.ctx, batch, l.now())
		return err
	})
	if done == nil {
		return // the loop has ended
	}
	l.mail.post(func(m *letters) {
		m.commits++
		for i, p := range batch {
			m.committed = append(m.committed, verdict{p.of, done[i]})
		}
	})
}

// insist repeats fn until it succeeds or the evaluator stops.
func (l *loop) insist(what string, fn func() error) {
	for {
		err := fn()
		if err == nil || l.ctx.Err() != nil {
			return
		}
		l.opts.Logger.Error(what, "err", err)
		select {
		case <-l.ctx.Done():
			return
		case <-time.After(retryWait):
		}
	}
}
