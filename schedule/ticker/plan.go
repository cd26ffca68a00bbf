package ticker

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"skywatch/catalog"
)

// Plan names a plan: its owner and the owner's key of one or more parts.
type Plan struct {
	Owner string
	Key   []string
}

func (p Plan) parts() []string { return append([]string{p.Owner}, p.Key...) }

// record is what is kept of a plan.
type record struct {
	At time.Time // the next planned time
	// Wake is when the plan is looked at: At, or later after failures.
	Wake     time.Time
	Failures int `json:",omitempty"`
	// Noticed is Tick.Noticed of a plan that failed.
	Noticed time.Time `json:",omitzero"`
	// Gap: times before At were passed over, so that it does not continue what
	// was acted on last.
	Gap   bool  `json:",omitempty"`
	Acted spans `json:",omitempty"`
}

// The tables: plans by (owner, key...), and for each of them how often it has
// failed, by (owner, Wake, key...): each owner's plans are a queue of their
// own.
var (
	plans   = catalog.Table[record]{Name: "plans"}
	waiting = catalog.Table[int]{Name: "plans-waiting"}
)

func (p Plan) waitingParts(wake time.Time) []string {
	return append([]string{p.Owner, catalog.TimePart(ceil(wake))}, p.Key...)
}

// ceil rounds up to what a TimePart holds, so that no plan is early.
func ceil(t time.Time) time.Time {
	if r := t.Truncate(time.Millisecond); r.Before(t) {
		return r.Add(time.Millisecond)
	}
	return t
}

// put writes a plan; old is what there was, the zero record if nothing.
func put(tx *catalog.Tx, p Plan, old, now record) error {
	if err := unwait(tx, p, old); err != nil {
		return err
	}
	if err := waiting.Put(tx, now.Failures, p.waitingParts(now.Wake)...); err != nil {
		return err
	}
	return plans.Put(tx, now, p.parts()...)
}

func remove(tx *catalog.Tx, p Plan, old record) error {
	if err := unwait(tx, p, old); err != nil {
		return err
	}
	return plans.Delete(tx, p.parts()...)
}

func unwait(tx *catalog.Tx, p Plan, old record) error {
	if old.Wake.IsZero() {
		return nil
	}
	return waiting.Delete(tx, p.waitingParts(old.Wake)...)
}

// entry is a plan that waits.
type entry struct {
	Plan
	wake     time.Time
	failures int
}

func entryOf(key []string, failures int) (entry, error) {
	ms, err := strconv.ParseInt(key[1], 10, 64)
	if err != nil {
		return entry{}, fmt.Errorf("plan %q: %w", key, err)
	}
	return entry{Plan{key[0], slices.Clone(key[2:])}, time.UnixMilli(ms).UTC(), failures}, nil
}
