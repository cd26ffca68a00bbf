package scheduler

import (
	"strings"

	"skywatch/catalog"
	"skywatch/metric"
)

// Listing says which schedules to list.
type Listing struct {
	metric.Tenant
	Group  string // empty: of all groups
	Prefix string // of the names
	State  State  // empty: any
	After  Name   // the last one of the page before, the zero Name for none
	Limit  int
}

// Schedules lists schedules by group and name, and says whether there are
// more.
func (s *Service) Schedules(l Listing) (page []Schedule, more bool, err error) {
	rg := catalog.Range{Prefix: []string{l.Account, l.Region}}
	if l.Group != "" {
		rg.Prefix = append(rg.Prefix, l.Group)
	}
	if l.After.Schedule != "" {
		rg.After = []string{l.Account, l.Region, l.After.Group, l.After.Schedule}
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		if l.Group != "" {
			if _, err := getGroup(r, GroupName{l.Tenant, l.Group}); err != nil {
				return err
			}
		}
		return schedules.Scan(r, rg, func(key []string, sch Schedule) (bool, error) {
			sch.Name = nameOf(key)
			if !strings.HasPrefix(sch.Name.Schedule, l.Prefix) || l.State != "" && sch.State != l.State {
				return true, nil
			}
			if more = len(page) == l.Limit; !more {
				page = append(page, sch)
			}
			return !more, nil
		})
	})
	return page, more, err
}
