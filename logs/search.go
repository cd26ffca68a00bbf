package logs

import (
	"container/heap"
	"encoding/base64"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"time"

	"skywatch/catalog"
	"skywatch/journal"
)

// Search says which events of a group are found: those of the named streams, or
// of those that begin with Prefix, or of all, from From on and up to and with To
// (FilterLogEvents; GetLogEvents reads before it), where these are set, that
// match Pattern.
type Search struct {
	GroupName
	Streams  []string
	Prefix   string
	From, To time.Time
	Pattern  string
	Token    string
	Limit    int // 0: as many as a page takes
}

// Found is an event with its place.
type Found struct {
	Event
	Stream string
	ID     string // unique in the group
}

// Search finds events in order of time, those of all streams together. It may
// find few or none and yet return a token, with which to go on: a call looks at
// a bounded number of bytes.
func (s *Service) Search(q Search) (found []Found, token string, err error) {
	filter, err := ParseFilter(q.Pattern)
	if err != nil {
		return nil, "", err
	}
	if len(q.Streams) > 0 && q.Prefix != "" {
		return nil, "", invalid("logStreamNamePrefix", "logStreamNames and logStreamNamePrefix cannot be used together.") // wording (inferred)
	}
	from, err := readSpot(q.Token)
	if err != nil {
		return nil, "", err
	}
	var in []Stream
	err = s.Catalog.View(func(r catalog.Reader) (err error) {
		in, err = q.streams(r)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	rg := journal.Range{From: q.From}
	if !q.To.IsZero() && q.To.UnixMilli() < math.MaxInt64 {
		rg.To = q.To.Add(time.Millisecond) // times are whole milliseconds
	}
	m, err := s.merge(in, rg, from)
	if err != nil {
		return nil, "", err
	}
	return s.sift(m, filter, pageLimit(q.Limit))
}

// streams are those to be searched, by name.
func (q *Search) streams(r catalog.Reader) (in []Stream, err error) {
	if _, err := getGroup(r, q.GroupName); err != nil {
		return nil, err
	}
	if len(q.Streams) == 0 {
		err = eachStream(r, q.GroupName, "", func(st Stream) (bool, error) {
			if strings.HasPrefix(st.Stream, q.Prefix) {
				in = append(in, st)
			}
			return true, nil
		})
		return in, err
	}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(q.Streams))) {
		_, st, err := getStream(r, StreamName{q.GroupName, name})
		if err != nil {
			return nil, err
		}
		in = append(in, st)
	}
	return in, nil
}

// sift takes events from m until a page is full.
func (s *Service) sift(m *merge, filter *Filter, limit int) (found []Found, token string, err error) {
	bytes, seen := 0, 0
	for len(*m) > 0 {
		c := (*m)[0]
		e := &c.read[0]
		matches := filter.Matches(e.Message)
		if matches {
			bytes += len(e.Message) + eventOverhead
		}
		if len(found) == limit || len(found) > 0 && bytes > maxPageBytes || seen > s.SearchBytes {
			return found, e.spot(c.Stream.Stream).token(), nil
		}
		seen += len(e.Message) + eventOverhead
		if matches {
			found = append(found, Found{e.Event, c.Stream.Stream, eventID(c.Log, journal.Position{Time: e.Time, ID: e.id})})
		}
		if err := c.next(s); err != nil {
			return nil, "", err
		}
		if len(c.read) == 0 {
			heap.Pop(m)
		} else {
			heap.Fix(m, 0)
		}
	}
	return found, "", nil
}

// spot is where a search goes on: with the event that has this time, stream and
// ID, or the one that would come behind it.
type spot struct {
	at     journal.Position
	stream string
}

func (e *pending) spot(stream string) *spot {
	return &spot{journal.Position{Time: e.Time, ID: e.id}, stream}
}

// since is where a search goes on in one of its streams. Events of one time are
// in the order of their streams.
func (p *spot) since(stream string) *journal.Position {
	switch {
	case p == nil:
		return nil
	case stream < p.stream: // done with this millisecond
		return &journal.Position{Time: p.at.Time.Add(time.Millisecond)}
	case stream > p.stream:
		return &journal.Position{Time: p.at.Time}
	}
	return &p.at
}

func (p *spot) token() string {
	b := binary.BigEndian.AppendUint64(nil, uint64(p.at.Time.UnixMilli()))
	b = binary.AppendUvarint(b, uint64(len(p.at.ID)))
	b = append(append(b, p.at.ID...), p.stream...)
	return base64.RawURLEncoding.EncodeToString(b)
}

// readSpot is token's inverse; nil for none.
func readSpot(token string) (*spot, error) {
	if token == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) < 9 {
		return nil, badToken()
	}
	at := journal.Position{Time: time.UnixMilli(int64(binary.BigEndian.Uint64(b))).UTC()}
	length, n := binary.Uvarint(b[8:])
	if n <= 0 || length > uint64(len(b)-8-n) {
		return nil, badToken()
	}
	rest := b[8+n:]
	at.ID = string(rest[:length])
	return &spot{at, string(rest[length:])}, nil
}
