package tsdb

import (
	"bytes"
	"context"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"skywatch/metric"
	"skywatch/tsdb/index"
	"skywatch/tsdb/wal"
)

// Retain removes what is beyond its retention at now: whole buckets of chunks,
// and the series without a datum for as long as the coarsest tier is kept (a
// metric vanishes 15 months after its last point, cloudwatch.md 3.6). A datum
// is thus kept for its tier's retention and up to a bucket's width longer.
//
// A removal that a crash undoes is done again by the next run.
func (db *DB) Retain(now metric.Instant) error {
	db.sealing.Lock()
	defer db.sealing.Unlock()
	if db.stopped() {
		return ErrClosed
	}
	var report Removal
	for _, p := range db.partitions {
		n, err := db.dropBuckets(p.number, now)
		if err != nil {
			return fmt.Errorf("retain partition %d: %w", p.number, err)
		}
		report.Buckets += n
	}
	report.Series = db.dropSeries(now.Add(-metric.Hour.Retention()))
	db.opts.Events.Retained(report)
	return nil
}

// dropBuckets writes one range delete for each bucket that is not kept.
func (db *DB) dropBuckets(partition uint16, now metric.Instant) (n int, err error) {
	it, err := db.chunks.NewIter(nil)
	if err != nil {
		return 0, err
	}
	b := db.chunks.NewBatch()
	defer func() {
		for _, e := range []error{it.Close(), b.Close()} {
			if err == nil {
				err = e
			}
		}
	}()
	for _, t := range allTiers {
		if err := eachBucket(it, partition, t, func(bucket int32) (bool, error) {
			if bucket >= t.firstKept(now) {
				return false, nil
			}
			n++
			return true, b.DeleteRange(
				appendBucketKey(nil, partition, t, classStandard, bucket),
				appendBucketKey(nil, partition, t, classStandard, bucket+1), nil)
		}); err != nil {
			return n, err
		}
	}
	if n == 0 {
		return 0, nil
	}
	db.flushed = false
	return n, b.Commit(pebble.NoSync)
}

// eachBucket calls fn for the buckets that exist, oldest first, until it
// returns false.
func eachBucket(it *pebble.Iterator, partition uint16, t *tier, fn func(bucket int32) (bool, error)) error {
	table := append(appendPrefix(nil, partition, t.code), classStandard)
	for valid := it.SeekGE(table); valid && bytes.HasPrefix(it.Key(), table); {
		at, err := parseChunkKey(it.Key())
		if err != nil {
			return err
		}
		if more, err := fn(at.bucket); err != nil || !more {
			return err
		}
		valid = it.SeekGE(appendBucketKey(nil, partition, t, classStandard, at.bucket+1))
	}
	return it.Error()
}

// dropSeries forgets the series whose last datum is before then and returns
// how many they were.
func (db *DB) dropSeries(then metric.Instant) int {
	var gone []*index.Series
	for _, p := range db.partitions {
		for _, s := range p.dropBefore(then) {
			gone = append(gone, &s.Series)
		}
	}
	if len(gone) > 0 {
		db.index.Remove(gone)
	}
	return len(gone)
}

// dropBefore forgets the series of one partition.
func (p *partition) dropBefore(then metric.Instant) []*series {
	p.mu.Lock()
	defer p.mu.Unlock()
	var gone []*series
	for _, s := range p.series {
		for ; s != nil; s = s.next {
			if s.LastDatum() < then && s.deltas[0].empty() && s.deltas[1].empty() {
				gone = append(gone, s)
			}
		}
	}
	for _, s := range gone {
		p.forget(s, false)
	}
	return gone
}

// DeleteMetric removes all data of a metric, for good and at once. An unknown
// metric is no error.
func (db *DB) DeleteMetric(ctx context.Context, id metric.ID) error {
	if err := db.health.refusal(); err != nil {
		return err
	}
	key := id.AppendKey(nil)
	hash := hashOf(key)
	p := db.partitions[partitionOf(hash, len(db.partitions))]
	db.sealing.Lock()
	defer db.sealing.Unlock()
	db.gate.Lock() // the deletion has its place between all appends
	defer db.gate.Unlock()
	if db.closed {
		return ErrClosed
	}
	if _, err := db.log.Append(ctx, wal.AppendDelete(nil, key)); err != nil {
		return db.noteLogError(err)
	}
	db.forget(p, hash, key)
	db.version.Add(1)
	return nil
}

// forget removes a series, if there is one, from memory and the index, and
// buries it with the next seal.
func (db *DB) forget(p *partition, hash uint64, key []byte) {
	p.mu.Lock()
	s := p.find(hash, key)
	if s != nil {
		p.forget(s, true)
	}
	p.mu.Unlock()
	if s != nil {
		db.index.Remove([]*index.Series{&s.Series})
	}
}
