package alarms

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"skywatch/metric"
)

// compare holds the course against the history of the alarm, as far back as that
// is kept and the definition is the same. Where the two differ data came after the
// evaluation that they belong to, or the state was set by hand, or nobody was there
// to evaluate: when data came is not kept.
func (s *Service) compare(c *Course, a *Alarm, now time.Time) error {
	last := c.First + metric.Instant(c.Count-1)*c.Step.Millis()
	since := max(c.First, ceil(a.ConfigurationUpdated, c.Step), ceil(metric.At(now.Add(-historyKept)), c.Step))
	if since > last {
		return nil
	}
	lived, err := s.lived(a, since)
	if err != nil {
		return err
	}
	c.Compared, c.recorded = since, map[metric.Instant]bool{}
	for _, t := range lived {
		switch {
		case t.At < since || t.At > last:
		case slices.ContainsFunc(c.Transitions, func(o Transition) bool { return o.At == t.At && o.From == t.From && o.To == t.To }):
			c.recorded[t.At] = true
		default:
			c.RecordedOnly = append(c.RecordedOnly, t)
		}
	}
	return nil
}

// Recorded reports whether a transition of the course was made live, too; known is
// false where the two are not compared.
func (c *Course) Recorded(t Transition) (recorded, known bool) {
	return c.recorded[t.At], c.Compared != 0 && t.At >= c.Compared
}

// lived reads the transitions of an alarm from its history. They are at the
// evaluation instant that their reason data name, or else at the one before.
func (s *Service) lived(a *Alarm, since metric.Instant) (all []Transition, err error) {
	q := HistoryQuery{AlarmName: a.Name, Type: StateUpdate, Start: &since, Ascending: true}
	for {
		page, next, err := s.History(a.Tenant, q)
		if err != nil {
			return nil, err
		}
		for _, item := range page {
			var data struct {
				OldState, NewState struct {
					StateValue      State
					StateReason     string
					StateReasonData struct{ QueryDate stamp }
				}
			}
			if err := json.Unmarshal([]byte(item.Data), &data); err != nil {
				return nil, fmt.Errorf("read history of %s: %w", a.ARN(), err)
			}
			t := Transition{From: data.OldState.StateValue, To: data.NewState.StateValue, Reason: data.NewState.StateReason}
			if t.At = metric.Instant(data.NewState.StateReasonData.QueryDate); t.At == 0 {
				t.At = item.At.Floor(a.Cadence())
			}
			all = append(all, t)
		}
		if q.Token = next; next == "" {
			return all, nil
		}
	}
}
