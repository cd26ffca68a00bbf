package pattern

import (
	"cmp"
	"slices"
)

// maxScanned is up to how many leaves of a path are simply tried in turn.
const maxScanned = 16

// hashedLeaf is a string leaf in the index of a path with many leaves.
type hashedLeaf struct {
	hash uint64
	leaf int32
}

// texts returns the strings that alone satisfy the test, nil if others do.
func (t *test) texts(room *[1]string) []string {
	if t.alts == nil {
		room[0] = t.one
		return room[:]
	}
	if t.alts.onlyStrings {
		return t.alts.strings.list
	}
	return nil
}

// each calls f with leaves of a path that satisfy a test, until f has enough.
// In a long array strings are looked up; else each pattern that the array
// leads to would go through all of it.
func (r *reader) each(s *slot, t *test, f func(l *leaf) (enough bool)) {
	var room [1]string
	if s.count > maxScanned {
		if texts := t.texts(&room); texts != nil {
			r.lookUp(s, texts, f)
			return
		}
	}
	for i := s.first; i != noLeaf; i = r.leaves[i].next {
		if l := &r.leaves[i]; t.match(l) && f(l) {
			return
		}
	}
}

func (r *reader) lookUp(s *slot, texts []string, f func(l *leaf) bool) {
	index := r.index(s)
	for _, text := range texts {
		hash := r.h.text(text)
		i, _ := slices.BinarySearchFunc(index, hash, func(x hashedLeaf, hash uint64) int { return cmp.Compare(x.hash, hash) })
		for ; i < len(index) && index[i].hash == hash; i++ {
			if l := &r.leaves[index[i].leaf]; l.text == text && f(l) {
				return
			}
		}
	}
}

// index is the string leaves of a path by their hashes, made when first asked
// for.
func (r *reader) index(s *slot) []hashedLeaf {
	if s.index != 0 {
		return r.indexes[s.index-1]
	}
	index := make([]hashedLeaf, 0, s.count)
	for i := s.first; i != noLeaf; i = r.leaves[i].next {
		if l := &r.leaves[i]; l.kind == leafString {
			index = append(index, hashedLeaf{r.h.text(l.text), i})
		}
	}
	slices.SortFunc(index, func(a, b hashedLeaf) int { return cmp.Compare(a.hash, b.hash) })
	r.indexes = append(r.indexes, index)
	s.index = len(r.indexes)
	return index
}
