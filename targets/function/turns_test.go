package function_test

import (
	"context"
	"fmt"
	"regexp"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"skywatch/targets/function"
	"skywatch/targets/function/runtime"
)

// most is how many ran at once, by function.
type most struct {
	mu        sync.Mutex
	now, most map[string]int
	total     int
	throttled int
}

// slowly runs a function for d and counts.
func (m *most) slowly(d time.Duration) func(context.Context, runtime.Spec, runtime.Call) (runtime.Result, error) {
	return func(_ context.Context, s runtime.Spec, _ runtime.Call) (runtime.Result, error) {
		m.mu.Lock()
		m.now[s.Name]++
		m.most[s.Name] = max(m.most[s.Name], m.now[s.Name])
		total := 0
		for _, n := range m.now {
			total += n
		}
		m.total = max(m.total, total)
		m.mu.Unlock()
		time.Sleep(d)
		m.mu.Lock()
		m.now[s.Name]--
		m.mu.Unlock()
		return runtime.Result{Payload: []byte("{}")}, nil
	}
}

func (m *most) limited(limit int) func(*function.Options) {
	return func(o *function.Options) {
		o.Concurrency = limit
		o.Observe = func(i function.Invoked) {
			m.mu.Lock()
			defer m.mu.Unlock()
			if i.Throttled {
				m.throttled++
			}
		}
	}
}

// Asynchronous invocations run as many at once as the machine and their function
// allow, functions take turns where there is not room for all, and no attempt is
// made in vain.
func TestTurns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		limit    int
		reserved int    // of f; 0: none
		f, g     int    // invocations
		want     string // a pattern: one that ended may be counted still
	}{
		{"alone", 6, 0, 14, 0, "f 6 g 0 of 6"},
		{"reserved", 6, 2, 8, 0, "f 2 g 0 of 2"},
		{"beside what is reserved", 6, 1, 6, 14, "f 1 g [56] of 6"},
		{"in turns", 4, 0, 12, 12, "f 4 g [23] of 4"},
	} {
		m := &most{now: map[string]int{}, most: map[string]int{}}
		bubble(t, func(t *testing.T, r *rig) {
			r.create("f")
			r.create("g")
			if c.reserved > 0 {
				if err := r.Reserve(t.Context(), name("f"), &c.reserved); err != nil {
					t.Fatal(err)
				}
			}
			r.runner.run = m.slowly(10 * time.Second)
			for i := range c.f {
				r.event("f", fmt.Sprint(i))
			}
			synctest.Wait()
			for i := range c.g {
				r.event("g", fmt.Sprint(100+i))
			}
			time.Sleep(15 * time.Second) // of virtual time: the first are done, the next run
			synctest.Wait()
			m.mu.Lock()
			got := fmt.Sprintf("f %d g %d of %d", m.most["f"], m.most["g"], m.total)
			m.mu.Unlock()
			if !regexp.MustCompile("^" + c.want + "$").MatchString(got) {
				t.Errorf("%s: %s ran at once, want %s", c.name, got, c.want)
			}
			time.Sleep(time.Hour)
			synctest.Wait()
			if n := r.runner.count(); n != c.f+c.g || m.throttled > 0 {
				t.Errorf("%s: %d runs, %d throttled", c.name, n, m.throttled)
			}
		}, m.limited(c.limit))
	}
}
