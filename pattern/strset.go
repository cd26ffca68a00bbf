package pattern

import (
	"slices"
	"strings"
)

// maxListed is up to how many strings a list is searched faster than a map.
const maxListed = 8

// stringSet is a fixed set of strings.
type stringSet struct {
	list []string // sorted, each once
	many map[string]struct{}
}

func newStringSet(s []string) stringSet {
	if len(s) == 0 {
		return stringSet{}
	}
	set := stringSet{list: slices.Compact(slices.Sorted(slices.Values(s)))}
	if len(set.list) > maxListed {
		set.many = make(map[string]struct{}, len(set.list))
		for _, v := range set.list {
			set.many[v] = struct{}{}
		}
	}
	return set
}

func (s *stringSet) has(v string) bool {
	if s.many != nil {
		_, ok := s.many[v]
		return ok
	}
	return slices.Contains(s.list, v)
}

// prefixSet is a fixed set of prefixes, none of which begins with another, in
// order: only the last that is not after a text can begin it.
type prefixSet []string

func newPrefixSet(s []string) prefixSet {
	sorted := slices.Sorted(slices.Values(s))
	var set prefixSet
	for _, p := range sorted {
		if len(set) == 0 || !strings.HasPrefix(p, set[len(set)-1]) {
			set = append(set, p)
		}
	}
	return set
}

func (s prefixSet) begins(v string) bool {
	if len(s) <= maxListed {
		return slices.ContainsFunc(s, func(p string) bool { return strings.HasPrefix(v, p) })
	}
	i, found := slices.BinarySearch(s, v)
	return found || i > 0 && strings.HasPrefix(v, s[i-1])
}

// suffixSet is the mirror of prefixSet: ordered by the strings read backwards.
type suffixSet []string

func newSuffixSet(s []string) suffixSet {
	sorted := slices.SortedFunc(slices.Values(s), compareBackwards)
	var set suffixSet
	for _, p := range sorted {
		if len(set) == 0 || !strings.HasSuffix(p, set[len(set)-1]) {
			set = append(set, p)
		}
	}
	return set
}

func (s suffixSet) ends(v string) bool {
	if len(s) <= maxListed {
		return slices.ContainsFunc(s, func(p string) bool { return strings.HasSuffix(v, p) })
	}
	i, found := slices.BinarySearchFunc(s, v, compareBackwards)
	return found || i > 0 && strings.HasSuffix(v, s[i-1])
}

func compareBackwards(a, b string) int {
	for i := 1; i <= len(a) && i <= len(b); i++ {
		if x, y := a[len(a)-i], b[len(b)-i]; x != y {
			return int(x) - int(y)
		}
	}
	return len(a) - len(b)
}
