package index

import (
	"cmp"
	"maps"
	"slices"
	"sort"
	"sync"

	"skywatch/metric"
)

// Index finds series.
type Index struct {
	mu     sync.Mutex
	spaces map[metric.Tenant][]*space // in the order of their prefix
	count  int
}

// space is one namespace of one tenant; raw metrics and others are apart, as
// their keys are.
type space struct {
	namespace string
	prefix    string // of the keys of its series
	all       list
	names     map[string]*list           // by metric name
	dims      map[string]*list           // by dimension name
	pairs     map[metric.Dimension]*list // by dimension
}

// New returns an empty index.
func New() *Index { return &Index{spaces: map[metric.Tenant][]*space{}} }

// Len returns the number of series.
func (ix *Index) Len() int {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	return ix.count
}

// Add adds a series with a key that the index does not have.
func (ix *Index) Add(s *Series) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.count++
	sp := ix.space(s.Metric)
	sp.all.add(s)
	addTo(sp.names, s.Metric.Name, s)
	for _, d := range s.Metric.Dimensions {
		addTo(sp.dims, d.Name, s)
		addTo(sp.pairs, d, s)
	}
}

func addTo[K comparable](m map[K]*list, k K, s *Series) {
	l := m[k]
	if l == nil {
		l = &list{}
		m[k] = l
	}
	l.add(s)
}

// space returns the space of a metric, made if there is none.
func (ix *Index) space(of metric.ID) *space {
	t := of.Tenant
	of.Name, of.Dimensions = "", nil
	prefix := string(of.AppendKey(nil))
	prefix = prefix[:len(prefix)-2] // without the empty name and the count of dimensions
	spaces := ix.spaces[t]
	i, found := slices.BinarySearchFunc(spaces, prefix, func(s *space, p string) int { return cmp.Compare(s.prefix, p) })
	if found {
		return spaces[i]
	}
	sp := &space{
		namespace: of.Namespace,
		prefix:    prefix,
		names:     map[string]*list{},
		dims:      map[string]*list{},
		pairs:     map[metric.Dimension]*list{},
	}
	ix.spaces[t] = slices.Insert(spaces, i, sp)
	return sp
}

// Remove takes series out of the index.
func (ix *Index) Remove(gone []*Series) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	touched := map[*space]bool{}
	for _, s := range gone {
		if !s.gone.Swap(true) {
			ix.count--
			touched[ix.space(s.Metric)] = true
		}
	}
	for sp := range touched {
		sp.compact()
	}
	for t, spaces := range ix.spaces {
		spaces = slices.DeleteFunc(spaces, func(sp *space) bool { return sp.all.len() == 0 })
		if ix.spaces[t] = spaces; len(spaces) == 0 {
			delete(ix.spaces, t)
		}
	}
}

func (sp *space) compact() {
	sp.all.compact()
	compactAll(sp.names)
	compactAll(sp.dims)
	compactAll(sp.pairs)
}

func compactAll[K comparable](m map[K]*list) {
	for _, l := range m {
		l.compact()
	}
	maps.DeleteFunc(m, func(_ K, l *list) bool { return l.len() == 0 })
}

// List returns up to limit series that f selects, in the order of their keys,
// behind the key after (nil: from the first).
func (ix *Index) List(f *metric.Filter, after []byte, limit int) []*Series {
	var out []*Series
	from := string(after)
	for _, candidates := range ix.candidates(f) {
		if after != nil {
			i := sort.Search(len(candidates), func(i int) bool { return candidates[i].Key > from })
			candidates = candidates[i:]
		}
		for _, s := range candidates {
			if s.gone.Load() || !f.Match(metric.Listing{ID: s.Metric, LastDatum: s.LastDatum()}) {
				continue
			}
			if out = append(out, s); len(out) == limit {
				return out
			}
		}
	}
	return out
}

// candidates returns, for each namespace that f allows, the shortest list that
// holds all that f selects there.
func (ix *Index) candidates(f *metric.Filter) [][]*Series {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	var out [][]*Series
	for _, sp := range ix.spaces[f.Tenant] {
		if f.Namespace != "" && f.Namespace != sp.namespace {
			continue
		}
		if l := sp.shortest(f); l != nil {
			out = append(out, l.all())
		}
	}
	return out
}

// shortest returns nil when f selects nothing.
func (sp *space) shortest(f *metric.Filter) *list {
	best := &sp.all
	try := func(l *list) {
		if best != nil && (l == nil || l.len() < best.len()) {
			best = l
		}
	}
	if f.Name != "" {
		try(sp.names[f.Name])
	}
	for _, d := range f.Dimensions {
		if d.AnyValue {
			try(sp.dims[d.Name])
		} else {
			try(sp.pairs[metric.Dimension{Name: d.Name, Value: d.Value}])
		}
	}
	return best
}
