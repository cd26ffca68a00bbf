package queue

import (
	"sync"
	"time"

	"skywatch/catalog"
)

// hiddenCount is how many messages of a store cannot be received, by the second from
// which they can: how many are in flight and delayed is then told without
// reading them all. It begins with a count of what is on disk, and from then on
// hears of every transaction that is done.
type hiddenCount struct {
	mu    sync.Mutex
	store string // that was counted; empty: none yet
	// count is which count of this queue it is, from 1. Transactions that ran
	// before it are in the count, also if they are not on disk yet.
	count int
	at    map[int64]kinds
	most  int // beyond so many seconds those that are over are forgotten
}

// kinds are numbers of what is hidden.
type kinds struct {
	inFlight, delayed int
	groups            int // of a FIFO queue, that have messages in flight
}

func (k *kinds) add(o kinds) {
	k.inFlight += o.inFlight
	k.delayed += o.delayed
	k.groups += o.groups
}

// leastSeconds is how many seconds there may be before any is forgotten.
const leastSeconds = 64

// one is a message in a state, as a number.
func (s *state) one() kinds {
	if s.Receives > 0 {
		return kinds{inFlight: 1}
	}
	return kinds{delayed: 1}
}

// visible is how many of a store's messages are not hidden.
func (k kinds) visible(total int) int { return max(0, total-k.inFlight-k.delayed) }

func (k kinds) times(n int) kinds { return kinds{k.inFlight * n, k.delayed * n, k.groups * n} }

// shift is what a transaction changes in a store's hidden.
type shift struct {
	of    *hiddenCount
	count int   // that it is on top of
	now   int64 // the second in which it is made
	parts []shiftPart
}

type shiftPart struct {
	second int64
	by     kinds
}

// hides notes that tx hides something of a store until t, or, with a negative
// number, that it does not any more. Nothing is hidden for less than a second, so
// what this second shows was noted before it began.
func (s *Service) hides(tx *catalog.Tx, store string, t time.Time, by kinds) {
	second, now := t.Unix(), s.now().Unix()
	if second <= now {
		return
	}
	c := changeOf(tx, store)
	if c.hidden.of == nil {
		c.hidden.of = &s.shelves.get(store).hidden
		c.hidden.count, c.hidden.now = c.hidden.of.counted(store), now
		tx.After(c.hidden.apply)
	}
	if c.hidden.count == 0 {
		return
	}
	for i := range c.hidden.parts {
		if c.hidden.parts[i].second == second {
			c.hidden.parts[i].by.add(by)
			return
		}
	}
	c.hidden.parts = append(c.hidden.parts, shiftPart{second, by})
}

// counted is which count there is of a store; 0: none.
func (h *hiddenCount) counted(store string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.store != store {
		return 0
	}
	return h.count
}

func (s *shift) apply() {
	h := s.of
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.count == 0 || s.count != h.count {
		return
	}
	for _, p := range s.parts {
		sum := h.at[p.second]
		sum.add(p.by)
		h.at[p.second] = sum
	}
	if len(h.at) > h.most {
		h.forget(s.now)
		h.most = 2*len(h.at) + leastSeconds
	}
}

// forget removes what was over before a second.
func (h *hiddenCount) forget(second int64) {
	for at := range h.at {
		if at < second {
			delete(h.at, at)
		}
	}
}

// after sums up what is hidden beyond a second; within says whether there may be
// more in it.
func (h *hiddenCount) after(store string, second int64) (sum kinds, within, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.store != store {
		return sum, false, false
	}
	h.forget(second)
	for at, k := range h.at {
		if at > second {
			sum.add(k)
		}
	}
	_, within = h.at[second]
	return sum, within, true
}

// hidden counts what cannot be received now: the messages in flight and those
// that are delayed. Where the store was counted before, it reads only those that
// appear within this second.
func (s *Service) hidden(r catalog.Reader, store string) (kinds, error) {
	now := s.now()
	second := now.Unix()
	sum, within, ok := s.shelves.get(store).hidden.after(store, second)
	var until time.Time
	var err error
	if ok {
		until = time.Unix(second+1, 0)
	}
	if within || !ok {
		err = eachHidden(r, store, now, until, func(_ time.Time, k kinds) { sum.add(k) })
	}
	return kinds{max(0, sum.inFlight), max(0, sum.delayed), max(0, sum.groups)}, err
}

// countHidden is hidden, and counts the store if that was not done. tx must not
// have written to the store.
func (s *Service) countHidden(tx *catalog.Tx, store string) (kinds, error) {
	h := &s.shelves.get(store).hidden
	if h.counted(store) > 0 {
		return s.hidden(tx, store)
	}
	at := map[int64]kinds{}
	err := eachHidden(tx, store, s.now(), time.Time{}, func(t time.Time, k kinds) {
		sum := at[t.Unix()]
		sum.add(k)
		at[t.Unix()] = sum
	})
	if err != nil {
		return kinds{}, err
	}
	h.begin(store, at)
	return s.hidden(tx, store)
}

func (h *hiddenCount) begin(store string, at map[int64]kinds) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.store, h.at, h.most = store, at, 2*len(at)+leastSeconds
	h.count++
}

// eachHidden calls f with what becomes visible after now and, if until is set,
// before that.
func eachHidden(r catalog.Reader, store string, now, until time.Time, f func(time.Time, kinds)) error {
	rg := catalog.Range{Prefix: []string{store}, After: []string{store, catalog.TimePart(now), "\xff"}}
	if !until.IsZero() {
		rg.Until = []string{store, catalog.TimePart(until)}
	}
	err := order.Scan(r, rg, func(key []string, m mark) (bool, error) {
		t, err := timeOf(key[1])
		st := state{}
		if m.Received {
			st.Receives = 1
		}
		f(t, st.one())
		return true, err
	})
	if err != nil {
		return err
	}
	return ready.ScanKeys(r, rg, func(key []string) (bool, error) {
		t, err := timeOf(key[1])
		if err != nil {
			return false, err
		}
		g, _, err := groups.Get(r, store, key[2])
		if g.InFlight {
			f(t, kinds{groups: 1})
		}
		return true, err
	})
}
