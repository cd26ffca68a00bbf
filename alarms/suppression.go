package alarms

import (
	"time"

	"skywatch/catalog"
	"skywatch/metric"
)

// Phase is what holds back the actions of a composite alarm, in AWS's spelling;
// empty: nothing does.
type Phase string

// The phases.
const (
	ByWaitPeriod      Phase = "WaitPeriod"      // the suppressor may be about to go to ALARM
	BySuppressor      Phase = "Alarm"           // it is in ALARM
	ByExtensionPeriod Phase = "ExtensionPeriod" // it was until a moment ago
)

// Suppression is how the actions of a composite alarm's state are held back.
type Suppression struct {
	SuppressedBy     Phase  `json:",omitempty"`
	SuppressedReason string `json:",omitempty"`
	// Until is when a period ends.
	Until metric.Instant `json:",omitempty"`
	// Left is the status before the change whose actions are held back.
	Left *Status `json:",omitempty"`
}

// lift ends the suppression, whatever its phase.
func (p *Suppression) lift() { *p = Suppression{} }

// begin enters a period, unless it is over at once.
func (p *Suppression) begin(phase Phase, seconds *int, now metric.Instant) {
	p.SuppressedBy, p.SuppressedReason, p.Until = "", "", 0
	if seconds == nil || *seconds == 0 {
		return
	}
	p.SuppressedBy, p.SuppressedReason = phase, "Actions suppressed by "+string(phase)
	p.Until = now.Add(time.Duration(*seconds) * time.Second)
}

// by enters the phase of a suppressor that is in ALARM.
func (p *Suppression) by(suppressor Key, since metric.Instant) {
	p.SuppressedBy, p.Until = BySuppressor, 0
	p.SuppressedReason = "Actions suppressed by " + suppressor.ARN() + " that transitioned to ALARM at " + spelled(since) // (recorded)
}

// suppress decides whether the actions of a state that an alarm has just come to
// are held back (cloudwatch.md 15.4). It is called before the status is kept.
func (s *Service) suppress(tx *catalog.Tx, a *Alarm, old Status) error {
	if a.Kind() != OnChildren {
		return nil
	}
	if err := s.holdBack(tx, a, a.Updated); err != nil {
		return err
	}
	if a.SuppressedBy != "" {
		old.Left = nil
		a.Left = &old
	}
	return s.keepSuppression(tx, a)
}

// holdBack has the suppressor that an alarm has, if any, hold back the actions of its
// state from a moment on, whatever did so before.
func (s *Service) holdBack(tx *catalog.Tx, a *Alarm, from metric.Instant) error {
	a.lift()
	name := a.Composite.suppressor(a.Tenant)
	if name == "" {
		return nil
	}
	k := Key{a.Tenant, name}
	now, ok, err := statuses.Get(tx, k.parts()...)
	if err != nil {
		return err
	}
	if ok && now.Value == Alarming {
		a.by(k, now.Transitioned)
	} else {
		a.begin(ByWaitPeriod, a.Composite.Wait, from)
	}
	return nil
}

// resuppress takes in that an alarm whose actions are held back has another
// suppressor, or none: the active period is discarded, and what it held back is not
// lost. It waits for the new suppressor as if the state had just been reached;
// without one it is released. (inferred: AWS documents only the first half. Of the
// two readings this is the one that pages too often rather than never.)
func (s *Service) resuppress(tx *catalog.Tx, a *Alarm, now metric.Instant) error {
	before := a.Status
	if err := s.holdBack(tx, a, now); err != nil {
		return err
	}
	if a.SuppressedBy == "" {
		a.Status = before
		if err := s.opts.Plans.Remove(tx, a.suppressionPlan()); err != nil {
			return err
		}
		return s.unsuppress(tx, a, now)
	}
	a.Left, a.Updated = before.Left, max(now, before.Updated)
	if err := s.keepSuppression(tx, a); err != nil {
		return err
	}
	return saveStatus(tx, a)
}

// suppressorMoved takes in that the suppressor of an alarm has left a state.
func (s *Service) suppressorMoved(tx *catalog.Tx, a *Alarm, t turn) error {
	if err := s.catchUpSuppression(tx, a, t.at); err != nil {
		return err
	}
	before := a.Status
	entered, left := t.to == Alarming && t.from != Alarming, t.to != Alarming && t.from == Alarming
	switch {
	case entered && (a.SuppressedBy == ByWaitPeriod || a.SuppressedBy == ByExtensionPeriod):
		a.by(t.Key, t.at)
	case left && a.SuppressedBy == BySuppressor:
		a.begin(ByExtensionPeriod, a.Composite.Extension, t.at)
	default:
		return nil // also with nothing held back: until the next change (recorded)
	}
	if a.SuppressedBy == "" {
		a.Status = before
		return s.unsuppress(tx, a, t.at)
	}
	a.Updated = max(t.at, a.Updated)
	if err := s.keepSuppression(tx, a); err != nil {
		return err
	}
	return saveStatus(tx, a)
}

// unsuppress ends a phase, with an event of its own (recorded): the actions of the
// state that the alarm is in now run, unless it is muted. What a mute window that
// is over by then held as well has waited for this, and is not carried out a second
// time when its ticker comes. Whoever calls it sees to the plan.
func (s *Service) unsuppress(tx *catalog.Tx, a *Alarm, at metric.Instant) error {
	if err := s.catchUp(tx, a.Key, max(at, a.Updated)); err != nil {
		return err
	}
	before, left := a.Status, a.Left
	a.lift()
	a.Updated = max(at, before.Updated)
	if err := saveStatus(tx, a); err != nil {
		return err
	}
	if left == nil {
		left = &before
	}
	muted, err := s.mutedBy(tx, a.Key, a.Updated)
	if err != nil {
		return err
	}
	if s.opts.Events != nil {
		if err := s.opts.Events.Publish(tx, stateChangeEvent(a, before, muted)); err != nil {
			return err
		}
	}
	return s.respond(tx, a, *left, muted)
}

// catchUpSuppression ends a period that was over before something else happened
// to the alarm, if nobody has done so yet.
func (s *Service) catchUpSuppression(tx *catalog.Tx, a *Alarm, now metric.Instant) error {
	if a.Until == 0 || a.Until > now {
		return nil
	}
	if err := s.opts.Plans.Remove(tx, a.suppressionPlan()); err != nil {
		return err
	}
	return s.unsuppress(tx, a, a.Until)
}
