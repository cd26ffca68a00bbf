package tsdb

import (
	"context"
	"sync"
	"sync/atomic"

	"skywatch/tsdb/index"
	"skywatch/tsdb/wal"
)

// deletersAtOnce share the log's syncs.
const deletersAtOnce = 64

// DeleteAccount removes all data of an account, in all its regions, for good and at
// once, and returns how many metrics there were. After an error some may be left.
func (db *DB) DeleteAccount(ctx context.Context, account string) (int, error) {
	if err := db.health.refusal(); err != nil {
		return 0, err
	}
	db.sealing.Lock()
	defer db.sealing.Unlock()
	db.gate.Lock() // as in DeleteMetric
	defer db.gate.Unlock()
	if db.closed {
		return 0, ErrClosed
	}
	type doomed struct {
		of   *partition
		hash uint64
		key  []byte
	}
	var all []doomed
	for _, p := range db.partitions {
		for _, s := range p.ofAccount(account) {
			all = append(all, doomed{p, s.hash, []byte(s.Key)})
		}
	}
	errs := make([]error, len(all))
	var workers sync.WaitGroup
	var next atomic.Int64
	for range min(deletersAtOnce, len(all)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(all)); i = next.Add(1) - 1 {
				_, errs[i] = db.log.Append(ctx, wal.AppendDelete(nil, all[i].key))
			}
		})
	}
	workers.Wait()
	var gone []*index.Series
	var err error
	for i, d := range all {
		if errs[i] != nil {
			err = db.noteLogError(errs[i])
			continue
		}
		d.of.mu.Lock()
		if s := d.of.find(d.hash, d.key); s != nil {
			d.of.forget(s, true)
			gone = append(gone, &s.Series)
		}
		d.of.mu.Unlock()
	}
	db.index.Remove(gone)
	db.version.Add(1)
	return len(gone), err
}

// ofAccount lists the series of an account.
func (p *partition) ofAccount(account string) (all []*series) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, s := range p.series {
		for ; s != nil; s = s.next {
			if s.Metric.Account == account {
				all = append(all, s)
			}
		}
	}
	return all
}
