package alarms

import (
	"fmt"
	"slices"
	"time"

	"skywatch/alarms/mute"
	"skywatch/catalog"
	"skywatch/metric"
)

// muteRecord is a mute rule as kept.
type muteRecord struct {
	MuteDefinition
	Updated metric.Instant
	// Revision is of the sequence of the alarms: no two definitions of any rule
	// have the same.
	Revision uint64
}

// withheld is what is kept of an alarm whose actions a mute rule holds.
type withheld struct {
	// Before is the state that the alarm was in before the first change whose
	// actions were held: where it is there again, nothing is left to do. Empty: only
	// contributors' are held.
	Before State
	// Untold: the actions of that state were suppressed, so that nobody knows of it
	// and being there again is news.
	Untold bool `json:",omitempty"`
	// Old is what it has left last, for its messages.
	Old Status
	// Contributors are those whose actions are held, by id.
	Contributors map[string]withheldContributor `json:",omitempty"`
}

// The tables, by (account, region, name).
var (
	muteRules = catalog.Table[muteRecord]{Name: "alarm-mute-rules"}
	muteTags  = catalog.Table[[]Tag]{Name: "alarm-mute-rule-tags"}
	// mutesOf holds the names of the rules that name an alarm, by the alarm, in
	// order. The alarm need not exist any more.
	mutesOf = catalog.Table[[]string]{Name: "alarm-mute-rules-by-alarm"}
	// heldActions are by the alarm.
	heldActions = catalog.Table[withheld]{Name: "alarm-actions-held"}
)

// rule is the rule that a record describes, as it stands at an instant.
func (rec *muteRecord) rule(k MuteKey, now time.Time) (*MuteRule, error) {
	when, err := mute.Parse(rec.Schedule)
	if err != nil {
		return nil, fmt.Errorf("mute rule %s: %w", k.ARN(), err)
	}
	return &MuteRule{
		MuteKey: k, MuteDefinition: rec.MuteDefinition, Updated: rec.Updated,
		Type: when.Type(), Status: when.Status(now),
	}, nil
}

func saveMuteRule(tx *catalog.Tx, k MuteKey, d MuteDefinition, now metric.Instant) error {
	n, err := next(tx)
	if err != nil {
		return err
	}
	return muteRules.Put(tx, muteRecord{d, now, n}, k.parts()...)
}

// pointMutes has the index name a rule with the alarms that it names now, and not
// with those that it named before.
func pointMutes(tx *catalog.Tx, k MuteKey, before, now []string) error {
	for _, alarm := range before {
		if !slices.Contains(now, alarm) {
			if err := repoint(tx, Key{k.Tenant, alarm}, k.Name, false); err != nil {
				return err
			}
		}
	}
	for _, alarm := range now {
		if err := repoint(tx, Key{k.Tenant, alarm}, k.Name, true); err != nil {
			return err
		}
	}
	return nil
}

// repoint puts a rule into the index of an alarm, or takes it out.
func repoint(tx *catalog.Tx, alarm Key, rule string, in bool) error {
	clear(quietIn(tx))
	rules, _, err := mutesOf.Get(tx, alarm.parts()...)
	if err != nil {
		return err
	}
	i, there := slices.BinarySearch(rules, rule)
	switch {
	case in == there:
		return nil
	case in:
		rules = slices.Insert(rules, i, rule)
	default:
		rules = slices.Delete(rules, i, i+1)
	}
	if len(rules) == 0 {
		return mutesOf.Delete(tx, alarm.parts()...)
	}
	return mutesOf.Put(tx, rules, alarm.parts()...)
}

type quietKey struct{}

// quietIn returns of which tenants a transaction has found that no rule of theirs
// mutes anything and nothing is held, or that this is not so.
func quietIn(tx *catalog.Tx) map[metric.Tenant]bool {
	return catalog.Local(tx, quietKey{}, func() map[metric.Tenant]bool { return map[metric.Tenant]bool{} })
}

// quiet reports whether certainly no rule of a tenant mutes anything and nothing is
// held. Within a transaction it looks once: a storm of changes asks for each of
// them. That something is held needs a rule that mutes, so it stays true until a
// rule is put.
func quiet(r catalog.Reader, t metric.Tenant) (bool, error) {
	tx, ok := r.(*catalog.Tx)
	if !ok {
		return false, nil
	}
	known := quietIn(tx)
	if yes, ok := known[t]; ok {
		return yes, nil
	}
	yes := true
	any := func([]string) (bool, error) {
		yes = false
		return false, nil
	}
	of := catalog.Range{Prefix: []string{t.Account, t.Region}}
	err := mutesOf.ScanKeys(tx, of, any)
	if err == nil && yes {
		err = heldActions.ScanKeys(tx, of, any)
	}
	if err == nil {
		known[t] = yes
	}
	return yes, err
}
