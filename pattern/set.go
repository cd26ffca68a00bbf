package pattern

import (
	"sync"
	"sync/atomic"
)

// Set is a changing set of patterns, each under a key, that finds the patterns
// an event satisfies. Use NewSet. Match takes no lock and may run while
// patterns are put and deleted.
type Set[K comparable] struct {
	current atomic.Pointer[version]
	readers sync.Pool // of *reader

	mu    sync.Mutex // of what follows, for changes
	rules map[K]*rule
	filer catalog
}

// NewSet returns an empty set.
func NewSet[K comparable]() *Set[K] {
	s := &Set[K]{rules: map[K]*rule{}}
	s.filer.init()
	s.current.Store(s.filer.version())
	h := s.filer.h
	s.readers.New = func() any { return &reader{h: h} }
	return s
}

// Put puts a pattern under key, in the place of the one that was there: a
// match sees either the one or the other.
func (s *Set[K]) Put(key K, p *Pattern) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, ok := s.rules[key]; ok {
		s.filer.remove(old)
	}
	s.rules[key] = s.filer.add(key, p)
	s.current.Store(s.filer.version())
}

// Delete takes the pattern under key away, if there is one.
func (s *Set[K]) Delete(key K) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.rules[key]
	if !ok {
		return
	}
	delete(s.rules, key)
	s.filer.remove(old)
	s.current.Store(s.filer.version())
}

// Len returns the number of patterns.
func (s *Set[K]) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.rules)
}

// Match appends the keys of the patterns that event, a JSON object, satisfies
// to dst, each once and in no order that means anything. The event's bytes
// must not change meanwhile.
func (s *Set[K]) Match(event []byte, dst []K) ([]K, error) {
	r := s.readers.Get().(*reader)
	defer s.readers.Put(r)
	defer r.forget()
	found, err := r.match(s.current.Load(), event)
	if err != nil {
		return dst, err
	}
	for _, rule := range found {
		dst = append(dst, rule.key.(K))
	}
	return dst, nil
}
