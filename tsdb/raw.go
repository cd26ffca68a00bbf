package tsdb

import (
	"context"
	"errors"
	"fmt"
	"sort"

	"skywatch/metric"
	"skywatch/tsdb/wal"
)

// AppendRaw makes the samples durable and visible as Append does, with the same
// promises. A sample replaces one of the same metric and time.
func (db *DB) AppendRaw(ctx context.Context, all []metric.RawSeries) error {
	if len(all) == 0 {
		return nil
	}
	if err := db.admit(ctx); err != nil {
		return err
	}
	b := &rawBatch{}
	if err := b.fill(all); err != nil {
		return err
	}
	touched, err := db.logAndFoldRaw(ctx, b, all)
	if err != nil {
		return err
	}
	db.observe(touched)
	return nil
}

// rawBatch is the working memory of one AppendRaw.
type rawBatch struct {
	keys   [][]byte
	hashes []uint64
	record []byte
}

// fill refuses what no form on disk can hold.
func (b *rawBatch) fill(all []metric.RawSeries) error {
	for i := range all {
		if !all[i].ID.Raw {
			return errors.New("a series of AppendRaw is not raw")
		}
		for _, s := range all[i].Samples {
			if s.Time > maxTime || s.Time < -maxTime || s.Histogram != nil && len(s.Histogram.Encoded) > metric.MaxHistogram {
				return fmt.Errorf("a sample of series %d has a time or a histogram that cannot be stored", i)
			}
		}
		key := all[i].ID.AppendKey(nil)
		b.keys = append(b.keys, key)
		b.hashes = append(b.hashes, hashOf(key))
	}
	b.record = wal.AppendRaw(nil, b.keys, all)
	return nil
}

// logAndFoldRaw is logAndFold for raw series. It returns the periods of watched
// ones that the samples fell into.
func (db *DB) logAndFoldRaw(ctx context.Context, b *rawBatch, all []metric.RawSeries) (*batch, error) {
	db.gate.RLock()
	defer db.gate.RUnlock()
	if db.closed {
		return nil, ErrClosed
	}
	if _, err := db.log.Append(ctx, b.record); err != nil {
		return nil, db.noteLogError(err)
	}
	touched := &batch{}
	for i := range all {
		if len(all[i].Samples) == 0 {
			continue
		}
		s, err := db.foldRaw(b.hashes[i], b.keys[i], all[i].Samples)
		if err != nil {
			return nil, err
		}
		if s.watched {
			touched.touchRaw(s, all[i].Samples)
		}
	}
	db.version.Add(1)
	return touched, nil
}

// foldRaw adds the samples of one series, all in one moment for readers.
func (db *DB) foldRaw(hash uint64, key []byte, samples []metric.RawSample) (*series, error) {
	p := db.partitions[partitionOf(hash, len(db.partitions))]
	p.mu.Lock()
	defer p.mu.Unlock()
	s, err := db.seriesOf(p, hash, key)
	if err != nil {
		return nil, err
	}
	db.grow(p.foldRaw(s, samples))
	return s, nil
}

// replayRaw applies one record to the partitions that lack it.
func (db *DB) replayRaw(seq uint64, payload []byte) error {
	return wal.DecodeRaw(payload, func(key []byte, samples []metric.RawSample) error {
		hash := hashOf(key)
		if db.partitions[partitionOf(hash, len(db.partitions))].applied >= seq || len(samples) == 0 {
			return nil
		}
		_, err := db.foldRaw(hash, key, samples)
		return err
	})
}

// rawBytes is the size of a sample in memory and the room its slice grows by.
const rawBytes = 36

func sizeOf(s metric.RawSample) int {
	if s.Histogram != nil {
		return rawBytes + len(s.Histogram.Encoded)
	}
	return rawBytes
}

// replace puts a sample into the delta and returns how many bytes that took.
func (d *delta) replace(s metric.RawSample) int {
	n := len(d.raw)
	if n == 0 || d.raw[n-1].Time < s.Time {
		d.raw = append(d.raw, s)
		return sizeOf(s)
	}
	i := sort.Search(n, func(i int) bool { return d.raw[i].Time >= s.Time })
	if d.raw[i].Time == s.Time {
		d.raw[i] = s
		return sizeOf(s) - rawBytes
	}
	d.raw = append(d.raw, metric.RawSample{})
	copy(d.raw[i+1:], d.raw[i:])
	d.raw[i] = s
	return sizeOf(s)
}

// rawWindow returns the samples with times in [from, to).
func rawWindow(all []metric.RawSample, from, to metric.Instant) []metric.RawSample {
	i := sort.Search(len(all), func(i int) bool { return all[i].Time >= from })
	j := sort.Search(len(all), func(j int) bool { return all[j].Time >= to })
	return all[i:max(i, j)]
}
