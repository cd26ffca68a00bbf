package rules

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/schedule/ticker"
)

const (
	// inTime is how long a planned time can still be acted on after nothing ran
	// at it: AWS's rules run "within the minute".
	inTime = time.Minute
	// mostCounted bounds how many missed times of a rule are counted after a
	// stop.
	mostCounted = 1000
)

// fire is ticker.Owner.Fire: it sends a rule's targets the event of a planned
// time. Minutes that passed while nothing ran are not made up for (events.md
// 3.1); the one that has not passed yet is acted on, late.
func (s *Service) fire(tx *catalog.Tx, t ticker.Tick) (then ticker.Then, err error) {
	rule, ok, err := rules.Get(tx, t.Key...)
	if err != nil || !ok {
		return then, err
	}
	rule.RuleName = ruleNameOf(t.Key)
	runs, err := rule.runs()
	if err != nil {
		return then, err
	}
	if t.Noticed.Sub(t.Planned) >= inTime {
		return runs.miss(t), nil
	}
	then.Next = runs.next(t.Planned)
	return then, s.run(tx, rule, t)
}

// miss finds the first planned time that can be acted on, and counts those
// before it.
func (r runs) miss(t ticker.Tick) ticker.Then {
	passed := t.Noticed.Add(-inTime)
	at := t.Planned
	for n := 1; n < mostCounted; n++ {
		if at = r.next(at); at.IsZero() || at.After(passed) {
			return ticker.Then{Next: at, Missed: n}
		}
	}
	return ticker.Then{Next: r.next(passed), Missed: mostCounted}
}

// run routes the event of a planned time to the rule's own targets: unlike
// other events it meets no pattern.
func (s *Service) run(tx *catalog.Tx, rule Rule, t ticker.Tick) error {
	c, err := compile(rule)
	if err != nil {
		return err
	}
	e := tickOf(c, t.Planned)
	bus := s.openRoute(rule.BusName).settings.Load()
	r := &routing{arrival: arrival{Event: e, to: rule.BusName, seed: e.ID, at: t.Now}, matched: []*compiled{c}, logged: bus.Log}
	if r.envelope, err = e.Envelope(); err != nil {
		return err
	}
	if err := s.sendAll(r, bus); err != nil {
		return err
	}
	return s.commit(tx, r)
}

// tickOf is the event of a planned time. Its ID, and with it the keys of its
// deliveries, is always the same for a rule and a planned time.
func tickOf(rule *compiled, planned time.Time) event.Event {
	name := fmt.Sprintf("%s %s", rule.arn, planned.Format(time.RFC3339))
	return event.Event{
		ID: uuid.NewSHA1(uuid.NameSpaceURL, []byte(name)).String(), Source: "aws.events", DetailType: "Scheduled Event",
		Account: rule.Account, Region: rule.Region, Time: planned, Resources: []string{rule.arn}, Detail: json.RawMessage(`{}`),
	}
}
