package doors

import (
	"context"
	"time"

	"skywatch/catalog"
)

// sighting is an event that was taken, by its identity.
type sighting struct {
	EventID string
	Until   time.Time
}

// The tables. A sighting is deleted some time after it has run out.
var (
	sightings = catalog.Table[sighting]{Name: "door-seen"}     // account, region, door, identity
	ages      = catalog.Table[struct{}]{Name: "door-seen-age"} // time, and the same
)

func (w *way) parts(key string) []string { return []string{w.to.Account, w.to.Region, w.door, key} }

// seen returns the event that an identity was taken as within the window.
func (w *way) seen(r catalog.Reader, key string, now time.Time) (eventID string, ok bool, err error) {
	s, ok, err := sightings.Get(r, w.parts(key)...)
	return s.EventID, ok && now.Before(s.Until), err
}

// remember keeps what an identity was taken as.
func (w *way) remember(tx *catalog.Tx, key, eventID string, now time.Time) error {
	if key == "" {
		return nil
	}
	s := sighting{eventID, now.Add(w.window)}
	if err := sightings.Put(tx, s, w.parts(key)...); err != nil {
		return err
	}
	return ages.Put(tx, struct{}{}, append([]string{catalog.TimePart(s.Until)}, w.parts(key)...)...)
}

const (
	// forgetEvery is how often identities that have run out are deleted, and
	// forgetBatch how many of them in one transaction.
	forgetEvery = time.Minute
	forgetBatch = 500
)

// Run forgets identities until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(forgetEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := s.Forget(ctx); err != nil && ctx.Err() == nil {
			return err
		}
	}
}

// Forget deletes the identities that have run out, in small transactions.
func (s *Service) Forget(ctx context.Context) error {
	before := catalog.TimePart(s.Now())
	for more := true; more; {
		err := s.Catalog.Update(ctx, func(tx *catalog.Tx) (err error) {
			more, err = forget(tx, before)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// forget deletes a batch and reports whether there may be more.
func forget(tx *catalog.Tx, before string) (more bool, err error) {
	n := 0
	err = ages.Scan(tx, catalog.Range{}, func(key []string, _ struct{}) (bool, error) {
		if key[0] > before {
			return false, nil
		}
		if n == forgetBatch {
			more = true
			return false, nil
		}
		n++
		if err := ages.Delete(tx, key...); err != nil {
			return false, err
		}
		// The identity may have been taken again since.
		s, ok, err := sightings.Get(tx, key[1:]...)
		if err != nil || !ok || catalog.TimePart(s.Until) != key[0] {
			return err == nil, err
		}
		return true, sightings.Delete(tx, key[1:]...)
	})
	return more, err
}
