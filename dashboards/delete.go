package dashboards

import (
	"context"
	"slices"

	"skywatch/catalog"
)

// maxDeleted is how many dashboards are deleted at once.
const maxDeleted = 100

// Delete deletes dashboards with their tags. Names that are not known are ignored
// [T].
func (s *Service) Delete(ctx context.Context, account string, names []string) error {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	if len(names) == 0 {
		return required("DashboardNames")
	}
	if len(names) > maxDeleted { // wording (inferred)
		return invalid("DashboardNames", "The collection DashboardNames must not have a size greater than 100.")
	}
	for _, name := range names {
		if err := (Name{account, name}).check(); err != nil {
			return err
		}
	}
	return s.db.Update(ctx, func(tx *catalog.Tx) error {
		for _, name := range names {
			if err := remove(tx, Name{account, name}); err != nil {
				return err
			}
		}
		return nil
	})
}

func remove(tx *catalog.Tx, n Name) error {
	if err := entries.Delete(tx, n.parts()...); err != nil {
		return err
	}
	if err := bodies.Delete(tx, n.parts()...); err != nil {
		return err
	}
	return tagSets.Delete(tx, n.parts()...)
}
