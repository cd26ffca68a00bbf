package tsdb

import (
	"context"
	"errors"

	"skywatch/metric"
	"skywatch/tsdb/wal"
)

// Append makes the samples durable and visible (ingest.Appender). On an error
// none of them is visible; whether they are after a restart is unknown if the
// error came from the disk, as it is after a crash.
//
// While memory is full Append waits for the sealer, under ctx. Once the log
// has taken the batch ctx is no longer looked at.
func (db *DB) Append(ctx context.Context, samples []metric.Sample) error {
	return db.append(ctx, stamp{}, samples)
}

// AppendOnce is Append for a batch that may have been appended before
// (ingest.BatchAppender). Of a batch that was, within repeatWindow, it makes
// nothing durable and reports repeated: it is already. One that is being appended
// at the moment is waited for, under ctx; if that fails this one is appended.
func (db *DB) AppendOnce(ctx context.Context, id metric.BatchID, samples []metric.Sample) (repeated bool, err error) {
	if id == (metric.BatchID{}) || len(samples) == 0 {
		return false, db.Append(ctx, samples)
	}
	now := metric.At(db.opts.Now())
	if repeated, err = db.repeats.begin(ctx, id, now); repeated || err != nil {
		return repeated, err
	}
	defer db.repeats.end(id)
	return false, db.append(ctx, stamp{id, now}, samples)
}

func (db *DB) append(ctx context.Context, from stamp, samples []metric.Sample) error {
	if len(samples) == 0 {
		return nil
	}
	if err := db.admit(ctx); err != nil {
		return err
	}
	b := db.batches.Get().(*batch)
	defer db.batches.Put(b)
	if err := b.fill(from, samples, len(db.partitions)); err != nil {
		return err
	}
	if err := db.logAndFold(ctx, b, samples); err != nil {
		return err
	}
	db.observe(b)
	return nil
}

// logAndFold holds the gate from before the record gets its number until its
// samples are in the head, so that freezing, which takes the gate for itself,
// finds exactly the records up to the log's last.
func (db *DB) logAndFold(ctx context.Context, b *batch, samples []metric.Sample) error {
	db.gate.RLock()
	defer db.gate.RUnlock()
	if db.closed {
		return ErrClosed
	}
	if _, err := db.log.Append(ctx, b.record); err != nil {
		return db.noteLogError(err)
	}
	for i, p := range db.partitions {
		if order := b.of(i); len(order) > 0 {
			if err := db.foldInto(p, b, samples, order); err != nil {
				return err
			}
		}
	}
	// Before the gate opens: a seal that covers the record covers the stamp.
	db.repeats.add(b.stamp)
	db.version.Add(1)
	return nil
}

// noteLogError makes the store read-only if the log is broken.
func (db *DB) noteLogError(err error) error {
	if errors.Is(err, wal.ErrBroken) {
		db.health.refuse(err)
	}
	return err
}

// foldInto folds the samples of one partition under one hold of its lock: a
// reader sees all samples of a batch in a series or none.
func (db *DB) foldInto(p *partition, b *batch, samples []metric.Sample, order []int32) error {
	watching := db.watching.Load() > 0
	grown := 0
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, i := range order {
		s, err := db.seriesOf(p, b.hashes[i], b.keys[i])
		if err != nil {
			return err
		}
		grown += p.fold(s, &samples[i])
		if watching && s.watched {
			b.touch(s, &samples[i])
		}
	}
	db.grow(grown)
	return nil
}

// seriesOf returns the series of a key, made if there is none.
func (db *DB) seriesOf(p *partition, hash uint64, key []byte) (*series, error) {
	if s := p.find(hash, key); s != nil {
		return s, nil
	}
	s, err := p.create(hash, key)
	if err != nil {
		return nil, err
	}
	db.index.Add(&s.Series)
	return s, nil
}

// grow accounts for memory of the head and wakes the keeper when it is time.
func (db *DB) grow(bytes int) {
	if db.headSince.Load() == 0 {
		db.headSince.CompareAndSwap(0, int64(metric.At(db.opts.Now())))
	}
	if db.headBytes.Add(int64(bytes)) > db.opts.HeadBytes {
		db.wakeKeeper()
	}
}

// admit returns when the head has room.
func (db *DB) admit(ctx context.Context) error {
	for {
		if err := db.health.refusal(); err != nil {
			return err
		}
		room := db.room.wait()
		if db.headBytes.Load()+db.frozenBytes.Load() < 2*db.opts.HeadBytes || db.keeper == nil {
			return nil
		}
		db.wakeKeeper()
		select {
		case <-room:
		case <-ctx.Done():
			return ctx.Err()
		case <-db.closing:
			return ErrClosed
		}
	}
}
