package tsdb

import (
	"bytes"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"skywatch/metric"
	"skywatch/tsdb/wal"
)

// recover brings memory to the state of the last acknowledged Append: the
// series that Pebble knows, and what the log has beyond what Pebble applied.
// Each partition takes the records above its own mark, which was written in
// one batch with the data: every record counts once, wherever a crash fell.
func (db *DB) recover() error {
	start := db.opts.Now()
	if err := db.loadSeries(); err != nil {
		return err
	}
	if err := db.loadStamps(metric.At(start)); err != nil {
		return fmt.Errorf("load batch ids: %w", err)
	}
	applied := wal.Applied{All: db.partitions[0].applied}
	for _, p := range db.partitions {
		applied.All = min(applied.All, p.applied)
		applied.Any = max(applied.Any, p.applied)
	}
	records := 0
	o := wal.Options{
		FS:           db.opts.FS,
		Dir:          db.opts.FS.PathJoin(db.opts.Dir, logDir),
		SegmentBytes: min(db.opts.SegmentBytes, db.opts.LogBytes/2+1),
	}
	var err error
	db.log, err = wal.Open(o, applied, func(seq uint64, payload []byte) error {
		records++
		return db.replay(seq, payload)
	})
	if err != nil {
		return err
	}
	db.opts.Events.Recovered(Recovery{Series: db.index.Len(), Records: records, Duration: db.opts.Now().Sub(start)})
	return nil
}

// replay applies one record to the partitions that lack it.
func (db *DB) replay(seq uint64, payload []byte) error {
	switch t, err := wal.TypeOf(payload); {
	case err != nil:
		return err
	case t == wal.Delete:
		key, err := wal.DecodeDelete(payload)
		if err != nil {
			return err
		}
		hash := hashOf(key)
		if p := db.partitions[partitionOf(hash, len(db.partitions))]; p.applied < seq {
			db.forget(p, hash, key)
		}
		return nil
	case t == wal.Raw:
		return db.replayRaw(seq, payload)
	case t == wal.Once:
		id, at, rest, err := wal.DecodeOnce(payload)
		if err != nil {
			return err
		}
		db.repeats.restore(stamp{id, at})
		return db.replay(seq, rest)
	}
	return wal.DecodeSamples(payload, func(key []byte, s *metric.Sample) error {
		hash := hashOf(key)
		p := db.partitions[partitionOf(hash, len(db.partitions))]
		if p.applied >= seq {
			return nil
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		series, err := db.seriesOf(p, hash, key)
		if err != nil {
			return err
		}
		db.grow(p.fold(series, s))
		return nil
	})
}

// loadSeries reads each partition's state and series.
func (db *DB) loadSeries() (err error) {
	it, err := db.chunks.NewIter(nil)
	if err != nil {
		return fmt.Errorf("load series: %w", err)
	}
	defer func() {
		if e := it.Close(); err == nil && e != nil {
			err = fmt.Errorf("load series: %w", e)
		}
	}()
	for _, p := range db.partitions {
		if err := db.loadPartition(it, p); err != nil {
			return fmt.Errorf("load series of partition %d: %w", p.number, err)
		}
	}
	return nil
}

func (db *DB) loadPartition(it *pebble.Iterator, p *partition) error {
	key := stateKey(p.number)
	if it.SeekGE(key) && bytes.Equal(it.Key(), key) {
		v, err := it.ValueAndErr()
		if err != nil {
			return err
		}
		st, err := parseState(v)
		if err != nil {
			return err
		}
		p.applied, p.nextID = st.applied, st.nextID
	}
	byID := map[uint64]*series{}
	err := each(it, appendPrefix(nil, p.number, keySeries), func(id uint64, v []byte) error {
		if id >= p.nextID {
			return fmt.Errorf("series %d is above the partition's last", id)
		}
		s := &series{sealed: true, stored: true}
		if err := s.DecodeEntry(id, v); err != nil {
			return err
		}
		s.hash = hashOf([]byte(s.Key))
		if partitionOf(s.hash, len(db.partitions)) != int(p.number) {
			return fmt.Errorf("series %d belongs into another partition", id)
		}
		byID[id] = s
		p.insert(s)
		return nil
	})
	if err != nil {
		return err
	}
	err = each(it, appendPrefix(nil, p.number, keyLast), func(id uint64, v []byte) error {
		s := byID[id]
		if s == nil {
			return fmt.Errorf("series %d has a last datum but no entry", id)
		}
		last, err := parseLast(v)
		s.Touch(last)
		s.sealedTo = last
		return err
	})
	if err != nil {
		return err
	}
	for _, s := range byID {
		db.index.Add(&s.Series)
	}
	return nil
}

// each calls fn for the ids and values under a prefix.
func each(it *pebble.Iterator, prefix []byte, fn func(id uint64, v []byte) error) error {
	for valid := it.SeekGE(prefix); valid && bytes.HasPrefix(it.Key(), prefix); valid = it.Next() {
		id, err := parseSeriesKey(it.Key())
		if err != nil {
			return err
		}
		v, err := it.ValueAndErr()
		if err != nil {
			return err
		}
		if err := fn(id, v); err != nil {
			return err
		}
	}
	return it.Error()
}
