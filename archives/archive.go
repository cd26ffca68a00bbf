package archives

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/journal"
	"skywatch/metric"
	"skywatch/pattern"
	"skywatch/rules"
)

// Create makes an archive of a bus. bus is the ARN of one of the caller's
// buses.
func (s *Service) Create(ctx context.Context, a Archive, bus string) (Archive, error) {
	if err := checkPattern(a.Pattern); err != nil {
		return a, err
	}
	var err error
	if a.Bus, err = busOf(a.Tenant, "EventSourceArn", bus); err != nil {
		return a, err
	}
	if err := s.Catalog.View(func(r catalog.Reader) error { return s.mayCreate(r, &a) }); err != nil {
		return a, err
	}
	a.Log, a.Created = logPrefix+uuid.NewString(), s.now()
	// The log first: a log without an archive is dropped at the next start.
	if err := s.Journal.Create(ctx, a.Log); err != nil {
		return a, err
	}
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if err := s.mayCreate(tx, &a); err != nil {
			return err
		}
		if err := s.Rules.PutManaged(tx, a.rule()); err != nil {
			return err
		}
		return archives.Put(tx, a, a.parts()...)
	})
	if err != nil {
		return a, errors.Join(err, s.Journal.Delete(context.WithoutCancel(ctx), a.Log))
	}
	a.State = Enabled
	return a, nil
}

func checkPattern(text string) error {
	if text == "" {
		return nil
	}
	_, err := pattern.Compile([]byte(text))
	return err
}

// busOf reads the ARN of a bus; one of another account or region is not there
// for the caller.
func busOf(t metric.Tenant, param, bus string) (rules.BusName, error) {
	n, err := rules.ParseBus(t, bus)
	if err != nil || n.ARN() != bus {
		return n, wrong(param, "Must contain an event bus ARN.")
	}
	if n.Tenant != t {
		return n, fault.New(fault.NotFound, "Event bus %s does not exist.", n.Bus)
	}
	return n, nil
}

func (s *Service) mayCreate(r catalog.Reader, a *Archive) error {
	if err := s.Rules.HasBus(r, a.Bus); err != nil {
		return err
	}
	_, there, err := archives.Get(r, a.parts()...)
	if err != nil {
		return err
	}
	if there {
		return exists(ArchiveSubject, "Archive", a.Name.Name)
	}
	have := 0
	err = archives.Scan(r, catalog.Range{Prefix: []string{a.Account, a.Region}}, func([]string, Archive) (bool, error) {
		have++
		return true, nil
	})
	if err == nil && have >= s.Limits.Archives {
		err = tooMany()
	}
	return err
}

// Change is what Update changes of an archive: what is not nil.
type Change struct {
	Description, Pattern *string
	RetentionDays        *int
}

// Update changes an archive, and puts its rule in order where somebody removed
// it. What a shorter retention drops is gone when it returns.
func (s *Service) Update(ctx context.Context, n Name, c Change) (a Archive, err error) {
	if c == (Change{}) {
		return a, fault.New(fault.Validation, "At least one of EventPattern, RetentionDays or Description must be provided.")
	}
	if c.Pattern != nil {
		if err := checkPattern(*c.Pattern); err != nil {
			return a, err
		}
	}
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if a, err = get(tx, n); err != nil {
			return err
		}
		c.apply(&a)
		if err := s.Rules.PutManaged(tx, a.rule()); err != nil {
			return err
		}
		return archives.Put(tx, a, n.parts()...)
	})
	if err != nil {
		return a, err
	}
	a.State = Enabled
	return a, s.expire(ctx, &a)
}

func (c *Change) apply(a *Archive) {
	if c.Description != nil {
		a.Description = *c.Description
	}
	if c.Pattern != nil {
		a.Pattern = *c.Pattern
	}
	if c.RetentionDays != nil {
		a.RetentionDays = *c.RetentionDays
	}
}

// Delete removes an archive with its rule and its events. Replays that read it
// fail.
func (s *Service) Delete(ctx context.Context, n Name) error {
	var a Archive
	err := s.Catalog.Update(ctx, func(tx *catalog.Tx) (err error) {
		if a, err = get(tx, n); err != nil {
			return err
		}
		if err := s.Rules.DeleteManaged(tx, a.ruleName(), managedBy); err != nil {
			return err
		}
		return archives.Delete(tx, n.parts()...)
	})
	if err != nil {
		return err
	}
	if err := s.Journal.Delete(context.WithoutCancel(ctx), a.Log); err != nil {
		s.Logger.Error("events of a deleted archive stay until the next start", "archive", a.ARN(), "err", err)
	}
	s.wakeAll()
	return nil
}

// Archive returns an archive.
func (s *Service) Archive(n Name) (a Archive, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		if a, err = get(r, n); err != nil {
			return err
		}
		return s.observe(r, &a)
	})
	return a, err
}

func get(r catalog.Reader, n Name) (Archive, error) {
	a, ok, err := archives.Get(r, n.parts()...)
	a.Name = n
	if err == nil && !ok {
		err = noArchive(n.Name)
	}
	return a, err
}

// observe fills in how an archive is now.
func (s *Service) observe(r catalog.Reader, a *Archive) error {
	managed, err := s.Rules.Managed(r, a.ruleName(), managedBy)
	if err != nil {
		return err
	}
	a.State = Enabled
	if !managed {
		a.State = Disabled
		a.Reason = "The rule " + a.ruleName().Rule + " was removed. UpdateArchive makes it anew."
	}
	a.Size, err = s.Journal.Size(a.Log)
	if errors.Is(err, journal.ErrNoLog) { // deleted since the view began
		err = nil
	}
	return err
}
