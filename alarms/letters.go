package alarms

import "skywatch/catalog"

// deliver works through what was posted to the loop.
func (l *loop) deliver(m *letters) {
	for _, r := range m.read {
		l.loaded(r)
	}
	l.commits -= m.commits
	for _, v := range m.committed {
		l.committed(v)
	}
	for key := range m.dropped {
		for s := l.metrics[key]; s != nil; s = s.next {
			l.read(s)
			for _, f := range s.followers {
				l.want(f) // what was dropped may have been late
			}
		}
	}
	for k := range m.changed {
		l.sync(k)
	}
}

// sync brings the follower of an alarm in line with the catalog.
func (l *loop) sync(k Key) {
	if l.heard != nil {
		l.heard[k] = struct{}{}
	}
	var a *Alarm
	err := l.service.opts.Catalog.View(func(r catalog.Reader) (err error) {
		a, _, err = load(r, k)
		return err
	})
	if err != nil {
		l.opts.Logger.Error("read changed alarm", "alarm", k.ARN(), "err", err)
		return
	}
	if a != nil && !a.evaluated() {
		a = nil
	}
	old := l.alarms[k]
	switch {
	case a == nil && old == nil:
	case a == nil:
		l.unfollow(old)
	case old == nil:
		f := l.follow(a, l.now())
		f.made = a.ConfigurationUpdated
		l.catchUp(f)
	case a.revision == old.alarm.revision:
		old.take(a)
	default:
		// The new one first: they may share the series.
		f := l.follow(a, l.now())
		f.made = old.made
		l.unfollow(old)
		l.catchUp(f)
		if old.wanted || old.queued || old.committing {
			l.want(f)
		}
	}
}

// loaded takes in what a read gave.
func (l *loop) loaded(r reading) {
	l.reads--
	s := r.of
	s.read, s.loaded = notRead, true
	s.answer = r.answer
	for _, d := range r.datapoints {
		s.window.put(d)
	}
	for _, d := range r.standard {
		s.window.standard.put(d)
	}
	if s.again {
		s.again = false
		l.read(s)
	}
	for _, f := range s.followers {
		f.cohort.reopen(f)
		if f.wanted {
			l.want(f)
		}
	}
}

// committed takes in how a proposal ended. Where the alarm had changed in
// between nothing was done: a new definition was posted and is evaluated, and a
// state set by hand stays until the next instant.
func (l *loop) committed(v verdict) {
	f := v.of
	f.committing = false
	if f.cohort == nil {
		return
	}
	if v.alarm != nil && v.alarm.version > f.alarm.version && v.alarm.revision == f.alarm.revision {
		f.take(v.alarm)
		l.counts.transitions.Add(1)
	}
	if f.wanted {
		l.want(f)
	}
}
