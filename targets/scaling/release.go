package scaling

import (
	"slices"

	"skywatch/catalog"
)

// release ends one hook's hold; planned: its time is not up yet.
func (s *Service) release(tx *catalog.Tx, g *Group, w *lifecycleAction, planned bool) error {
	if planned {
		if err := s.Plans.Remove(tx, hookPlan(g.GroupName, w)); err != nil {
			return err
		}
	}
	return waits.Delete(tx, g.key(w.Instance, w.Hook)...)
}

// releaseAll ends the holds of all instances of a group that is deleted by
// force.
func (s *Service) releaseAll(tx *catalog.Tx, g *Group) error {
	held, err := all(tx, waits, g.GroupName)
	if err != nil {
		return err
	}
	done := []string{}
	for k := range held {
		w := &held[k]
		if err := s.release(tx, g, w, true); err != nil {
			return err
		}
		if slices.Contains(done, w.Instance) {
			continue
		}
		done = append(done, w.Instance)
		if err := s.letGo(tx, g, w); err != nil {
			return err
		}
	}
	return nil
}

// letGo moves an instance that is not held any more, unless its activity has
// ended.
func (s *Service) letGo(tx *catalog.Tx, g *Group, w *lifecycleAction) error {
	a, ok, err := activities.Get(tx, w.Activity...)
	if err != nil || !ok || !a.open() {
		return err
	}
	i, err := g.instance(tx, w.Instance)
	if err != nil {
		return err
	}
	return s.goOn(tx, g, i, &a, w.Token, Continue)
}

// releaseOf ends what holds an instance that is launching: its launch is
// cancelled.
func (s *Service) releaseOf(tx *catalog.Tx, g *Group, i *Instance) error {
	if i.State != PendingWait {
		return nil
	}
	held, err := all(tx, waits, g.GroupName, i.ID)
	if err != nil {
		return err
	}
	for k := range held {
		if err := s.release(tx, g, &held[k], true); err != nil {
			return err
		}
		a, ok, err := activities.Get(tx, held[k].Activity...)
		if err != nil {
			return err
		}
		if ok && a.open() {
			a.end(Cancelled, "The instance was terminated by a user request.", s.now()) // (inferred)
			if err := a.save(tx); err != nil {
				return err
			}
		}
	}
	return nil
}
