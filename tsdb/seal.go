package tsdb

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"skywatch/metric"
	"skywatch/tsdb/chunk"
)

// Flush brings everything that memory holds to Pebble, makes that durable and
// cuts the log. Reads and appends go on meanwhile.
func (db *DB) Flush(ctx context.Context) error { return db.seal(ctx) }

// seal moves the head to Pebble in steps that a crash may part anywhere:
// freeze; the ids of batches; one batch per partition, with its mark; flush;
// cut the log.
func (db *DB) seal(ctx context.Context) error {
	db.sealing.Lock()
	defer db.sealing.Unlock()
	if db.stopped() {
		return ErrClosed
	}
	if db.health.dead() {
		return db.health.cause()
	}
	start := db.opts.Now()
	var report Seal
	if err := db.sealFrozen(ctx, &report); err != nil { // what an earlier seal left
		return err
	}
	if db.freeze() {
		if err := db.sealFrozen(ctx, &report); err != nil {
			return err
		}
	}
	if db.flushed {
		db.health.resume()
		return nil
	}
	if err := db.chunks.makeDurable(ctx); err != nil {
		return err
	}
	db.flushed = true
	report.Applied = db.applied()
	if err := db.log.Cut(report.Applied); err != nil {
		return err
	}
	report.Duration = db.opts.Now().Sub(start)
	db.health.resume()
	db.opts.Events.Sealed(report)
	return nil
}

func (db *DB) stopped() bool {
	db.lifetime.RLock()
	defer db.lifetime.RUnlock()
	return db.ended
}

// applied returns the log record up to which every partition is in Pebble.
func (db *DB) applied() uint64 {
	n := db.partitions[0].applied
	for _, p := range db.partitions {
		n = min(n, p.applied)
	}
	return n
}

// freeze makes the head the frozen part, unless there is nothing new. Nothing
// may be frozen. With the gate held no record is between the log and the head.
func (db *DB) freeze() bool {
	db.gate.Lock()
	defer db.gate.Unlock()
	seq := db.log.Last()
	if seq == db.applied() && !db.hasTombs() {
		return false
	}
	for _, p := range db.partitions {
		p.freeze(seq)
	}
	db.frozenBytes.Store(db.headBytes.Swap(0))
	db.headSince.Store(0)
	return true
}

func (db *DB) hasTombs() bool {
	for _, p := range db.partitions {
		if len(p.tombs[p.active]) > 0 {
			return true
		}
	}
	return false
}

// sealFrozen writes the frozen part of each partition and drops it from
// memory.
func (db *DB) sealFrozen(ctx context.Context, report *Seal) error {
	if err := db.sealStamps(); err != nil {
		return fmt.Errorf("seal batch ids: %w", err)
	}
	for _, p := range db.partitions {
		if p.frozen == 0 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		b, err := db.frozenBatch(p, report)
		if err != nil {
			return fmt.Errorf("seal partition %d: %w", p.number, err)
		}
		err = b.Commit(pebble.NoSync)
		if err = errors.Join(err, b.Close()); err != nil {
			return fmt.Errorf("seal partition %d: %w", p.number, err)
		}
		db.flushed = false
		p.thaw()
	}
	db.frozenBytes.Store(0)
	db.room.wake()
	return nil
}

// frozenBatch returns the batch that brings the frozen part of a partition to
// Pebble, its mark included.
func (db *DB) frozenBatch(p *partition, report *Seal) (*pebble.Batch, error) {
	w := chunkWriter{
		chunks:    db.chunks,
		batch:     db.chunks.NewBatch(),
		partition: p,
		report:    report,
		now:       metric.At(db.opts.Now()),
	}
	if err := w.write(); err != nil {
		return nil, errors.Join(err, w.batch.Close())
	}
	return w.batch, nil
}

// chunkWriter fills one batch with the frozen part of one partition.
type chunkWriter struct {
	chunks    *engine
	batch     *pebble.Batch
	partition *partition
	report    *Seal
	now       metric.Instant

	key, value []byte
}

