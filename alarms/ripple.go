package alarms

import (
	"slices"

	"skywatch/catalog"
	"skywatch/metric"
)

// turn is a change of an alarm's state in the transaction at hand.
type turn struct {
	Key
	from, to State
	at       metric.Instant
}

// ripple takes the changes of a transaction to the composite alarms above: once
// everything else of the transaction is done, and each of them once. What changed
// together is seen together, so a rule over several of them takes no value that
// it would have had for no time, and a storm of children costs their parents one
// evaluation a transaction.
type ripple struct {
	s     *Service
	tx    *catalog.Tx
	turns map[Key][]turn
	order []turn // all of them, as they came
	// fresh are the alarms whose turns were not followed yet.
	fresh   []Key
	queued  bool
	running bool
	heard   map[Key]int // how many turns of its children each has taken in
	// alone: the tenant has no composite alarms.
	alone map[metric.Tenant]bool
}

type rippleKey struct{}

// spread has the composite alarms that depend on an alarm hear that it left a
// state.
func (s *Service) spread(tx *catalog.Tx, a *Alarm, from State) {
	r := catalog.Local(tx, rippleKey{}, func() *ripple {
		return &ripple{s: s, tx: tx, turns: map[Key][]turn{}, heard: map[Key]int{}, alone: map[metric.Tenant]bool{}}
	})
	t := turn{a.Key, from, a.Value, a.Transitioned}
	r.turns[a.Key] = append(r.turns[a.Key], t)
	r.order = append(r.order, t)
	if r.running {
		return // it is on the way that is walked
	}
	r.fresh = append(r.fresh, a.Key)
	if !r.queued {
		r.queued = true
		tx.AtEnd(r.run)
	}
}

// run walks up from the alarms that changed, children before their parents and
// suppressors before those that they suppress. Where dependences form a cycle the
// way ends at the alarm that is on it already.
func (r *ripple) run() error {
	w := way{ripple: r, on: map[Key][]edge{}, seen: map[Key]bool{}}
	for _, k := range r.fresh {
		if err := w.up(k); err != nil {
			return err
		}
	}
	r.running = true
	for _, k := range slices.Backward(w.post) {
		if err := r.visit(k, w.on[k]); err != nil {
			return err
		}
	}
	// Who is on a cycle may have been passed before its child changed.
	for _, k := range w.post {
		moved, _ := r.moved(w.on[k])
		if _, err := r.hear(k, moved); err != nil {
			return err
		}
	}
	r.running, r.queued = false, false
	clear(r.turns)
	clear(r.heard)
	r.order, r.fresh = nil, nil
	return nil
}

// edge is one thing that a composite alarm on the way depends on.
type edge struct {
	to Key
	dependence
}

// way is what may be affected by changes, found before anything is.
type way struct {
	*ripple
	on   map[Key][]edge
	seen map[Key]bool
	post []Key // each after all that depend on it
}

func (w *way) up(k Key) error {
	if w.seen[k] {
		return nil
	}
	w.seen[k] = true
	if lonely, err := w.lonely(k.Tenant); err != nil || lonely {
		return err
	}
	var above []Key
	err := eachDependent(w.tx, k, func(parent Key, d dependence) (bool, error) {
		w.on[parent] = append(w.on[parent], edge{k, d})
		above = append(above, parent)
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, parent := range above {
		if err := w.up(parent); err != nil {
			return err
		}
	}
	w.post = append(w.post, k)
	return nil
}

// lonely reports whether a tenant has no composite alarm that depends on any.
func (w *way) lonely(t metric.Tenant) (bool, error) {
	if lonely, ok := w.alone[t]; ok {
		return lonely, nil
	}
	lonely := true
	err := dependents.ScanKeys(w.tx, catalog.Range{Prefix: []string{t.Account, t.Region}}, func([]string) (bool, error) {
		lonely = false
		return false, nil
	})
	w.alone[t] = lonely
	return lonely, err
}

// visit has an alarm look at what it depends on, as far as that has changed: at
// its children first, as a change of its own begins another suppression.
func (r *ripple) visit(k Key, on []edge) error {
	moved, suppressors := r.moved(on)
	if len(moved) == 0 && len(suppressors) == 0 {
		return nil
	}
	a, ok, err := load(r.tx, k)
	if err != nil || !ok {
		return err
	}
	changed := false
	if len(moved) > 0 {
		states, err := r.hear(k, moved)
		if err != nil {
			return err
		}
		if changed, err = r.s.reconsider(r.tx, a, states, moved); err != nil {
			return err
		}
	}
	if changed || len(suppressors) == 0 {
		return nil
	}
	first, last := suppressors[0], suppressors[len(suppressors)-1]
	return r.s.suppressorMoved(r.tx, a, turn{last.Key, first.from, last.to, last.at})
}

// hear keeps the states that an alarm's children have come to, and returns those
// of all of them; nil if there is nothing new.
func (r *ripple) hear(k Key, moved []turn) (map[string]State, error) {
	if len(moved) == r.heard[k] {
		return nil, nil
	}
	r.heard[k] = len(moved)
	states, _, err := childStates.Get(r.tx, k.parts()...)
	if err != nil {
		return nil, err
	}
	for _, t := range moved {
		states[t.Name] = t.to
	}
	return states, childStates.Put(r.tx, states, k.parts()...)
}

// moved returns the turns of children and of the suppressor, as they came.
func (r *ripple) moved(on []edge) (of, suppressors []turn) {
	kinds := map[Key]dependence{}
	for _, e := range on {
		if len(r.turns[e.to]) > 0 {
			kinds[e.to] = e.dependence
		}
	}
	if len(kinds) == 0 {
		return nil, nil
	}
	for _, t := range r.order {
		if kinds[t.Key].Child {
			of = append(of, t)
		}
		if kinds[t.Key].Suppressor {
			suppressors = append(suppressors, t)
		}
	}
	return of, suppressors
}

// reconsider evaluates a composite alarm whose children have changed. A result
// that it has already leaves everything as it is, its reason too (recorded).
func (s *Service) reconsider(tx *catalog.Tx, a *Alarm, states map[string]State, turns []turn) (changed bool, err error) {
	j, err := rules(a, states)
	if err != nil || j.value == a.Value {
		return false, err
	}
	data, err := j.reasonData(tx, a.Tenant)
	if err != nil {
		return false, err
	}
	c := j.cause(turns)
	reason := c.ARN() + " transitioned to " + string(c.to) + " at " + spelled(c.at)
	return true, s.change(tx, a, j.value, reason, data, c.at)
}
