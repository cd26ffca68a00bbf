package alarms

import (
	"fmt"
	"sync"

	"skywatch/alarms/mute"
	"skywatch/catalog"
	"skywatch/metric"
)

// muting is what mutes an alarm at an instant: of the windows it lies in the one
// that ends last, so that nothing is over before its end.
type muting struct {
	by MuteKey
	mute.Window
}

// mutedBy returns what mutes an alarm at an instant, nil if nothing does.
func (s *Service) mutedBy(r catalog.Reader, k Key, at metric.Instant) (*muting, error) {
	if yes, err := quiet(r, k.Tenant); err != nil || yes {
		return nil, err
	}
	rules, _, err := mutesOf.Get(r, k.parts()...)
	if err != nil {
		return nil, err
	}
	var last *muting
	for _, name := range rules {
		by := MuteKey{k.Tenant, name}
		when, err := s.schedules.read(r, by)
		if err != nil {
			return nil, err
		}
		if w, ok := when.At(at.Time()); ok && (last == nil || w.End.After(last.End)) {
			last = &muting{by, w}
		}
	}
	return last, nil
}

// muteSchedules keeps the schedules of mute rules that were read: a storm of
// changes asks for the same ones again and again. It holds at most what the
// catalog holds.
type muteSchedules struct {
	mu     sync.Mutex
	byRule map[MuteKey]muteSchedule
}

type muteSchedule struct {
	revision uint64
	when     mute.Schedule
}

// read returns the schedule of a rule; one that is gone has no window.
func (c *muteSchedules) read(r catalog.Reader, k MuteKey) (mute.Schedule, error) {
	rec, ok, err := muteRules.Get(r, k.parts()...)
	if err != nil {
		return mute.Schedule{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !ok {
		delete(c.byRule, k)
		return mute.Schedule{}, nil
	}
	if known, ok := c.byRule[k]; ok && known.revision == rec.Revision {
		return known.when, nil
	}
	when, err := mute.Parse(rec.Schedule)
	if err != nil {
		return mute.Schedule{}, fmt.Errorf("mute rule %s: %w", k.ARN(), err)
	}
	if c.byRule == nil {
		c.byRule = map[MuteKey]muteSchedule{}
	}
	c.byRule[k] = muteSchedule{rec.Revision, when}
	return when, nil
}
