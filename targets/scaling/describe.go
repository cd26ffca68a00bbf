package scaling

import (
	"slices"
	"time"

	"skywatch/catalog"
	"skywatch/metric"
)

// View is a group with its instances, as they are at one moment.
type View struct {
	Group
	Instances []Instance
}

// Groups lists the named groups, all if none is named, by name. Names of groups
// that are not there are passed over.
func (s *Service) Groups(t metric.Tenant, names []string) (out []View, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		return groups.Scan(r, catalog.Range{Prefix: []string{t.Account, t.Region}}, func(_ []string, g Group) (bool, error) {
			if len(names) > 0 && !slices.Contains(names, g.Group) {
				return true, nil
			}
			in, err := all(r, instances, g.GroupName)
			out = append(out, View{g, in})
			return true, err
		})
	})
	return out, err
}

// Instances lists the instances of all groups, or the named ones.
func (s *Service) Instances(t metric.Tenant, ids []string) (out []Instance, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		return instances.Scan(r, catalog.Range{Prefix: []string{t.Account, t.Region}}, func(_ []string, i Instance) (bool, error) {
			if len(ids) == 0 || slices.Contains(ids, i.ID) {
				out = append(out, i)
			}
			return true, nil
		})
	})
	return out, err
}

// ActivityFilter says which activities are listed.
type ActivityFilter struct {
	Group string // empty: all groups
	IDs   []string
	// Deleted takes those of groups that are not there any more, too.
	Deleted bool
	// From and Until bound the start; zero: without bound.
	From, Until time.Time
	Status      []Status // empty: all
}

// takes reports whether an activity passes what is told by itself.
func (f *ActivityFilter) takes(a *Activity) bool {
	return !a.Start.Before(f.From) && (f.Until.IsZero() || !a.Start.After(f.Until)) &&
		(len(f.IDs) == 0 || slices.Contains(f.IDs, a.ID)) && (len(f.Status) == 0 || slices.Contains(f.Status, a.Status))
}

// Told is an activity, and whether its group is still there.
type Told struct {
	Activity
	GroupDeleted bool
}

// Activities lists the activities of the last six weeks, the newest first.
func (s *Service) Activities(t metric.Tenant, f ActivityFilter) (out []Told, err error) {
	if since := s.now().Add(-keepActivities); f.From.Before(since) {
		f.From = since
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		if f.Group != "" && !f.Deleted {
			if _, err := group(r, GroupName{t, f.Group}); err != nil {
				return err
			}
		}
		prefix := []string{t.Account, t.Region}
		if f.Group != "" {
			prefix = append(prefix, f.Group)
		}
		there := map[string]bool{}
		return activities.Scan(r, catalog.Range{Prefix: prefix, Backwards: true}, func(_ []string, a Activity) (bool, error) {
			if !f.takes(&a) {
				return true, nil
			}
			id, known := there[a.GroupARN]
			if !known {
				g, ok, err := groups.Get(r, a.key()...)
				if err != nil {
					return false, err
				}
				id = ok && g.ARN() == a.GroupARN
				there[a.GroupARN] = id
			}
			if id || f.Deleted {
				out = append(out, Told{a, !id})
			}
			return true, nil
		})
	})
	slices.SortStableFunc(out, func(a, b Told) int { return b.Start.Compare(a.Start) })
	return out, err
}
