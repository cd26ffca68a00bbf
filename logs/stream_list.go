package logs

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"skywatch/catalog"
	"skywatch/journal"
)

// StreamListing says which streams of a group are listed, and in what order.
type StreamListing struct {
	GroupName
	Prefix     string
	ByTime     bool // by the time of the last event; by name otherwise
	Descending bool
	// After is the stream behind which to go on. ByTime it is looked up again, so
	// a stream that has grown meanwhile may come twice or not at all.
	After string
	Limit int
}

// Streams lists streams and says whether there are more.
func (s *Service) Streams(l StreamListing) (page []Stream, more bool, err error) {
	if l.ByTime && l.Prefix != "" {
		return nil, false, invalid("orderBy", "Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	if l.ByTime {
		return s.byTime(l)
	}
	rg := catalog.Range{Prefix: l.parts(), Backwards: l.Descending}
	if l.After != "" {
		rg.After = append(l.parts(), l.After)
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		if _, err := getGroup(r, l.GroupName); err != nil {
			return err
		}
		return streams.Scan(r, rg, func(key []string, st Stream) (bool, error) {
			st.StreamName = StreamName{l.GroupName, key[3]}
			if !strings.HasPrefix(st.Stream, l.Prefix) {
				return true, nil
			}
			if more = len(page) == l.Limit; more {
				return false, nil
			}
			err := s.observe(&st)
			page = append(page, st)
			return err == nil, err
		})
	})
	return page, more, err
}

// byTime lists streams by the time of their last events. It looks at each
// stream of the group.
func (s *Service) byTime(l StreamListing) (page []Stream, more bool, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		if _, err := getGroup(r, l.GroupName); err != nil {
			return err
		}
		return eachStream(r, l.GroupName, "", func(st Stream) (bool, error) {
			err := s.observe(&st)
			page = append(page, st)
			return err == nil, err
		})
	})
	if err != nil {
		return nil, false, err
	}
	slices.SortFunc(page, func(a, b Stream) int { return cmp.Or(a.Last.Compare(b.Last), cmp.Compare(a.Stream, b.Stream)) })
	if l.Descending {
		slices.Reverse(page)
	}
	if l.After != "" {
		at := slices.IndexFunc(page, func(st Stream) bool { return st.Stream == l.After })
		if at < 0 { // deleted meanwhile
			return nil, false, badToken()
		}
		page = page[at+1:]
	}
	if more = len(page) > l.Limit; more {
		page = page[:l.Limit]
	}
	return page, more, nil
}

// observe fills in what a stream's events tell.
func (s *Service) observe(st *Stream) error {
	for _, backwards := range []bool{false, true} {
		err := s.Journal.Scan(st.Log, journal.Range{Backwards: backwards}, func(rec journal.Record) (bool, error) {
			if !backwards {
				st.First = rec.Time
				return false, nil
			}
			e, err := readEvent(rec)
			st.Last, st.Ingested = e.Time, e.Ingested
			return false, err
		})
		if err != nil && !errors.Is(err, journal.ErrNoLog) { // deleted since it was found
			return err
		}
	}
	return nil
}
