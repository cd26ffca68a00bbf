package alarms

import (
	"slices"
	"strings"

	"skywatch/catalog"
	"skywatch/metric"
)

// Types are the types of alarms, as AWS calls them, that are asked for; none:
// metric alarms, which are all but composite ones.
type Types struct{ Metric, Composite bool }

func (t Types) has(composite bool) bool {
	if composite {
		return t.Composite
	}
	return t.Metric || !t.Composite
}

// Description asks for alarms, by name.
type Description struct {
	Names        []string // any of these; nil: all
	Types        Types
	Prefix       string // of the name
	State        State  // empty: any
	ActionPrefix string // of any of its actions' ARNs
	Max          int    // per page; zero: 50
	Token        string // the last page's
}

// defaultPage is how many alarms a page has unless asked otherwise (inferred).
const defaultPage = 50

// Describe returns a page of the alarms asked for, in the order of their names,
// and the token of the next page, empty after the last one.
func (s *Service) Describe(t metric.Tenant, q Description) (page []*Alarm, next string, err error) {
	if len(q.Names) > 0 && q.Prefix != "" {
		return nil, "", invalid("AlarmNames and AlarmNamePrefix may not be given together") // wording (inferred)
	}
	after, err := openToken(q.binding(t), q.Token)
	if err != nil {
		return nil, "", err
	}
	limit := q.Max
	if limit == 0 {
		limit = defaultPage
	}
	err = s.opts.Catalog.View(func(r catalog.Reader) error {
		return q.visit(r, t, after, func(a *Alarm) (bool, error) {
			if !q.match(a) {
				return !q.beyond(a.Name), nil
			}
			if len(page) == limit {
				next = sealToken(q.binding(t), page[limit-1].Name)
				return false, nil
			}
			page = append(page, a)
			return true, nil
		})
	})
	return page, next, err
}

// binding is what a paging token belongs to.
func (q Description) binding(t metric.Tenant) any {
	q.Token, q.Max = "", 0
	return []any{"DescribeAlarms", t, q}
}

// visit calls fn for the alarms that may match, by name, after the given one.
func (q *Description) visit(r catalog.Reader, t metric.Tenant, after string, fn func(*Alarm) (bool, error)) error {
	if len(q.Names) > 0 {
		for _, name := range slices.Compact(slices.Sorted(slices.Values(q.Names))) {
			if after != "" && name <= after {
				continue
			}
			a, ok, err := load(r, Key{t, name})
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if more, err := fn(a); err != nil || !more {
				return err
			}
		}
		return nil
	}
	var from []string
	if after != "" {
		from = Key{t, after}.parts()
	}
	return scan(r, []string{t.Account, t.Region}, from, fn)
}

// beyond reports whether no name from here on has the prefix.
func (q *Description) beyond(name string) bool {
	return name > q.Prefix && !strings.HasPrefix(name, q.Prefix)
}

func (q *Description) match(a *Alarm) bool {
	return q.Types.has(a.Kind() == OnChildren) && strings.HasPrefix(a.Name, q.Prefix) && (q.State == "" || a.Value == q.State) && q.matchAction(a)
}

func (q *Description) matchAction(a *Alarm) bool {
	if q.ActionPrefix == "" {
		return true
	}
	return slices.ContainsFunc(slices.Concat(a.OKActions, a.AlarmActions, a.InsufficientDataActions),
		func(arn string) bool { return strings.HasPrefix(arn, q.ActionPrefix) })
}

// Watching asks for the alarms on one metric.
type Watching struct {
	Metric            metric.ID // in any order of the dimensions; all of them
	Statistic         string    // the rest: empty or zero is any
	ExtendedStatistic string
	Period            metric.Period
	Unit              string
}

// DescribeForMetric returns the alarms on one metric, by name.
func (s *Service) DescribeForMetric(q Watching) (found []*Alarm, err error) {
	id := q.Metric
	id.Dimensions = slices.Clone(id.Dimensions)
	id.Normalize()
	prefix := []string{id.Account, id.Region, string(id.AppendKey(nil))}
	err = s.opts.Catalog.View(func(r catalog.Reader) error {
		return byMetric.Scan(r, catalog.Range{Prefix: prefix}, func(key []string, _ struct{}) (bool, error) {
			a, ok, err := load(r, Key{id.Tenant, key[3]})
			if err != nil || !ok {
				return err == nil, err
			}
			if q.match(a) {
				found = append(found, a)
			}
			return true, nil
		})
	})
	return found, err
}

func (q *Watching) match(a *Alarm) bool {
	return (q.Statistic == "" || q.Statistic == a.Statistic) &&
		(q.ExtendedStatistic == "" || q.ExtendedStatistic == a.ExtendedStatistic) &&
		(q.Period == 0 || q.Period == a.Period) &&
		(q.Unit == "" || q.Unit == a.Unit)
}
