package queue

import (
	"cmp"
	"slices"
	"time"

	"skywatch/catalog"
)

// A standard queue is fair between the message groups in it (SQS developer
// guide, "fair queues"): a group that has more than its share in flight is
// noisy, and its messages come only when no quiet group has one. A message
// without a group is a group of its own. As in a FIFO queue the messages of a
// group stand in a line and the ready table has one entry per group, its first
// message's; but only until they are received. What is delayed at first, or comes
// back, is in the order with those that have no group, and is not held back.
//
// SQS also counts the share of processing time; we do not.
const (
	// noisyAbove is the share of all that is in flight, in per cent, and
	// noisyFrom the number in flight, that make a group noisy together.
	noisyAbove = 10
	noisyFrom  = 30
)

// noise is what a shelf knows of groups in a standard queue. It begins anew
// with the process. In flight means received and not deleted: a message whose
// time is over is counted, too.
type noise struct {
	low      time.Time      // nothing in the ready table comes before
	none     bool           // there is nothing in the ready table
	inFlight map[string]int // by group
}

// flies counts a group's messages in flight.
func (s *shelf) flies(group string, by int) {
	if group == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.noise.inFlight == nil {
		s.noise.inFlight = map[string]int{}
	}
	if s.noise.inFlight[group] += by; s.noise.inFlight[group] <= 0 {
		delete(s.noise.inFlight, group)
	}
}

// noisy returns how many messages of a group are in flight, if it is noisy.
func (s *shelf) noisy(group string) (n int, noisy bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n = s.noise.inFlight[group]
	return n, s.noisyBy(n)
}

// noisyBy reports whether so many in flight make a group noisy; the caller holds
// the lock.
func (s *shelf) noisyBy(n int) bool { return n >= noisyFrom && n*100 > s.inFlight*noisyAbove }

// quiet forgets what is in flight.
func (s *shelf) quiet() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.noise.inFlight)
}

// queueUp puts a message of a standard queue into the line of its group.
func (s *Service) queueUp(tx *catalog.Tx, store, name, id string) error {
	g, ok, err := groups.Get(tx, store, name)
	if err != nil {
		return err
	}
	if err := lines.Put(tx, struct{}{}, store, name, id); err != nil {
		return err
	}
	if ok && id > g.Gone { // behind others, or in front of them after a move
		first, err := firstInLine(tx, store, name, g.Gone)
		if err != nil || first != id {
			return err
		}
	}
	return s.lead(tx, store, name, id, g, ok)
}

// lead has a message be the first of its group.
func (s *Service) lead(tx *catalog.Tx, store, name, id string, old group, there bool) error {
	if there {
		if err := ready.Delete(tx, store, catalog.TimePart(old.Ready), name); err != nil {
			return err
		}
	}
	at, err := sentOf(id)
	if err != nil {
		return err
	}
	g := group{Ready: at, Gone: beforeID(id)}
	if there && id > old.Gone {
		g.Gone = old.Gone
	}
	s.shelves.get(store).grouped(at)
	if err := ready.Put(tx, struct{}{}, store, catalog.TimePart(at), name); err != nil {
		return err
	}
	return groups.Put(tx, g, store, name)
}

// grouped notes that something is in the ready table from t on.
func (s *shelf) grouped(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.noise.none || t.Before(s.noise.low) {
		s.noise.low = t
	}
	s.noise.none = false
}

// beforeID sorts before the id and after all that are before it.
func beforeID(id string) string { return id[:len(id)-idSalt] }

// sentOf is the time that an id in a standard queue begins with.
func sentOf(id string) (time.Time, error) {
	return timeOf(id[:min(len(id), len(catalog.TimePart(time.Time{})))])
}

func firstInLine(r catalog.Reader, store, name, gone string) (first string, err error) {
	err = lines.ScanKeys(r, line(store, name, gone), func(key []string) (bool, error) {
		first = key[2]
		return false, nil
	})
	return first, err
}

// stepOut takes a message of a standard queue out of the line of its group.
func (s *Service) stepOut(tx *catalog.Tx, store, name, id string) error {
	g, ok, err := groups.Get(tx, store, name)
	if err != nil || !ok {
		return err
	}
	first, err := firstInLine(tx, store, name, g.Gone)
	if err != nil {
		return err
	}
	if err := lines.Delete(tx, store, name, id); err != nil || first != id {
		return err
	}
	g.Gone = id
	next, err := firstInLine(tx, store, name, id)
	if err != nil {
		return err
	}
	if next != "" {
		return s.lead(tx, store, name, next, g, true)
	}
	if err := ready.Delete(tx, store, catalog.TimePart(g.Ready), name); err != nil {
		return err
	}
	return groups.Delete(tx, store, name)
}

// fairly returns the groups of a standard queue that have messages in their
// lines, up to a limit of quiet ones, with the noisy ones at the end: of these
// the one with the fewest in flight first.
func (s *Service) fairly(tx *catalog.Tx, store string, limit int) (quiet, noisy []found, err error) {
	sh := s.shelves.get(store)
	low, none := sh.noiseFrom()
	if none {
		return nil, nil, nil
	}
	inFlight := map[string]int{}
	empty := true
	err = upcomingGroups(tx, store, low, s.now(), func(one found) (bool, error) {
		if empty {
			low, empty = one.at, false
		}
		one.group = true
		if n, is := sh.noisy(one.name); is {
			inFlight[one.name], one.noisy = n, true
			noisy = append(noisy, one)
		} else {
			quiet = append(quiet, one)
		}
		return len(quiet) < limit, nil
	})
	if err != nil {
		return nil, nil, err
	}
	sh.sawGroups(low, empty)
	slices.SortStableFunc(noisy, func(a, b found) int { return cmp.Compare(inFlight[a.name], inFlight[b.name]) })
	return quiet, noisy, nil
}

func (s *shelf) noiseFrom() (low time.Time, none bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.noise.low, s.noise.none
}

// sawGroups notes where the ready table begins; call it only within the
// transaction that saw so.
func (s *shelf) sawGroups(low time.Time, none bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noise.low, s.noise.none = low, none
}
