package alarms

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"

	"github.com/cespare/xxhash/v2"

	"skywatch/catalog"
	"skywatch/metric"
)

// Contributor is one of the time series that an alarm judges each by itself. Those
// in ALARM are kept, and those on their way there; all others are OK.
type Contributor struct {
	ID         string
	Attributes map[string]string
	Value      State // OK or Alarming
	Reason     string
	// Transitioned is when Value changed last.
	Transitioned metric.Instant
	// Pending is the first of the instants in a row at which a PromQL query has
	// returned a contributor that is OK, Gone the first at which it has not
	// returned one in ALARM; zero: neither.
	Pending metric.Instant `json:",omitempty"`
	Gone    metric.Instant `json:",omitempty"`
}

// kept reports whether there is anything to keep of the contributor.
func (c *Contributor) kept() bool { return c.Value == Alarming || c.Pending != 0 }

// ContributorChange is a contributor as a decision leaves it.
type ContributorChange struct {
	Contributor
	From State
}

// transition reports whether the state has changed, and not only the times.
func (c *ContributorChange) transition() bool { return c.Value != c.From }

// contributes reports whether the alarm judges several time series, each by
// itself.
func (d *Definition) contributes() bool { return len(d.GroupBy) > 0 || d.PromQL != nil }

// contributorID is the same for the same attributes: 16 hexadecimal digits, as
// many as AWS's ids have at most.
func contributorID(attributes map[string]string) string {
	var b []byte
	for _, k := range slices.Sorted(maps.Keys(attributes)) {
		b = binary.AppendUvarint(b, uint64(len(k)))
		b = append(b, k...)
		b = binary.AppendUvarint(b, uint64(len(attributes[k])))
		b = append(b, attributes[k]...)
	}
	return hex.EncodeToString(binary.BigEndian.AppendUint64(nil, xxhash.Sum64(b)))
}

// contributors holds those of alarms that are kept, by (account, region, alarm's
// name, id).
var contributors = catalog.Table[Contributor]{Name: "alarm-contributors"}

// loadContributors reads those of an alarm that has any, by id.
func (a *Alarm) loadContributors(r catalog.Reader) error {
	if !a.contributes() {
		return nil
	}
	return contributors.Scan(r, catalog.Range{Prefix: a.parts()}, func(_ []string, c Contributor) (bool, error) {
		a.contributors = append(a.contributors, c)
		return true, nil
	})
}

// saveContributor keeps a contributor, or drops it where there is nothing to
// keep.
func saveContributor(tx *catalog.Tx, k Key, c *Contributor) error {
	at := append(k.parts(), c.ID)
	if c.kept() {
		return contributors.Put(tx, *c, at...)
	}
	return contributors.Delete(tx, at...)
}

// forgetContributors drops those of an alarm that is deleted, or has none any
// more.
func forgetContributors(tx *catalog.Tx, a *Alarm) error {
	for _, c := range a.contributors {
		if err := contributors.Delete(tx, append(a.parts(), c.ID)...); err != nil {
			return err
		}
	}
	return nil
}

// takeContributors replaces those that have changed.
func (a *Alarm) takeContributors(changes []ContributorChange) {
	kept := slices.DeleteFunc(slices.Clone(a.contributors), func(c Contributor) bool {
		return slices.ContainsFunc(changes, func(n ContributorChange) bool { return n.ID == c.ID })
	})
	for _, c := range changes {
		if c.kept() {
			kept = append(kept, c.Contributor)
		}
	}
	slices.SortFunc(kept, func(x, y Contributor) int { return cmp.Compare(x.ID, y.ID) })
	a.contributors = kept
}
