package archives

import (
	"context"
	"errors"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/rules"
)

// Start begins a replay. archive and bus are ARNs.
func (s *Service) Start(ctx context.Context, p Replay, archive, bus string) (Replay, error) {
	var err error
	if p.Bus, err = busOf(p.Tenant, "Destination.Arn", bus); err != nil {
		return p, err
	}
	n, ok := archiveOf(archive)
	if !ok {
		return p, wrong("EventSourceArn", "Must contain an archive ARN.") // wording (inferred)
	}
	p.Archive, p.State, p.Started = n.Name, Starting, s.now()
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if err := s.Rules.HasBus(tx, p.Bus); err != nil {
			return err
		}
		a, err := get(tx, n)
		if n.Tenant != p.Tenant || fault.Is(err, fault.NotFound) {
			return wrong("EventSourceArn", noArchive(n.Name).Error())
		}
		if err != nil {
			return err
		}
		p.Log = a.Log
		if err := p.check(&a); err != nil {
			return err
		}
		if err := s.mayStart(tx, &p); err != nil {
			return err
		}
		tx.After(s.begins.Nudge)
		return replays.Put(tx, p, p.parts()...)
	})
	return p, err
}

// check holds a replay to its archive.
func (p *Replay) check(a *Archive) error {
	if p.Bus != a.Bus {
		return wrong("Destination.Arn", "Cross event bus replay is not permitted.")
	}
	if !p.To.After(p.From) {
		return wrong("EventEndTime", "EventStartTime must be before EventEndTime.")
	}
	for _, text := range p.Only {
		if n, ok := rules.ParseRule(text); !ok || n.BusName != p.Bus {
			return wrong("Destination.FilterArns", "Must contain ARNs of rules of the destination.") // wording (inferred)
		}
	}
	return nil
}

func (s *Service) mayStart(r catalog.Reader, p *Replay) error {
	under := 0
	err := replays.Scan(r, catalog.Range{Prefix: []string{p.Account, p.Region}}, func(key []string, other Replay) (bool, error) {
		if !other.State.over() {
			under++
		}
		if key[2] == p.Name.Name {
			return false, exists(ReplaySubject, "Replay", p.Name.Name)
		}
		return true, nil
	})
	if err == nil && under >= s.Limits.Replays {
		err = tooMany()
	}
	return err
}

// Replay returns a replay.
func (s *Service) Replay(n Name) (p Replay, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		p, err = getReplay(r, n)
		return err
	})
	return p, err
}

func getReplay(r catalog.Reader, n Name) (Replay, error) {
	p, ok, err := replays.Get(r, n.parts()...)
	p.Name = n
	if err == nil && !ok {
		err = noReplay(n.Name)
	}
	return p, err
}

// Cancel ends a replay that is not over. What it has put on the bus stays.
func (s *Service) Cancel(ctx context.Context, n Name) (p Replay, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if p, err = getReplay(tx, n); err != nil {
			return err
		}
		if p.State != Starting && p.State != Running {
			f := fault.New(fault.Conflict, "Replay %s is not in a valid state for this operation.", n.Name)
			f.Subject = IllegalStatus
			return f
		}
		p.State = Cancelling
		tx.After(func() { s.wake(n) })
		return replays.Put(tx, p, n.parts()...)
	})
	return p, err
}

// end writes that a replay is over, if it is as the caller knows it.
func (s *Service) end(ctx context.Context, n Name, state ReplayState, reason string) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		p, err := getReplay(tx, n)
		if err != nil || p.State.over() {
			return err
		}
		p.State, p.Reason, p.Ended = state, reason, s.now()
		return replays.Put(tx, p, n.parts()...)
	})
}

// keepReplays is how long a replay is listed after its end (EventBridge user
// guide, "Archive and replay events").
const keepReplays = 90 * 24 * time.Hour

// forget removes replays that ended long ago.
func (s *Service) forget(ctx context.Context) error {
	var old []Name
	now := s.now()
	err := s.Catalog.View(func(r catalog.Reader) error {
		return replays.Scan(r, catalog.Range{}, func(key []string, p Replay) (bool, error) {
			if p.State.over() && now.Sub(p.Ended) >= keepReplays {
				old = append(old, nameOf(key))
			}
			return true, nil
		})
	})
	if err != nil || len(old) == 0 {
		return err
	}
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		for _, n := range old {
			if err := errors.Join(replays.Delete(tx, n.parts()...), waiting.Delete(tx, n.parts()...)); err != nil {
				return err
			}
		}
		return nil
	})
}
