package targets

import (
	"context"
	"time"

	"skywatch/catalog"
)

// The bounds of the log, and the rhythm of keeping them.
const (
	defaultKeepLog      = 7 * 24 * time.Hour
	defaultLogPerTarget = 1000
	// logBytesPerTarget bounds the messages that are kept for a redrive.
	logBytesPerTarget = 64 << 20

	cleanEvery    = time.Minute // the targets that had many deliveries
	cleanAllEvery = time.Hour
	cleanBatch    = 500 // entries removed in one transaction
)

// clean keeps the log within its bounds until ctx ends. Between its rounds a
// target's part may grow past its number. The rhythm is the machine's, also
// under a Clock that is moved by hand: no delivery depends on it.
func (e *Engine) clean(ctx context.Context) {
	tick := time.NewTicker(cleanEvery)
	defer tick.Stop()
	var all time.Time
	for ctx.Err() == nil {
		targets, err := e.log.grown(max(1, e.LogPerTarget/4)), error(nil)
		if now := e.now(); now.Sub(all) >= cleanAllEvery || now.Before(all) {
			all = now
			e.log.grown(0)
			targets, err = e.logTargets()
		}
		for _, t := range targets {
			if err == nil && ctx.Err() == nil {
				err = e.trim(ctx, t)
			}
		}
		if err != nil && ctx.Err() == nil {
			e.Logger.Error("delivery log cannot be cleaned", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// logTargets lists whatever has entries. It visits one record per target.
func (e *Engine) logTargets() (out []logTarget, err error) {
	err = e.Catalog.View(func(r catalog.Reader) error {
		var rg catalog.Range
		for more := true; more; {
			more = false
			err := loggedOf.Scan(r, rg, func(key []string, _ kept) (bool, error) {
				out = append(out, logTarget{key[0], key[1]})
				rg.After, more = key[:2], true
				return false, nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// trim removes the entries of a target that are too old or too many.
func (e *Engine) trim(ctx context.Context, t logTarget) error {
	oldest := catalog.TimePart(e.now().Add(-e.KeepLog))
	var over [][]string
	n, bytes := 0, 0
	err := e.Catalog.View(func(r catalog.Reader) error {
		rg := catalog.Range{Prefix: []string{t.account, t.target}, Backwards: true}
		return loggedOf.Scan(r, rg, func(key []string, k kept) (bool, error) {
			n++
			bytes += k.Bytes
			if n > e.LogPerTarget || bytes > logBytesPerTarget || key[2] < oldest {
				over = append(over, key)
			}
			return true, nil
		})
	})
	for len(over) > 0 && err == nil {
		some := over[:min(cleanBatch, len(over))]
		over = over[len(some):]
		err = e.Catalog.Update(ctx, func(tx *catalog.Tx) error {
			for _, key := range some {
				if err := forget(tx, key[0], key[1], key[2], key[3]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return err
}

// forget removes an entry and what is kept with it.
func forget(tx *catalog.Tx, account, target, at, id string) error {
	l, ok, err := lost.Get(tx, account, id, target)
	if err != nil {
		return err
	}
	if ok && catalog.TimePart(l.Ended) == at { // not that of a later end
		if err := lost.Delete(tx, account, id, target); err != nil {
			return err
		}
	}
	if err := logged.Delete(tx, account, at, id, target); err != nil {
		return err
	}
	return loggedOf.Delete(tx, account, target, at, id)
}
