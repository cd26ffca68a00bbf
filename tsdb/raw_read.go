package tsdb

import (
	"context"
	"fmt"
	"math"

	"github.com/cockroachdb/pebble/v2"

	"skywatch/metric"
	"skywatch/tsdb/chunk"
)

// ReadRaw calls fn for the samples of a raw metric with times in [from, to), in
// order. An unknown metric is no error and no samples; they are one moment's.
func (db *DB) ReadRaw(ctx context.Context, id metric.ID, from, to metric.Instant, fn func(metric.RawSample)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	samples, err := db.rawSamples(id, from, to)
	if err != nil {
		return err
	}
	for _, s := range samples {
		fn(s)
	}
	return nil
}

// rawPoints returns the datapoints of a raw metric at a tier, as if each sample
// were a datum of high resolution; those that are no number, and histograms, are
// left out.
func (db *DB) rawPoints(id metric.ID, t *tier, from, to metric.Instant) ([]metric.Datapoint, error) {
	samples, err := db.rawSamples(id, ceil(from, t.period), ceil(to, t.period))
	if err != nil {
		return nil, err
	}
	var out []metric.Datapoint
	for _, s := range samples {
		if s.Histogram != nil || math.IsNaN(s.Value) || math.IsInf(s.Value, 0) {
			continue
		}
		out, _ = foldInto(out, &metric.Sample{Time: s.Time, Set: metric.Single(s.Value)}, t.period)
	}
	return out, nil
}

// rawSamples returns the samples of a raw metric with times in [from, to).
func (db *DB) rawSamples(id metric.ID, from, to metric.Instant) (samples []metric.RawSample, err error) {
	from, to = max(from, -maxTime), min(to, maxTime)
	if from >= to {
		return nil, nil
	}
	db.lifetime.RLock()
	defer db.lifetime.RUnlock()
	if db.ended {
		return nil, ErrClosed
	}
	key := id.AppendKey(nil)
	hash := hashOf(key)
	p := db.partitions[partitionOf(hash, len(db.partitions))]
	v, err := db.lookRaw(p, hash, key, from, to)
	if err != nil || v.iter == nil {
		return chunk.Replace(chunk.Replace(nil, v.frozen), v.active), err
	}
	defer func() {
		if e := v.iter.Close(); err == nil && e != nil {
			samples, err = nil, fmt.Errorf("read chunks: %w", e)
		}
	}()
	// Whether the iterator has the frozen part already need not be asked: its
	// samples replace themselves.
	stored, err := readChunks(v.iter, p.number, &rawTier, v.series, from, to, appendRawChunk)
	if err != nil {
		return nil, fmt.Errorf("read chunks: %w", err)
	}
	return chunk.Replace(chunk.Replace(stored, v.frozen), v.active), nil
}

// rawView is what one moment's state of a raw series is made of, as view is.
type rawView struct {
	series         *series
	active, frozen []metric.RawSample
	iter           *pebble.Iterator // nil: Pebble has nothing
}

func (db *DB) lookRaw(p *partition, hash uint64, key []byte, from, to metric.Instant) (v rawView, err error) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	s := p.find(hash, key)
	if s == nil {
		return v, nil
	}
	v.series = s
	v.active = append(v.active, rawWindow(s.deltas[p.active].raw, from, to)...)
	if p.frozen != 0 {
		v.frozen = rawWindow(s.deltas[1-p.active].raw, from, to)
	}
	if s.sealed && from.Floor(metric.Minute) <= s.sealedTo {
		v.iter, err = db.chunks.NewIter(nil)
	}
	return v, err
}

// appendRawChunk appends what the chunk at the iterator has in [from, to).
func appendRawChunk(samples []metric.RawSample, it *pebble.Iterator, from, to metric.Instant) ([]metric.RawSample, error) {
	v, err := it.ValueAndErr()
	if err != nil {
		return nil, err
	}
	n := len(samples)
	if samples, err = chunk.DecodeRaw(samples, v); err != nil {
		return nil, fmt.Errorf("chunk %x: %w", it.Key(), err)
	}
	return append(samples[:n], rawWindow(samples[n:], from, to)...), nil
}
