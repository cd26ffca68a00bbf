package archives

import (
	"strings"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// Listing says which archives or replays are listed: those that pass the one
// filter that is set, or all.
type Listing struct {
	metric.Tenant
	Prefix string // of the name
	Source string // the ARN of the bus, or of a replay's archive
	State  string
	After  string // a name
	Limit  int
}

func (l *Listing) check(operation string) error {
	set := 0
	for _, f := range [...]string{l.Prefix, l.Source, l.State} {
		if f != "" {
			set++
		}
	}
	if set > 1 {
		return fault.New(fault.Validation, "At most one filter is allowed for %s. Use either : State, EventSourceArn, or NamePrefix.", operation)
	}
	return nil
}

func (l *Listing) takes(name, source, state string) bool {
	return strings.HasPrefix(name, l.Prefix) && (l.Source == "" || l.Source == source) && (l.State == "" || l.State == state)
}

func (l *Listing) scope() catalog.Range {
	rg := catalog.Range{Prefix: []string{l.Account, l.Region}}
	if l.After != "" {
		rg.After = []string{l.Account, l.Region, l.After}
	}
	return rg
}

// Archives lists archives by name and says whether there are more.
func (s *Service) Archives(l Listing) (page []Archive, more bool, err error) {
	if err := l.check("ListArchives"); err != nil {
		return nil, false, err
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		return archives.Scan(r, l.scope(), func(key []string, a Archive) (bool, error) {
			a.Name = nameOf(key)
			if err := s.observe(r, &a); err != nil || !l.takes(a.Name.Name, a.Bus.ARN(), string(a.State)) {
				return err == nil, err
			}
			if more = len(page) == l.Limit; !more {
				page = append(page, a)
			}
			return !more, nil
		})
	})
	return page, more, err
}

// Replays lists replays by name and says whether there are more.
func (s *Service) Replays(l Listing) (page []Replay, more bool, err error) {
	if err := l.check("ListReplays"); err != nil {
		return nil, false, err
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		return replays.Scan(r, l.scope(), func(key []string, p Replay) (bool, error) {
			p.Name = nameOf(key)
			if !l.takes(p.Name.Name, p.ArchiveARN(), string(p.State)) {
				return true, nil
			}
			if more = len(page) == l.Limit; !more {
				page = append(page, p)
			}
			return !more, nil
		})
	})
	return page, more, err
}
