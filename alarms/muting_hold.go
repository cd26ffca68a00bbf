package alarms

import (
	"time"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/schedule/ticker"
)

// MutePlans owns the plans of the ends of mute windows: by (account, region,
// name) of an alarm whose actions are held.
const MutePlans = "alarm-mutes"

func (k Key) mutePlan() ticker.Plan { return ticker.Plan{Owner: MutePlans, Key: k.parts()} }

// Mutes is what a ticker does at the ends of mute windows.
func (s *Service) Mutes() ticker.Owner {
	return ticker.Owner{Fire: s.muteEnds, Next: s.nextMuteEnd}
}

// respond carries out the actions of the alarm's new state, or has them held: by
// what mutes it before all else (cloudwatch.md 16), and then by what suppresses
// them.
func (s *Service) respond(tx *catalog.Tx, a *Alarm, old Status, m *muting) error {
	if m != nil {
		return s.hold(tx, a, old, m)
	}
	if a.SuppressedBy != "" {
		return nil // until released
	}
	return s.act(tx, a, occasion{old: old})
}

// hold notes that the actions of the alarm's state wait for the end of a window.
func (s *Service) hold(tx *catalog.Tx, a *Alarm, old Status, m *muting) error {
	h, _, err := heldActions.Get(tx, a.parts()...)
	if err != nil {
		return err
	}
	if h.Before == "" {
		h.Before, h.Untold = old.Value, old.SuppressedBy != ""
	}
	h.Old = old
	if err := heldActions.Put(tx, h, a.parts()...); err != nil {
		return err
	}
	return s.opts.Plans.Set(tx, a.mutePlan(), m.End)
}

// muteEnds acts on the end of a window: where another one has begun meanwhile, it
// goes on to the end of that.
func (s *Service) muteEnds(tx *catalog.Tx, t ticker.Tick) (ticker.Then, error) {
	k := keyOf(t.Key)
	m, err := s.mutedBy(tx, k, metric.At(t.Now))
	if err != nil {
		return ticker.Then{}, err
	}
	if m != nil {
		return ticker.Then{Next: m.End}, nil
	}
	return ticker.Then{}, s.release(tx, k, metric.At(t.Planned), metric.At(t.Now))
}

func (s *Service) nextMuteEnd(r catalog.Reader, key []string, after time.Time) (time.Time, error) {
	m, err := s.mutedBy(r, keyOf(key), metric.At(after))
	if err != nil || m == nil {
		return time.Time{}, err
	}
	return m.End, nil
}

// release carries out what was held of an alarm whose last window has ended, with
// the actions that it has now. Whoever calls it sees to the plan.
func (s *Service) release(tx *catalog.Tx, k Key, end, now metric.Instant) error {
	h, ok, err := heldActions.Get(tx, k.parts()...)
	if err != nil || !ok {
		return err
	}
	if err := heldActions.Delete(tx, k.parts()...); err != nil {
		return err
	}
	a, ok, err := load(tx, k)
	if err != nil || !ok {
		return err
	}
	why := occasion{old: h.Old, muteEnd: end, now: now}
	if err := s.releaseContributors(tx, a, h.Contributors, why); err != nil {
		return err
	}
	if h.Before == "" || a.Value == h.Before && !h.Untold || a.SuppressedBy != "" {
		return nil // what is suppressed as well is released with that
	}
	return s.act(tx, a, why)
}

// catchUp carries out what was held by a window that has ended, before the alarm
// changes again: the end of the window came first.
func (s *Service) catchUp(tx *catalog.Tx, k Key, now metric.Instant) error {
	if yes, err := quiet(tx, k.Tenant); err != nil || yes {
		return err
	}
	if ok, err := heldActions.Has(tx, k.parts()...); err != nil || !ok {
		return err
	}
	m, err := s.mutedBy(tx, k, now)
	if err != nil || m != nil {
		return err
	}
	end, ok, err := s.opts.Plans.At(tx, k.mutePlan())
	if err != nil {
		return err
	}
	if !ok {
		end = now.Time()
	}
	if err := s.opts.Plans.Remove(tx, k.mutePlan()); err != nil {
		return err
	}
	return s.release(tx, k, metric.At(end), now)
}

// unmute looks anew at alarms of which something may be held, because the rules
// that mute them have changed.
func (s *Service) unmute(tx *catalog.Tx, t metric.Tenant, names []string, now metric.Instant) error {
	for _, name := range names {
		k := Key{t, name}
		if _, ok, err := heldActions.Get(tx, k.parts()...); err != nil {
			return err
		} else if !ok {
			continue
		}
		m, err := s.mutedBy(tx, k, now)
		if err != nil {
			return err
		}
		if m != nil {
			err = s.opts.Plans.Set(tx, k.mutePlan(), m.End)
		} else if err = s.opts.Plans.Remove(tx, k.mutePlan()); err == nil {
			err = s.release(tx, k, now, now)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// forgetHeld drops what is held of an alarm that is deleted.
func (s *Service) forgetHeld(tx *catalog.Tx, k Key) error {
	if _, ok, err := heldActions.Get(tx, k.parts()...); err != nil || !ok {
		return err
	}
	if err := s.opts.Plans.Remove(tx, k.mutePlan()); err != nil {
		return err
	}
	return heldActions.Delete(tx, k.parts()...)
}

// forgetHeldContributors drops what is held of the contributors of an alarm that
// has none any more. Its own stays.
func forgetHeldContributors(tx *catalog.Tx, k Key) error {
	h, ok, err := heldActions.Get(tx, k.parts()...)
	if err != nil || !ok || len(h.Contributors) == 0 {
		return err
	}
	h.Contributors = nil
	return heldActions.Put(tx, h, k.parts()...)
}
