package tsdb

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"skywatch/metric"
	"skywatch/tsdb/chunk"
)

// Read calls fn for the datapoints of a metric (query.Source).
func (db *DB) Read(ctx context.Context, id metric.ID, p metric.Period, from, to metric.Instant, fn func(metric.Datapoint)) error {
	t := tierOf(p)
	if t == nil {
		return fmt.Errorf("no tier keeps periods of %s", p.Duration())
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	from, to = max(from, -maxTime), min(to, maxTime)
	if from >= to {
		return nil
	}
	points, err := db.points(id, t, from, to)
	if err != nil {
		return err
	}
	for _, d := range points {
		fn(d)
	}
	return nil
}

// Version grows with every append and deletion once reads see it and before it is
// acknowledged (query.Versioned). It begins anew with each Open.
func (db *DB) Version() uint64 { return db.version.Load() }

// points returns the datapoints of a metric that start in [from, to), in order;
// they belong to the caller. What is asked for in the namespace of raw metrics is
// that of both kinds.
func (db *DB) points(id metric.ID, t *tier, from, to metric.Instant) ([]metric.Datapoint, error) {
	if id.Raw {
		return db.rawPoints(id, t, from, to)
	}
	key := id.AppendKey(nil)
	hash := hashOf(key)
	points, err := db.collect(db.partitions[partitionOf(hash, len(db.partitions))], hash, string(key), t, from, to)
	if err != nil || id.Namespace != metric.RawNamespace {
		return points, err
	}
	id.Raw = true
	raw, err := db.rawPoints(id, t, from, to)
	return chunk.Fold(points, raw), err
}

// collect returns the datapoints of a series that start in [from, to), in
// order. They belong to the caller.
func (db *DB) collect(p *partition, hash uint64, key string, t *tier, from, to metric.Instant) (points []metric.Datapoint, err error) {
	db.lifetime.RLock()
	defer db.lifetime.RUnlock()
	if db.ended {
		return nil, ErrClosed
	}
	v, err := db.look(p, hash, key, t, from, to)
	if err != nil || v.series == nil {
		return nil, err
	}
	if v.iter == nil {
		return v.fold(t, nil, v.frozen), nil
	}
	defer func() {
		if e := v.iter.Close(); err == nil && e != nil {
			points, err = nil, fmt.Errorf("read chunks: %w", e)
		}
	}()
	if len(v.frozen) > 0 {
		applied, err := appliedAt(v.iter, p.number)
		if err != nil {
			return nil, err
		}
		if applied >= v.frozenSeq {
			v.frozen = nil // the iterator sees it in Pebble
		}
	}
	stored, err := readChunks(v.iter, p.number, t, v.series, from, to, appendChunk)
	if err != nil {
		return nil, fmt.Errorf("read chunks: %w", err)
	}
	return v.fold(t, stored, v.frozen), nil
}

// view is what one moment's state of a series is made of: what the head held
// then, and an iterator on Pebble as it was then.
//
// The frozen part may reach Pebble at any time, without a lock; whether the
// iterator sees it there is told by the partition's applied record, which is
// written in the same batch.
type view struct {
	series    *series
	active    []metric.Datapoint // owned
	frozen    []metric.Datapoint // shared, never changed by anybody
	frozenSeq uint64
	iter      *pebble.Iterator // nil: Pebble has nothing
}

func (db *DB) look(p *partition, hash uint64, key string, t *tier, from, to metric.Instant) (v view, err error) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	s := p.find(hash, []byte(key))
	if s == nil {
		return v, nil
	}
	v.series = s
	v.active = own(s.deltas[p.active].window(t, from, to))
	if p.frozen != 0 {
		v.frozen, v.frozenSeq = s.deltas[1-p.active].window(t, from, to), p.frozen
	}
	if s.sealed && from.Floor(metric.Minute) <= s.sealedTo {
		v.iter, err = db.chunks.NewIter(nil)
	}
	return v, err
}

