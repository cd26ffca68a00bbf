package scheduler

import (
	"context"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// deletedAtOnce is how many schedules one transaction deletes.
const deletedAtOnce = 500

// DeleteGroup deletes a group with its schedules. A large one is in the state
// Deleting, in which nothing of it runs, until Run has emptied it.
func (s *Service) DeleteGroup(ctx context.Context, n GroupName, token string) error {
	if n.Group == DefaultGroup {
		return fault.New(fault.Validation, "The default schedule group cannot be deleted.") // wording (inferred)
	}
	request := request{n.Tenant, "DeleteScheduleGroup", token, nil, n.ARN()}
	return s.once(ctx, request, func(tx *catalog.Tx) error {
		g, err := getGroup(tx, n)
		if err != nil || g.State == Deleting {
			return err
		}
		g.State, g.Modified = Deleting, s.now()
		_, err = s.emptyOnce(tx, g)
		return err
	})
}

// emptyOnce deletes some of a group's schedules, and the group once it has
// none.
func (s *Service) emptyOnce(tx *catalog.Tx, g Group) (gone bool, err error) {
	var all []Name
	err = schedules.Scan(tx, catalog.Range{Prefix: g.parts()}, func(key []string, _ Schedule) (bool, error) {
		all = append(all, nameOf(key))
		return len(all) <= deletedAtOnce, nil
	})
	if err != nil {
		return false, err
	}
	for _, n := range all[:min(len(all), deletedAtOnce)] {
		if err := s.remove(tx, n); err != nil {
			return false, err
		}
	}
	if len(all) <= deletedAtOnce {
		return true, groups.Delete(tx, g.parts()...)
	}
	tx.After(s.empties.Nudge)
	return false, groups.Put(tx, g, g.parts()...)
}

// empty ends all groups that are being deleted.
func (s *Service) empty(ctx context.Context) error {
	var leaving []GroupName
	err := s.Catalog.View(func(r catalog.Reader) error {
		return groups.Scan(r, catalog.Range{}, func(key []string, g Group) (bool, error) {
			if g.State == Deleting {
				leaving = append(leaving, GroupName{metric.Tenant{Account: key[0], Region: key[1]}, key[2]})
			}
			return true, nil
		})
	})
	for _, n := range leaving {
		for gone := false; err == nil && !gone; {
			err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
				g, there, err := findGroup(tx, n)
				if gone = !there || g.State != Deleting; err != nil || gone {
					return err
				}
				gone, err = s.emptyOnce(tx, g)
				return err
			})
		}
	}
	return err
}
