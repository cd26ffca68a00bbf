package streams

import (
	"errors"
	"time"

	"skywatch/internal/fault"
	"skywatch/journal"
	"skywatch/metric"
)

// A page holds at most so many records and bytes (GetRecords).
const (
	maxPage      = 10_000
	maxPageBytes = 10 << 20
)

// Page is a part of a shard.
type Page struct {
	Stream  Name
	Records []Record
	// Next is the iterator of what follows.
	Next string
	// Behind is how much older than now what follows is; 0: nothing follows.
	Behind time.Duration
}

// Read reads a page of records from an iterator on; limit 0: as many as a page
// takes.
func (s *Service) Read(t metric.Tenant, token string, limit int) (p Page, err error) {
	it, err := readIterator(token)
	if err != nil {
		return p, err
	}
	st, err := s.Stream(Name{t, it.stream})
	if err != nil {
		return p, err
	}
	if it.log.String() != st.Log || int(it.shard) >= st.Shards { // of an earlier stream of this name
		return p, missing(st.Name)
	}
	now := s.now()
	if now.Sub(it.issued) > lifetime {
		f := fault.New(fault.InvalidToken, "Iterator expired. The iterator was created at time %s while right now it is %s which is further in the future than the tolerated delay of %d milliseconds.",
			it.issued.Format(time.UnixDate), now.Format(time.UnixDate), lifetime.Milliseconds())
		f.Subject = ExpiredIterator
		return p, f
	}
	records, next, behind, err := s.page(&st, int(it.shard), it.at, limit)
	return Page{st.Name, records, s.iterate(&st, int(it.shard), next), behind}, err
}

// page reads records of a shard from a place on, and tells the place behind them
// and how old the next one is.
func (s *Service) page(st *Stream, shard int, from place, limit int) (records []Record, next place, behind time.Duration, err error) {
	sh, err := s.at(st, shard)
	if err != nil {
		return nil, from, 0, err
	}
	if limit == 0 {
		limit = maxPage
	}
	since, until, bytes := from.position(), sh.end().position(), 0
	next = from
	rg := journal.Range{Since: &since, Until: &until, From: s.oldest(st)}
	err = s.Journal.Scan(sh.log, rg, func(rec journal.Record) (bool, error) {
		r, at, err := readRecord(shard, rec)
		if err != nil {
			return false, err
		}
		bytes += r.size()
		if len(records) == min(limit, maxPage) || len(records) > 0 && bytes > maxPageBytes {
			behind = max(time.Millisecond, s.now().Sub(r.Arrived))
			return false, nil
		}
		records, next = append(records, r), at.next()
		return true, nil
	})
	if errors.Is(err, journal.ErrNoLog) { // deleted since it was found
		err = missing(st.Name)
	}
	return records, next, behind, err
}
