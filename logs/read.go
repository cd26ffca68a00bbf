package logs

import (
	"errors"
	"slices"
	"time"

	"skywatch/catalog"
	"skywatch/journal"
)

// maxPage and maxPageBytes bound a page (GetLogEvents: 1 MB, 10,000 events).
const (
	maxPage      = 10_000
	maxPageBytes = 1 << 20
)

// Reading says which events of a stream are read: those from From on and before
// To, where these are set; a page of them, from Token or from one end.
type Reading struct {
	StreamName
	From, To time.Time
	Token    string
	// Head begins with the oldest events where there is no token; otherwise the
	// newest come first. A page is always in order of time.
	Head  bool
	Limit int // 0: as many as a page takes
}

// Page is a part of a stream, with the tokens that lead on from its two ends.
type Page struct {
	Events            []Event
	Forward, Backward string
}

// Events reads a page of a stream.
func (s *Service) Events(q Reading) (p Page, err error) {
	rg := journal.Range{From: q.From, To: q.To, Backwards: !q.Head}
	at := place{Time: time.UnixMilli(0).UTC()} // for an empty page
	if !q.From.IsZero() {
		at.Time = q.From
	}
	if q.Token != "" {
		direction, given, err := readPlace(q.Token)
		if err != nil {
			return p, err
		}
		at = given
		if rg.Backwards = direction == backwards; rg.Backwards {
			rg.Until = &given
		} else {
			rg.Since = &given
		}
	}
	var st Stream
	err = s.Catalog.View(func(r catalog.Reader) (err error) {
		_, st, err = getStream(r, q.StreamName)
		return err
	})
	if err != nil {
		return p, err
	}
	var first, last place
	p.Events, first, last, err = s.page(st.Log, rg, q.Limit, at)
	p.Forward, p.Backward = writePlace(forwards, last), writePlace(backwards, first)
	return p, err
}

// page reads events of a log until a page is full, and tells the places before
// and behind it; both are at for an empty one.
func (s *Service) page(log string, rg journal.Range, limit int, at place) (events []Event, first, last place, err error) {
	first, last = at, at
	limit = pageLimit(limit)
	bytes := 0
	err = s.Journal.Scan(log, rg, func(rec journal.Record) (bool, error) {
		e, err := readEvent(rec)
		if err != nil {
			return false, err
		}
		bytes += len(e.Message) + eventOverhead
		if len(events) == limit || len(events) > 0 && bytes > maxPageBytes {
			return false, nil
		}
		if len(events) == 0 || rg.Backwards {
			first = rec.Position
		}
		if len(events) == 0 || !rg.Backwards {
			last = behind(rec.Position)
		}
		events = append(events, e)
		return true, nil
	})
	if errors.Is(err, journal.ErrNoLog) { // deleted since it was found
		err = noStream()
	}
	if rg.Backwards {
		slices.Reverse(events)
	}
	return events, first, last, err
}

// pageLimit is how many events a page holds at most.
func pageLimit(asked int) int {
	if asked == 0 {
		return maxPage
	}
	return min(asked, maxPage)
}