func (w *chunkWriter) write() error {
	p := w.partition
	frozen := 1 - p.active // only the holder of db.sealing changes active
	w.announce(p.dirty[frozen], frozen)
	for _, t := range p.tombs[frozen] {
		if err := w.bury(t); err != nil {
			return err
		}
	}
	for _, s := range p.dirty[frozen] {
		if s.deltas[frozen].empty() {
			continue // forgotten meanwhile
		}
		if err := w.series(s, &s.deltas[frozen]); err != nil {
			return err
		}
	}
	p.mu.RLock()
	st := state{applied: p.frozen, nextID: p.nextID}
	p.mu.RUnlock()
	return w.batch.Set(stateKey(p.number), st.append(nil), nil)
}

// announce tells readers that Pebble may hold something of the series, before
// it does.
func (w *chunkWriter) announce(all []*series, frozen int) {
	w.partition.mu.Lock()
	defer w.partition.mu.Unlock()
	for _, s := range all {
		d := &s.deltas[frozen]
		if minutes := d.minutes; len(minutes) > 0 {
			s.sealed = true
			s.sealedTo = max(s.sealedTo, minutes[len(minutes)-1].Start)
		}
		if len(d.raw) > 0 {
			s.sealed = true
			s.sealedTo = max(s.sealedTo, d.raw[len(d.raw)-1].Time.Floor(metric.Minute))
		}
	}
}

// series writes a series' entry, if Pebble has none, and its delta.
func (w *chunkWriter) series(s *series, d *delta) error {
	w.report.Series++
	p := w.partition.number
	if !s.stored {
		w.key = appendSeriesKey(w.key[:0], p, keySeries, s.ID)
		w.value = s.AppendEntry(w.value[:0])
		if err := w.batch.Set(w.key, w.value, nil); err != nil {
			return err
		}
	}
	w.key = appendSeriesKey(w.key[:0], p, keyLast, s.ID)
	w.value = appendLast(w.value[:0], s.LastDatum())
	if err := w.batch.Set(w.key, w.value, nil); err != nil {
		return err
	}
	if s.Metric.Raw {
		return w.raw(s, d.raw)
	}
	five := chunk.Coarsen(metric.FiveMinute, d.minutes)
	for i, points := range [...][]metric.Datapoint{d.seconds, d.minutes, five, chunk.Coarsen(metric.Hour, five)} {
		if err := w.tier(s, &tiers[i], points); err != nil {
			return err
		}
	}
	return nil
}

// tier writes a series' datapoints of one tier, a merge operand per block.
// Buckets beyond their retention are left out.
func (w *chunkWriter) tier(s *series, t *tier, points []metric.Datapoint) error {
	kept := t.firstKept(w.now)
	for len(points) > 0 {
		start := points[0].Start
		block := window(points, start, t.blockStart(start)+metric.Instant(t.block.Milliseconds()))
		points = points[len(block):]
		if t.bucketOf(start) < kept {
			continue
		}
		w.key = appendChunkKey(w.key[:0], w.partition.number, t, s.Class, s.ID, start)
		w.value = chunk.Append(w.value[:0], t.period, block)
		if err := w.batch.Merge(w.key, w.value, nil); err != nil {
			return err
		}
		w.report.Chunks++
		w.report.Bytes += int64(len(w.value))
	}
	return nil
}

// bury removes a series from Pebble.
func (w *chunkWriter) bury(t tomb) error {
	if t.chunks {
		if err := w.removeChunks(t); err != nil {
			return err
		}
	}
	for _, code := range []byte{keySeries, keyLast} {
		w.key = appendSeriesKey(w.key[:0], w.partition.number, code, t.id)
		if err := w.batch.Delete(w.key, nil); err != nil {
			return err
		}
	}
	return nil
}

// removeChunks removes all chunks of a series, in every bucket that exists.
func (w *chunkWriter) removeChunks(t tomb) (err error) {
	it, err := w.chunks.NewIter(nil)
	if err != nil {
		return err
	}
	defer func() {
		if e := it.Close(); err == nil {
			err = e
		}
	}()
	p := w.partition.number
	for _, tier := range allTiers {
		if err := eachBucket(it, p, tier, func(bucket int32) (bool, error) {
			return true, w.batch.DeleteRange(
				appendSpanKey(nil, p, tier, t.class, bucket, t.id),
				appendSpanKey(nil, p, tier, t.class, bucket, t.id+1), nil)
		}); err != nil {
			return err
		}
	}
	return nil
}
