package index

import (
	"cmp"
	"slices"
)

// list is series in the order of their keys. What sorted has held is never
// changed in place, so that a reader may keep it without a lock.
type list struct {
	sorted []*Series
	tail   []*Series // added since, in any order
}

func (l *list) add(s *Series) { l.tail = append(l.tail, s) }

func (l *list) len() int { return len(l.sorted) + len(l.tail) }

func byKey(a, b *Series) int { return cmp.Compare(a.Key, b.Key) }

// all returns the series in order.
func (l *list) all() []*Series {
	if len(l.tail) == 0 {
		return l.sorted
	}
	slices.SortFunc(l.tail, byKey)
	if len(l.sorted) == 0 || byKey(l.sorted[len(l.sorted)-1], l.tail[0]) < 0 {
		l.sorted = append(l.sorted, l.tail...) // behind what any reader holds
	} else {
		l.sorted = merge(l.sorted, l.tail)
	}
	l.tail = nil
	return l.sorted
}

func merge(a, b []*Series) []*Series {
	out := make([]*Series, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if byKey(a[0], b[0]) < 0 {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// compact drops the series that are gone.
func (l *list) compact() {
	kept := make([]*Series, 0, l.len())
	for _, s := range l.all() {
		if !s.gone.Load() {
			kept = append(kept, s)
		}
	}
	l.sorted = kept
}