// window returns the cells from which the tier's periods in [from, to) are
// folded.
func (d *delta) window(t *tier, from, to metric.Instant) []metric.Datapoint {
	if t.period < metric.Minute {
		return window(d.seconds, from, to)
	}
	return window(d.minutes, ceil(from, t.period), ceil(to, t.period))
}

// ceil returns the first start of a period that is not before i.
func ceil(i metric.Instant, p metric.Period) metric.Instant {
	return (i + p.Millis() - 1).Floor(p)
}

// own returns datapoints that share nothing with cells.
func own(cells []metric.Datapoint) []metric.Datapoint {
	if len(cells) == 0 {
		return nil
	}
	out := append([]metric.Datapoint(nil), cells...)
	for i := range out {
		if d := out[i].Distribution; d != nil {
			out[i].Distribution = d.Clone()
		}
	}
	return out
}

// fold returns the datapoints of tier t of all three parts.
func (v *view) fold(t *tier, stored, frozen []metric.Datapoint) []metric.Datapoint {
	active := v.active
	if t.period > metric.Minute {
		active, frozen = chunk.Coarsen(t.period, active), chunk.Coarsen(t.period, frozen)
	} else {
		frozen = own(frozen)
	}
	return chunk.Fold(chunk.Fold(stored, frozen), active)
}

// appliedAt returns the log record up to which the iterator sees everything.
func appliedAt(it *pebble.Iterator, partition uint16) (uint64, error) {
	key := stateKey(partition)
	if !it.SeekGE(key) || !bytes.Equal(it.Key(), key) {
		return 0, it.Error()
	}
	v, err := it.ValueAndErr()
	if err != nil {
		return 0, err
	}
	st, err := parseState(v)
	return st.applied, err
}

// maxGrow bounds, in blocks, the room that a read makes beforehand: a day of
// the 1 min tier and two weeks of the 5 min tier.
const maxGrow = 14

// readChunks returns what the chunks of a series hold; add appends what one has
// in a range. It goes from bucket to bucket that exists, however wide the range
// is.
func readChunks[T any](it *pebble.Iterator, partition uint16, t *tier, s *series, from, to metric.Instant, add func([]T, *pebble.Iterator, metric.Instant, metric.Instant) ([]T, error)) ([]T, error) {
	var (
		points []T
		key    []byte
		table  = append(appendPrefix(nil, partition, t.code), s.Class)
		bucket = t.bucketOf(from)
		last   = t.bucketOf(to - 1)
	)
	for bucket <= last {
		key = appendChunkKey(key[:0], partition, t, s.Class, s.ID, max(from, t.bucketStart(bucket)))
		valid := it.SeekGE(key)
		for ; valid && bytes.HasPrefix(it.Key(), table); valid = it.Next() {
			at, err := parseChunkKey(it.Key())
			if err != nil {
				return nil, err
			}
			if at.bucket != bucket || at.id != s.ID || t.bucketStart(bucket)+at.offset >= to {
				bucket = max(bucket+1, at.bucket)
				break
			}
			first := points == nil
			if points, err = add(points, it, from, to); err != nil {
				return nil, err
			}
			if first { // the other blocks will be alike
				points = slices.Grow(points, len(points)*min(t.blocks(from, to), maxGrow))
			}
		}
		if !valid || !bytes.HasPrefix(it.Key(), table) {
			break // nothing of this tier follows
		}
	}
	return points, it.Error()
}

// appendChunk appends what the chunk at the iterator has in [from, to).
func appendChunk(points []metric.Datapoint, it *pebble.Iterator, from, to metric.Instant) ([]metric.Datapoint, error) {
	v, err := it.ValueAndErr()
	if err != nil {
		return nil, err
	}
	n := len(points)
	if points, err = chunk.Decode(points, v); err != nil {
		return nil, fmt.Errorf("chunk %x: %w", it.Key(), err)
	}
	return append(points[:n], window(points[n:], from, to)...), nil
}
