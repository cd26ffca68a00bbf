package tsdb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"skywatch/metric"
)

// keeper is the background owner: it seals when it is time and runs retention.
type keeper struct {
	wake   chan struct{}
	cancel context.CancelFunc
	done   chan struct{}
}

// retainEvery is how often retention runs. The narrowest bucket is an hour.
const retainEvery = time.Hour

func (db *DB) startKeeper() {
	ctx, cancel := context.WithCancel(context.Background())
	k := &keeper{wake: make(chan struct{}, 1), cancel: cancel, done: make(chan struct{})}
	db.keeper = k
	db.health.setFull(db.diskFull())
	go func() {
		defer close(k.done)
		db.keep(ctx, k.wake)
	}()
}

func (db *DB) stopKeeper() {
	if db.keeper != nil {
		db.keeper.cancel()
		<-db.keeper.done
	}
}

func (db *DB) wakeKeeper() {
	if db.keeper == nil {
		return
	}
	select {
	case db.keeper.wake <- struct{}{}:
	default:
	}
}

func (db *DB) keep(ctx context.Context, wake <-chan struct{}) {
	tick := time.NewTicker(db.opts.Tick)
	defer tick.Stop()
	var retained time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-tick.C:
		}
		db.health.setFull(db.diskFull())
		if db.sealDue() {
			db.note(db.seal(ctx))
		}
		if now := db.opts.Now(); now.Sub(retained) >= retainEvery || now.Before(retained) {
			retained = now
			db.note(db.Retain(metric.At(now)))
		}
	}
}

// note suspends appends after a failure: what memory holds cannot leave it.
func (db *DB) note(err error) {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, ErrClosed) {
		return
	}
	db.opts.Events.Failed(err)
	db.health.suspend(err)
}

// diskFull returns an error when there is too little space on the disk. A file
// system that cannot tell has enough.
func (db *DB) diskFull() error {
	if db.opts.MinFreeBytes < 0 {
		return nil
	}
	u, err := db.opts.FS.GetDiskUsage(db.opts.Dir)
	if err == nil && u.AvailBytes < uint64(db.opts.MinFreeBytes) {
		return fmt.Errorf("the disk has %d bytes left, less than %d", u.AvailBytes, db.opts.MinFreeBytes)
	}
	return nil
}

func (db *DB) sealDue() bool {
	since := db.headSince.Load()
	return db.headBytes.Load() > db.opts.HeadBytes ||
		since != 0 && db.log.Bytes() > db.opts.LogBytes ||
		since != 0 && db.opts.Now().Sub(metric.Instant(since).Time()) >= db.opts.SealAge ||
		db.health.isSuspended()
}
