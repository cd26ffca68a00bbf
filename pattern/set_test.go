package pattern

import (
	"fmt"
	"slices"
	"sync"
	"testing"
)

func mustCompile(t testing.TB, text string) *Pattern {
	t.Helper()
	p, err := Compile([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return p
}

// TestReplacedUnderReaders puts one of two patterns again and again under a
// key; both want the event, so each match must find it, once.
func TestReplacedUnderReaders(t *testing.T) {
	t.Parallel()
	s := NewSet[string]()
	both := []*Pattern{
		mustCompile(t, `{"source":["app"],"detail":{"n":[1]}}`),
		mustCompile(t, `{"detail":{"n":[{"anything-but":2}],"m":[{"prefix":"x"}]}}`),
		mustCompile(t, `{"detail":{"m":[{"anything-but":"y"}],"gone":[{"exists":false}]}}`),
	}
	s.Put("k", both[0])
	event := []byte(`{"source":"app","detail":{"n":1,"m":"xyz"}}`)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if found, err := s.Match(event, nil); err != nil || !slices.Equal(found, []string{"k"}) {
					t.Errorf("found %v, error %v", found, err)
					return
				}
			}
		})
	}
	for i := range 5000 {
		s.Put("k", both[i%len(both)])
		other := fmt.Sprint("other", i%50)
		s.Put(other, mustCompile(t, fmt.Sprintf(`{"source":["other%d"],"detail":{"f%d":[1]}}`, i, i%200)))
		if i%3 == 0 {
			s.Delete(other)
		}
	}
	close(done)
	readers.Wait()
}

func TestSetKeys(t *testing.T) {
	t.Parallel()
	s := NewSet[int]()
	event := []byte(`{"a":"x","n":3}`)
	match := func(want ...int) {
		t.Helper()
		found, err := s.Match(event, nil)
		slices.Sort(found)
		if err != nil || !slices.Equal(found, want) {
			t.Errorf("found %v, want %v; error %v", found, want, err)
		}
	}
	match()
	s.Put(1, mustCompile(t, `{"a":["x"]}`))
	s.Put(2, mustCompile(t, `{"a":["y"]}`))
	s.Put(3, mustCompile(t, `{"zz":[{"exists":false}]}`))
	s.Put(4, mustCompile(t, `{"$or":[{"a":["x"]},{"n":[3]}]}`))
	match(1, 3, 4)
	s.Put(2, mustCompile(t, `{"a":["x"]}`))
	s.Put(1, mustCompile(t, `{"a":["y"]}`))
	match(2, 3, 4)
	s.Delete(3)
	s.Delete(3)
	s.Delete(99)
	match(2, 4)
	if n := s.Len(); n != 3 {
		t.Errorf("%d patterns, want 3", n)
	}
}

func TestBadEvents(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, `{"a":{"b":[1]}}`)
	for _, event := range []string{``, ` `, `[]`, `1`, `{`, `{"a"`, `{"a":`, `{"a":{"b":1}`, `{"a":{"b":1}}x`, `{"a":{"b":tru}}`, `{"a":{"b":"x}}`, `{a:1}`, `{"x":}`, `{"x":[1}`[:7], `{"a":[1 2]}`, `{"a":{"b":"\x"}}`, `{"a" 1}`} {
		if _, err := p.Match([]byte(event)); err == nil {
			t.Errorf("%s is taken for an event", event)
		}
	}
}
