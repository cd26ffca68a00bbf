package alarms

import (
	"skywatch/catalog"
	"skywatch/metric"
)

// record is an alarm's definition as kept.
type record struct {
	Definition
	ConfigurationUpdated metric.Instant
	Revision             uint64
}

// statusRecord is an alarm's state as kept, apart from the definition: it is
// rewritten often and is common to all kinds of alarms.
type statusRecord struct {
	Status
	Version uint64
}

// The tables, by (account, region, name) and as noted.
var (
	definitions = catalog.Table[record]{Name: "alarms"}
	statuses    = catalog.Table[statusRecord]{Name: "alarm-states"}
	tagSets     = catalog.Table[[]Tag]{Name: "alarm-tags"}
	// byMetric is the index of alarms by (account, region, metric's key, name).
	byMetric = catalog.Table[struct{}]{Name: "alarms-by-metric"}
	// sequence holds the last number given out.
	sequence = catalog.Table[uint64]{Name: "alarm-sequence"}
)

// numbers gives out those of a transaction: what was given out last is read and
// written once.
type numbers struct {
	last    uint64
	known   bool // last was read
	unsaved bool
}

type numbersKey struct{}

// next gives out a number that was never given out before.
func next(tx *catalog.Tx) (uint64, error) {
	n := catalog.Local(tx, numbersKey{}, func() *numbers { return &numbers{} })
	if !n.known {
		last, _, err := sequence.Get(tx)
		if err != nil {
			return 0, err
		}
		n.last, n.known = last, true
	}
	n.last++
	if !n.unsaved {
		n.unsaved = true
		tx.AtEnd(func() error {
			n.unsaved = false
			return sequence.Put(tx, n.last)
		})
	}
	return n.last, nil
}

// load reads an alarm.
func load(r catalog.Reader, k Key) (*Alarm, bool, error) {
	rec, ok, err := definitions.Get(r, k.parts()...)
	if err != nil || !ok {
		return nil, false, err
	}
	return join(r, k, rec)
}

func join(r catalog.Reader, k Key, rec record) (*Alarm, bool, error) {
	st, ok, err := statuses.Get(r, k.parts()...)
	if err != nil || !ok {
		return nil, false, err
	}
	a, err := assemble(r, k, rec, st)
	return a, err == nil, err
}

// assemble makes an alarm of its records and of what belongs to some alarms only.
func assemble(r catalog.Reader, k Key, rec record, st statusRecord) (*Alarm, error) {
	a := &Alarm{
		Key: k, Definition: rec.Definition, ConfigurationUpdated: rec.ConfigurationUpdated,
		Status: st.Status, revision: rec.Revision, version: st.Version,
	}
	if a.TagPropagation != nil {
		tags, _, err := tagSets.Get(r, k.parts()...)
		if err != nil {
			return nil, err
		}
		a.carry(tags)
	}
	return a, a.loadContributors(r)
}

// loadEach reads alarms, nil where there is none. It costs less than as many
// loads; the more so, the nearer the keys are to each other and in order.
func loadEach(r catalog.Reader, keys []Key) ([]*Alarm, error) {
	parts, records, all := make([][]string, len(keys)), make([]*record, len(keys)), make([]*Alarm, len(keys))
	for i, k := range keys {
		parts[i] = k.parts()
	}
	err := definitions.GetEach(r, parts, func(i int, rec record) error {
		records[i] = &rec
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, statuses.GetEach(r, parts, func(i int, st statusRecord) (err error) {
		if records[i] != nil {
			all[i], err = assemble(r, keys[i], *records[i], st)
		}
		return err
	})
}

// scan calls fn for the alarms whose keys begin with prefix, by name, those
// after the key after where it is set, until fn returns false.
func scan(r catalog.Reader, prefix, after []string, fn func(*Alarm) (bool, error)) error {
	return definitions.Scan(r, catalog.Range{Prefix: prefix, After: after}, func(key []string, rec record) (bool, error) {
		a, ok, err := join(r, keyOf(key), rec)
		if err != nil || !ok {
			return err == nil, err
		}
		return fn(a)
	})
}

func keyOf(parts []string) Key {
	return Key{Tenant: metric.Tenant{Account: parts[0], Region: parts[1]}, Name: parts[2]}
}

// saveDefinition writes the alarm's definition under a new revision.
func saveDefinition(tx *catalog.Tx, a *Alarm) error {
	n, err := next(tx)
	if err != nil {
		return err
	}
	a.revision = n
	if err := definitions.Put(tx, record{a.Definition, a.ConfigurationUpdated, n}, a.parts()...); err != nil {
		return err
	}
	switch a.Kind() {
	case OnMetric:
		return byMetric.Put(tx, struct{}{}, a.metricParts()...)
	case OnChildren:
		return relate(tx, a)
	}
	return nil
}

// saveStatus writes the alarm's status under a new version.
func saveStatus(tx *catalog.Tx, a *Alarm) error {
	n, err := next(tx)
	if err != nil {
		return err
	}
	a.version = n
	return statuses.Put(tx, statusRecord{a.Status, n}, a.parts()...)
}

// remove deletes an alarm and its tags; its history stays.
func remove(tx *catalog.Tx, a *Alarm) error {
	if err := forgetIndexed(tx, a); err != nil {
		return err
	}
	if err := forgetContributors(tx, a); err != nil {
		return err
	}
	if err := tagSets.Delete(tx, a.parts()...); err != nil {
		return err
	}
	if err := statuses.Delete(tx, a.parts()...); err != nil {
		return err
	}
	return definitions.Delete(tx, a.parts()...)
}

// forgetIndexed takes an alarm out of the indexes by what it looks at.
func forgetIndexed(tx *catalog.Tx, a *Alarm) error {
	switch a.Kind() {
	case OnMetric:
		return byMetric.Delete(tx, a.metricParts()...)
	case OnChildren:
		return unrelate(tx, a)
	}
	return nil
}

func (a *Alarm) metricParts() []string {
	return []string{a.Account, a.Region, string(a.Metric().AppendKey(nil)), a.Name}
}
