package alarms

import (
	"maps"
	"slices"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/targets"
)

// contribute keeps what has become of the contributors of an alarm whose status
// was just saved, in tx: their states, and for each that has another one a history
// item, the event and the deliveries.
func (s *Service) contribute(tx *catalog.Tx, a *Alarm, changes []ContributorChange, now metric.Instant) error {
	if len(changes) == 0 {
		return nil
	}
	muted, err := s.mutedBy(tx, a.Key, now)
	if err != nil {
		return err
	}
	for i := range changes {
		c := &changes[i]
		if c.transition() {
			c.Transitioned = a.Updated
		}
		if err := saveContributor(tx, a.Key, &c.Contributor); err != nil {
			return err
		}
		if !c.transition() {
			continue
		}
		if err := s.contributorChanged(tx, a, c, muted); err != nil {
			return err
		}
	}
	a.takeContributors(changes)
	return nil
}

func (s *Service) contributorChanged(tx *catalog.Tx, a *Alarm, c *ContributorChange, m *muting) error {
	err := remember(tx, a.Tenant, HistoryItem{
		AlarmName: a.Name, At: c.Transitioned, Type: ContributorStateUpdate, ContributorID: c.ID, Attributes: c.Attributes,
		Summary: "Alarm contributor updated from " + string(c.From) + " to " + string(c.Value), // wording (inferred)
		Data:    `{"version":"1.0","newState":` + stateObject(c.status()) + `}`,
	})
	if err != nil {
		return err
	}
	if s.opts.Events != nil {
		if err := s.opts.Events.Publish(tx, contributorEvent(a, &c.Contributor, m)); err != nil {
			return err
		}
	}
	if m != nil {
		return s.holdContributor(tx, a, c, m)
	}
	return s.actFor(tx, a, &c.Contributor, occasion{old: Status{Value: c.From}})
}

// status is the contributor's state in the form of an alarm's.
func (c *Contributor) status() Status {
	return Status{Value: c.Value, Reason: c.Reason, Updated: c.Transitioned, Transitioned: c.Transitioned}
}

// of is the alarm with the status of one contributor.
func (c *Contributor) of(a *Alarm) *Alarm {
	as := *a
	as.Status = c.status()
	return &as
}

// actFor enqueues the actions of a contributor's state.
func (s *Service) actFor(tx *catalog.Tx, a *Alarm, c *Contributor, why occasion) error {
	why.contributor = c
	return s.act(tx, c.of(a), why)
}

// leaves reports whether an action is not for this occasion: what tells of, or
// acts on, single time series is carried out for each contributor and not for the
// alarm, and the rest the other way round (cloudwatch.md 12.5, [T]). Contributors
// are never INSUFFICIENT_DATA: that the alarm is, it tells itself (inferred).
func (why *occasion) leaves(a *Alarm, target string) bool {
	if !a.contributes() || a.Value == InsufficientData {
		return false
	}
	whole := slices.Contains([]targets.Kind{targets.ScalingPolicy, targets.ScalablePolicy, "ssm-incidents"}, targets.KindOf(target))
	return whole != (why.contributor == nil)
}

// words tell what is of a contributor from what is of others, and of the alarm.
func (c *Contributor) words() []string {
	if c == nil {
		return nil
	}
	return []string{"contributor", c.ID}
}

// holdContributor notes that the actions of a contributor's state wait for the end
// of a mute window.
func (s *Service) holdContributor(tx *catalog.Tx, a *Alarm, c *ContributorChange, m *muting) error {
	h, _, err := heldActions.Get(tx, a.parts()...)
	if err != nil {
		return err
	}
	if h.Contributors == nil {
		h.Contributors = map[string]withheldContributor{}
	}
	held, ok := h.Contributors[c.ID]
	if !ok {
		held.Before = c.From
	}
	held.Contributor, held.From = c.Contributor, c.From
	h.Contributors[c.ID] = held
	if err := heldActions.Put(tx, h, a.parts()...); err != nil {
		return err
	}
	return s.opts.Plans.Set(tx, a.mutePlan(), m.End)
}

// withheldContributor is withheld for a contributor.
type withheldContributor struct {
	Before      State // before the first change whose actions were held
	Contributor       // since the last
	From        State // what it has left last
}

// releaseContributors carries out what was held of those that are not again in
// the state that they were in.
func (s *Service) releaseContributors(tx *catalog.Tx, a *Alarm, all map[string]withheldContributor, why occasion) error {
	for _, id := range slices.Sorted(maps.Keys(all)) {
		held := all[id]
		if held.Value == held.Before {
			continue
		}
		why.old = Status{Value: held.From}
		if err := s.actFor(tx, a, &held.Contributor, why); err != nil {
			return err
		}
	}
	return nil
}
