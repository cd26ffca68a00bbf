package alarms

import (
	"strings"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// HistoryQuery asks for items of the history of alarms.
type HistoryQuery struct {
	AlarmName string // empty: all alarms
	Types     Types
	// Contributor is the id of one; empty: none in particular.
	Contributor string
	// Type is that of the items; empty: all, but those about contributors only if
	// Contributor says so [T].
	Type      HistoryType
	Start     *metric.Instant // inclusive
	End       *metric.Instant // inclusive (inferred)
	Ascending bool            // oldest first
	Max       int             // per page; zero: 100
	Token     string          // the last page's
}

// defaultHistoryPage is how many items a page has unless asked otherwise
// (inferred).
const defaultHistoryPage = 100

// History returns a page of the items asked for and the token of the next page,
// empty after the last one.
func (s *Service) History(t metric.Tenant, q HistoryQuery) (page []HistoryItem, next string, err error) {
	at, err := openToken(q.binding(t), q.Token)
	if err != nil {
		return nil, "", err
	}
	limit := q.Max
	if limit == 0 {
		limit = defaultHistoryPage
	}
	err = s.opts.Catalog.View(func(r catalog.Reader) error {
		var last string
		return q.visit(r, t, at, func(position string, it HistoryItem) (bool, error) {
			if len(page) == limit {
				next = sealToken(q.binding(t), last)
				return false, nil
			}
			page, last = append(page, it), position
			return true, nil
		})
	})
	return page, next, err
}

func (q HistoryQuery) binding(t metric.Tenant) any {
	q.Token, q.Max = "", 0
	return []any{"DescribeAlarmHistory", t, q}
}

// visit calls fn for the items that match, in order, after the position given,
// with the position of each: its time and sequence number.
func (q *HistoryQuery) visit(r catalog.Reader, t metric.Tenant, after string, fn func(string, HistoryItem) (bool, error)) error {
	prefix := []string{t.Account, t.Region}
	if q.AlarmName != "" {
		prefix = append(prefix, q.AlarmName)
	}
	rg := catalog.Range{Prefix: prefix, Backwards: !q.Ascending, After: q.begin(prefix)}
	if after != "" {
		at, seq, ok := strings.Cut(after, " ")
		if !ok {
			return fault.New(fault.InvalidToken, "Invalid NextToken : %s", q.Token).On("NextToken")
		}
		rg.After = append(append([]string(nil), prefix...), at, seq)
	}
	each := func(key []string, it HistoryItem) (bool, error) {
		at, seq := key[len(key)-2], key[len(key)-1]
		if q.beyond(it.At) {
			return false, nil
		}
		if q.before(it.At) || !q.match(&it) {
			return true, nil
		}
		return fn(at+" "+seq, it)
	}
	if q.AlarmName == "" {
		return historyItems.Scan(r, rg, each)
	}
	return historyByAlarm.Scan(r, rg, func(key []string, _ struct{}) (bool, error) {
		it, ok, err := historyItems.Get(r, t.Account, t.Region, key[3], key[4])
		if err != nil || !ok {
			return err == nil, err
		}
		return each(key, it)
	})
}

func (q *HistoryQuery) match(it *HistoryItem) bool {
	switch {
	case !q.Types.has(it.Composite), q.Contributor != "" && it.ContributorID != q.Contributor:
		return false
	case q.Type != "":
		return it.Type == q.Type
	}
	return q.Contributor != "" || it.ContributorID == ""
}

// begin returns the key behind which the scan begins, nil for the end of the
// history.
func (q *HistoryQuery) begin(prefix []string) []string {
	switch {
	case q.Ascending && q.Start != nil:
		return append(append([]string(nil), prefix...), catalog.TimePart(q.Start.Add(-1e6).Time()))
	case !q.Ascending && q.End != nil:
		return append(append([]string(nil), prefix...), catalog.TimePart(q.End.Add(1e6).Time()))
	}
	return nil
}

// before reports whether the scan has not reached the range yet, beyond whether
// it has left it.
func (q *HistoryQuery) before(at metric.Instant) bool {
	if q.Ascending {
		return q.Start != nil && at < *q.Start
	}
	return q.End != nil && at > *q.End
}

func (q *HistoryQuery) beyond(at metric.Instant) bool {
	if q.Ascending {
		return q.End != nil && at > *q.End
	}
	return q.Start != nil && at < *q.Start
}
