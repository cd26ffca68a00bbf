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

// logTargets lists what has entries. It visits one record per target.
func (e *Engine) logTargets() (out []logTarget, err error) {
	err = e.Catalog.View(func(r catalog.Reader) error {
		out, err = targetsIn(r, nil)
		return err
	})
	return out, err
}

// targetsIn lists the targets that have entries under a prefix of keys.
func targetsIn(r catalog.Reader, prefix []string) (out []logTarget, err error) {
	rg := catalog.Range{Prefix: prefix}
	for more := true; more && err == nil; {
		more = false
		err = logged.ScanKeys(r, rg, func(key []string) (bool, error) {
			out = append(out, logTarget{key[0], key[1]})
			rg.After, more = key[:2], true
			return false, nil
		})
	}
	return out, err
}

// trim removes the entries of a target that are too old or too many.
func (e *Engine) trim(ctx context.Context, t logTarget) error {
	var cut []string // this entry and those before it go
	err := e.Catalog.View(func(r catalog.Reader) (err error) {
		cut, err = e.surplus(r, t)
		return err
	})
	for more := true; more && cut != nil && err == nil; {
		err = e.Catalog.Update(ctx, func(tx *catalog.Tx) error {
			if more, err = forgetLost(tx, t, cut); err != nil || more {
				return err
			}
			if err := logged.Delete(tx, cut...); err != nil {
				return err
			}
			return logged.DeleteAll(tx, catalog.Range{Prefix: cut[:2], After: cut, Backwards: true})
		})
	}
	return err
}

// surplus returns the key of the latest entry that is to go, nil for none.
func (e *Engine) surplus(r catalog.Reader, t logTarget) (cut []string, err error) {
	oldest := catalog.TimePart(e.now().Add(-e.KeepLog))
	rg := catalog.Range{Prefix: []string{t.account, t.target}, Backwards: true}
	n, bytes := 0, 0
	err = logged.ScanKeys(r, rg, func(key []string) (bool, error) {
		if n++; n > e.LogPerTarget || key[2] < oldest {
			cut = key
		}
		return cut == nil, nil
	})
	if err != nil {
		return nil, err
	}
	err = lostOf.Scan(r, rg, func(key []string, k kept) (bool, error) {
		if bytes += k.Bytes; bytes > logBytesPerTarget && (cut == nil || key[2] > cut[2]) {
			cut = key
			return false, nil
		}
		return true, nil
	})
	return cut, err
}

// forgetLost removes what is kept with the entries up to cut, some of it at a
// time; more says that there is more.
func forgetLost(tx *catalog.Tx, t logTarget, cut []string) (more bool, err error) {
	var over [][]string
	err = lostOf.ScanKeys(tx, catalog.Range{Prefix: []string{t.account, t.target}}, func(key []string) (bool, error) {
		if key[2] > cut[2] || key[2] == cut[2] && key[3] > cut[3] {
			return false, nil
		}
		over = append(over, key)
		return len(over) < cleanBatch, nil
	})
	for i := 0; i < len(over) && err == nil; i++ {
		err = forget(tx, over[i])
	}
	return len(over) == cleanBatch, err
}

// forget removes what is kept of a delivery that was given up, by the key of
// its entry, unless it was given up again since.
func forget(tx *catalog.Tx, key []string) error {
	account, target, at, id := key[0], key[1], key[2], key[3]
	l, ok, err := lost.Get(tx, account, id, target)
	if err != nil {
		return err
	}
	if ok && catalog.TimePart(l.Ended) == at {
		if err := lost.Delete(tx, account, id, target); err != nil {
			return err
		}
	}
	return lostOf.Delete(tx, key...)
}
