package alarms

import (
	"slices"

	"skywatch/catalog"
	"skywatch/metric"
)

// Relatives asks for the alarms that a composite alarm's rule names, or for the
// composite alarms whose rules name an alarm. Its suppressor is no relative.
type Relatives struct {
	Of      string
	Parents bool
	Max     int    // per page; zero: 50
	Token   string // the last page's
}

// Relatives returns a page of the alarms asked for, in the order of their names,
// and the token of the next page. An alarm that does not exist has none.
func (s *Service) Relatives(t metric.Tenant, q Relatives) (page []*Alarm, next string, err error) {
	binding := []any{"Relatives", t, q.Of, q.Parents}
	after, err := openToken(binding, q.Token)
	if err != nil {
		return nil, "", err
	}
	limit := q.Max
	if limit == 0 {
		limit = defaultPage
	}
	err = s.opts.Catalog.View(func(r catalog.Reader) error {
		names, err := q.names(r, t)
		if err != nil {
			return err
		}
		names = slices.DeleteFunc(names, func(name string) bool { return name <= after })
		if len(names) > limit {
			names = names[:limit]
			next = sealToken(binding, names[limit-1])
		}
		return each(r, t, names, func(a *Alarm) error {
			page = append(page, a)
			return nil
		})
	})
	return page, next, err
}

// names returns all of them in order: they are bounded by what a rule may name
// and by how many rules may name an alarm.
func (q *Relatives) names(r catalog.Reader, t metric.Tenant) (names []string, err error) {
	k := Key{t, q.Of}
	if q.Parents {
		err := eachDependent(r, k, func(parent Key, d dependence) (bool, error) {
			if d.Child {
				names = append(names, parent.Name)
			}
			return true, nil
		})
		return names, err
	}
	a, ok, err := load(r, k)
	if err != nil || !ok || a.Kind() != OnChildren {
		return nil, err
	}
	read, err := a.Composite.ruleOf(t)
	if err != nil {
		return nil, err
	}
	names = read.Refs()
	slices.Sort(names)
	return names, nil
}
