package streams

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"skywatch/journal"
)

// shard is a shard as memory has it: what waits to be written, and up to where
// it may be read. One caller at a time writes, for all who wait: what is put at
// once shares a sync, and is seen in the order of its sequence numbers only.
type shard struct {
	log string

	mu      sync.Mutex // guards what follows
	waiting []*putting // bounded by the requests under way
	writing bool
	last    place // of the last record that was given a place
	tip     place // behind the last record that is on disk
}

// putting is what one caller puts.
type putting struct {
	records []Record
	// marks are the IDs of deliveries, one for each record; nil: they are none.
	marks  []string
	places []place // the answer, but for deliveries that were taken before
	err    error
	done   chan struct{}
}

// at returns a shard of a stream.
func (s *Service) at(st *Stream, n int) (*shard, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := st.log(n)
	if sh := s.shards[log]; sh != nil {
		return sh, nil
	}
	last, err := s.last(log)
	if errors.Is(err, journal.ErrNoLog) { // deleted since it was found
		return nil, missing(st.Name)
	}
	if err != nil {
		return nil, err
	}
	sh := &shard{log: log, last: last, tip: last.next()}
	s.shards[log] = sh
	return sh, nil
}

// last finds a log's last record; the zero place for an empty one.
func (s *Service) last(log string) (p place, err error) {
	err = s.Journal.Scan(log, journal.Range{From: time.UnixMilli(0), Backwards: true}, func(rec journal.Record) (bool, error) {
		p, err = placeOf(rec.Position)
		return false, err
	})
	return p, err
}

// forget drops what memory has of a stream that was deleted.
func (s *Service) forget(st *Stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, log := range st.logs() {
		delete(s.shards, log)
	}
}

// end is the place behind the last record that may be read.
func (sh *shard) end() place {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return sh.tip
}

// put writes records to a shard and fills in their places.
func (s *Service) put(ctx context.Context, sh *shard, p *putting) error {
	p.done = make(chan struct{})
	sh.mu.Lock()
	sh.waiting = append(sh.waiting, p)
	lead := !sh.writing
	sh.writing = true
	sh.mu.Unlock()
	if lead {
		s.write(context.WithoutCancel(ctx), sh) // also for those who wait
	}
	<-p.done
	return p.err
}

// write writes until nothing waits.
func (s *Service) write(ctx context.Context, sh *shard) {
	for {
		sh.mu.Lock()
		all := sh.waiting
		sh.waiting = nil
		if sh.writing = len(all) > 0; !sh.writing {
			sh.mu.Unlock()
			return
		}
		last := sh.last
		sh.mu.Unlock()
		last, err := s.append(ctx, sh, all, last)
		sh.mu.Lock()
		sh.last = last
		if err == nil {
			sh.tip = last.next()
		}
		sh.mu.Unlock()
		for _, p := range all {
			p.err = err
			close(p.done)
		}
	}
}

// append writes, behind last, what was put, in one durable step, and returns the
// last place then.
func (s *Service) append(ctx context.Context, sh *shard, all []*putting, last place) (place, error) {
	now := s.now().UnixMilli()
	var records []journal.Record
	var bytes, count int
	seen := map[string]bool{}
	for _, p := range all {
		for i := range p.records {
			if p.marks != nil {
				m := mark(p.marks[i])
				if there, err := s.marked(sh.log, m); err != nil || there || seen[m.ID] {
					if err != nil {
						return last, err
					}
					continue
				}
				seen[m.ID] = true
				records = append(records, journal.Record{Position: m})
			}
			if last = last.next(); now > last.millis { // clocks are set back
				last = place{millis: now}
			}
			p.places = append(p.places, last)
			records = append(records, journal.Record{Position: last.position(), Value: p.records[i].value()})
			bytes += len(p.records[i].Data)
			count++
		}
	}
	// With no records it is the sync of those that are there.
	if _, err := s.Journal.Append(ctx, sh.log, records...); err != nil {
		return last, fmt.Errorf("write to shard %s: %w", sh.log, err)
	}
	s.counts.records.Add(int64(count))
	s.counts.bytes.Add(int64(bytes))
	return last, nil
}

// mark is the position of the mark of a delivery that was taken: before all
// records, so that it goes with the next that are too old, and written with the
// delivery's record.
func mark(id string) journal.Position {
	const longest = 1024 // of IDs in the journal
	return journal.Position{Time: time.UnixMilli(-1), ID: id[:min(len(id), longest)]}
}

func (s *Service) marked(log string, m journal.Position) (there bool, err error) {
	err = s.Journal.Scan(log, journal.Range{Since: &m, To: time.UnixMilli(0)}, func(rec journal.Record) (bool, error) {
		there = rec.ID == m.ID
		return false, nil
	})
	return there, err
}
