package scaling

import (
	"slices"
	"time"

	"skywatch/catalog"
	"skywatch/metric"
)

// ActionFilter says which scheduled actions are listed.
type ActionFilter struct {
	Group      string
	Names      []string
	Start, End time.Time // those that start in between; zero: without end
}

// Actions lists scheduled actions by group and name.
func (s *Service) Actions(t metric.Tenant, f ActionFilter) (out []ScheduledAction, err error) {
	prefix := []string{t.Account, t.Region}
	if f.Group != "" {
		prefix = append(prefix, f.Group)
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		if f.Group != "" {
			if _, err := group(r, GroupName{t, f.Group}); err != nil {
				return err
			}
		}
		return scheduled.Scan(r, catalog.Range{Prefix: prefix}, func(_ []string, a ScheduledAction) (bool, error) {
			in := (f.Start.IsZero() || !a.Start.Before(f.Start)) && (f.End.IsZero() || !a.Start.After(f.End))
			if len(f.Names) > 0 { // the times are ignored then (API reference)
				in = slices.Contains(f.Names, a.Name)
			}
			if in {
				out = append(out, a)
			}
			return true, nil
		})
	})
	return out, err
}
