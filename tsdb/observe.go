package tsdb

import (
	"skywatch/metric"
)

// Watch asks for observations of a metric, which need not exist yet. Each call
// needs an Unwatch.
func (db *DB) Watch(id metric.ID) { db.watch(id, 1) }

// Unwatch takes back one Watch. Observations that are on their way may still
// come.
func (db *DB) Unwatch(id metric.ID) { db.watch(id, -1) }

func (db *DB) watch(id metric.ID, by int) {
	db.watchOne(id, by)
	if id.Namespace == metric.RawNamespace { // a read of it sees the raw one, too
		id.Raw = true
		db.watchOne(id, by)
	}
}

func (db *DB) watchOne(id metric.ID, by int) {
	key := id.AppendKey(nil)
	hash := hashOf(key)
	p := db.partitions[partitionOf(hash, len(db.partitions))]
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.watches[string(key)] + by
	if n < 0 {
		return // an Unwatch without its Watch
	}
	if p.watches[string(key)] = n; n == 0 {
		delete(p.watches, string(key))
	}
	if s := p.find(hash, key); s != nil {
		s.watched = n > 0
	}
	db.watching.Add(int64(by))
}

// touch notes the periods that a sample of a watched series fell into.
func (b *batch) touch(s *series, sample *metric.Sample) {
	if b.touched == nil {
		b.touched = map[touch]struct{}{}
	}
	note := func(p metric.Period) {
		b.touched[touch{s, p, sample.Time.Floor(p), sample.Unit}] = struct{}{}
	}
	if sample.HighResolution {
		note(metric.Second)
	}
	note(metric.Minute)
}

// touchRaw notes the periods that samples of a watched raw series fell into; as
// reads show them, each is of a high resolution.
func (b *batch) touchRaw(s *series, samples []metric.RawSample) {
	for i := range samples {
		b.touch(s, &metric.Sample{Time: samples[i].Time, HighResolution: true})
	}
}

// observe tells the observer of each period that the batch touched, once, in
// the state that it has now. An observation never tells an older state than
// the one before of the same period.
func (db *DB) observe(b *batch) {
	for t := range b.touched {
		db.observeOne(t)
	}
	clear(b.touched)
}

func (db *DB) observeOne(t touch) {
	if db.opts.Observer == nil {
		return
	}
	p := db.partitions[partitionOf(t.series.hash, len(db.partitions))]
	p.observing.Lock()
	defer p.observing.Unlock()
	o := metric.Observation{ID: t.series.Metric, Tier: t.tier, Reread: true}
	o.ID.Raw = false // by this name it is watched
	o.Datapoint = metric.Datapoint{Start: t.start, Unit: t.unit}
	points, err := db.observed(p, t)
	for _, d := range points {
		if err == nil && d.Unit == t.unit {
			o.Datapoint, o.Reread = d, false
		}
	}
	db.opts.Observer(o)
}

// observed reads the period as a reader of the metric does.
func (db *DB) observed(p *partition, t touch) ([]metric.Datapoint, error) {
	to := t.start + t.tier.Millis()
	if id := t.series.Metric; id.Namespace == metric.RawNamespace {
		id.Raw = false
		return db.points(id, tierOf(t.tier), t.start, to)
	}
	return db.collect(p, t.series.hash, t.series.Key, tierOf(t.tier), t.start, to)
}
