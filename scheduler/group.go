package scheduler

import (
	"context"
	"strings"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// CreateGroup makes a group and returns its ARN.
func (s *Service) CreateGroup(ctx context.Context, n GroupName, tags map[string]string, token string) (string, error) {
	if err := checkTags(tags); err != nil {
		return "", err
	}
	request := request{n.Tenant, "CreateScheduleGroup", token, tags, n.ARN()}
	return n.ARN(), s.once(ctx, request, func(tx *catalog.Tx) error {
		if _, there, err := findGroup(tx, n); err != nil || there {
			return orConflict(err, "Schedule group %s already exists.", n.Group)
		}
		if err := s.roomForGroup(tx, n.Tenant); err != nil {
			return err
		}
		now := s.now()
		return groups.Put(tx, Group{State: Active, Tags: tags, Created: now, Modified: now}, n.parts()...)
	})
}

func orConflict(err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, format, args...)
}

func (s *Service) roomForGroup(r catalog.Reader, t metric.Tenant) error {
	n := 0
	err := groups.Scan(r, catalog.Range{Prefix: []string{t.Account, t.Region}}, func(key []string, _ Group) (bool, error) {
		if key[2] != DefaultGroup {
			n++
		}
		return n < s.Limits.Groups, nil
	})
	if err == nil && n >= s.Limits.Groups {
		err = fault.New(fault.LimitExceeded, "The maximum number of schedule groups, %d, is reached.", s.Limits.Groups) // wording (inferred)
	}
	return err
}

// Group returns a group.
func (s *Service) Group(n GroupName) (g Group, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		g, err = getGroup(r, n)
		return err
	})
	return g, err
}

// GroupListing says which groups to list.
type GroupListing struct {
	metric.Tenant
	Prefix string
	After  string // the last name of the page before
	Limit  int
}

// Groups lists groups by name, and says whether there are more.
func (s *Service) Groups(l GroupListing) (page []Group, more bool, err error) {
	fallback := GroupName{l.Tenant, DefaultGroup}
	add := func(g Group) bool {
		if g.Group > l.After && strings.HasPrefix(g.Group, l.Prefix) {
			if more = len(page) == l.Limit; !more {
				page = append(page, g)
			}
		}
		return !more
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		defaulted := false // the default group, which may have no record, was met
		err := groups.Scan(r, catalog.Range{Prefix: []string{l.Account, l.Region}}, func(key []string, g Group) (bool, error) {
			g.GroupName = GroupName{l.Tenant, key[2]}
			if !defaulted && g.Group > DefaultGroup && !add(Group{GroupName: fallback, State: Active}) {
				return false, nil
			}
			defaulted = defaulted || g.Group >= DefaultGroup
			return add(g), nil
		})
		if err == nil && !defaulted && !more {
			add(Group{GroupName: fallback, State: Active})
		}
		return err
	})
	return page, more, err
}
