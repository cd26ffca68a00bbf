package scaling

import (
	"context"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// Held names an instance that a hook holds, by itself or by its token.
type Held struct {
	GroupName
	Hook, Token, Instance string
}

// Complete says how a held instance goes on.
func (s *Service) Complete(ctx context.Context, h Held, result string) error {
	if result != Continue && result != Abandon {
		return fault.New(fault.Validation, "Lifecycle action result must be CONTINUE or ABANDON.").On("LifecycleActionResult") // (inferred)
	}
	return s.change(ctx, h.GroupName, func(tx *catalog.Tx, g *Group) error {
		w, err := h.find(tx)
		if err != nil {
			return err
		}
		return s.complete(tx, g, w, result, true)
	})
}

// Heartbeat gives whoever works on a held instance more time.
func (s *Service) Heartbeat(ctx context.Context, h Held) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		g, err := group(tx, h.GroupName)
		if err != nil {
			return err
		}
		w, err := h.find(tx)
		if err != nil {
			return err
		}
		hook, ok, err := hooks.Get(tx, g.key(w.Hook)...)
		if err != nil {
			return err
		}
		if !ok {
			return noHook(g, w.Hook)
		}
		w.Deadline = s.now().Add(time.Duration(hook.Heartbeat) * time.Second)
		if w.Deadline.After(w.Latest) {
			w.Deadline = w.Latest
		}
		if err := s.Plans.Set(tx, hookPlan(g.GroupName, w), w.Deadline); err != nil {
			return err
		}
		return waits.Put(tx, *w, g.key(w.Instance, w.Hook)...)
	})
}

// find looks the held instance up.
func (h *Held) find(r catalog.Reader) (*lifecycleAction, error) {
	held, err := all(r, waits, h.GroupName)
	if err != nil {
		return nil, err
	}
	for i := range held {
		w := &held[i]
		if w.Hook == h.Hook && (h.Token == "" || h.Token == w.Token) && (h.Instance == "" || h.Instance == w.Instance) && h.Token+h.Instance != "" {
			return w, nil
		}
	}
	if h.Token != "" {
		return nil, fault.New(fault.Validation, "No active Lifecycle Action found with token %s", h.Token).On("LifecycleActionToken")
	}
	return nil, fault.New(fault.Validation, "No active Lifecycle Action found with instance ID %s", h.Instance).On("InstanceId")
}

// complete ends one hook's hold. The instance goes on when no hook holds it any
// more, at once if a launch is abandoned.
func (s *Service) complete(tx *catalog.Tx, g *Group, w *lifecycleAction, result string, planned bool) error {
	if err := s.release(tx, g, w, planned); err != nil {
		return err
	}
	a, ok, err := activities.Get(tx, w.Activity...)
	if err != nil || !ok || !a.open() {
		return err
	}
	i, err := g.instance(tx, w.Instance)
	if err != nil {
		return err
	}
	left, err := all(tx, waits, g.GroupName, w.Instance)
	if err != nil {
		return err
	}
	if len(left) > 0 && result != Abandon {
		return nil
	}
	for k := range left { // the others are not asked any more
		if err := s.release(tx, g, &left[k], true); err != nil {
			return err
		}
	}
	return s.goOn(tx, g, i, &a, w.Token, result)
}

// goOn moves an instance that no hook holds any more.
func (s *Service) goOn(tx *catalog.Tx, g *Group, i *Instance, a *Activity, token, result string) error {
	switch {
	case a.Task == terminate: // either result ends it
		i.State = TerminatingProceed
		a.Waits, a.Status = false, InProgress
	case result == Continue:
		a.Waits = false
		return s.serve(tx, g, i, a)
	default:
		a.end(Cancelled, "Lifecycle Action with Token "+token+" was abandoned: Lifecycle Action Completed with ABANDON Result", s.now()) // wording (inferred)
		if err := a.save(tx); err != nil {
			return err
		}
		if err := s.announce(tx, g, a, outcomeOf(launch, false)); err != nil {
			return err
		}
		// What cannot be made ready is not made again at once.
		g.Failures++
		g.Retry = s.now().Add(delay(g.Failures))
		if err := s.Plans.Set(tx, retryPlan(g.GroupName), g.Retry); err != nil {
			return err
		}
		i.State = Terminating
		return s.retireAbandoned(tx, g, i)
	}
	if err := g.put(tx, i); err != nil {
		return err
	}
	return a.save(tx)
}

func (s *Service) retireAbandoned(tx *catalog.Tx, g *Group, i *Instance) error {
	_, err := s.retire(tx, g, i, at(s.now())+" an instance was taken out of service in response to a launch lifecycle action that was abandoned.") // (inferred)
	return err
}

// overdue gives a hook's default result when nobody completed its action.
func (s *Service) overdue(tx *catalog.Tx, n GroupName, instance, hook, token string) error {
	w, ok, err := waits.Get(tx, n.key(instance, hook)...)
	if err != nil || !ok || w.Token != token {
		return err
	}
	g, err := group(tx, n)
	if err != nil {
		return err
	}
	result := Abandon
	if h, ok, err := hooks.Get(tx, n.key(hook)...); err != nil {
		return err
	} else if ok {
		result = h.Default
	}
	if err := s.complete(tx, g, &w, result, false); err != nil {
		return err
	}
	return s.reconcile(tx, g)
}
