package ticker

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Spans hold what was put in, nothing else as long as there are few, and stay
// few.
func TestSpans(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var s spans
		at := func(n int) time.Time { return time.Unix(int64(n)*60, 0) }
		in, gaps, last := map[int]bool{}, 0, -1
		for range rapid.IntRange(1, 60).Draw(t, "times") {
			n := rapid.IntRange(0, 100).Draw(t, "jump")
			if rapid.Bool().Draw(t, "follows") && last >= 0 {
				n = last + 1
			}
			if _, known := s.end(at(n)); known {
				continue // it would not be acted on
			}
			follows := n == last+1 && last >= 0
			if !follows {
				gaps++
			}
			s = s.with(at(n), follows)
			in[n], last = true, n
			if len(s) > maxSpans {
				t.Fatalf("%d spans", len(s))
			}
		}
		for n := range 200 {
			if _, got := s.end(at(n)); got != in[n] && (in[n] || gaps <= maxSpans) {
				t.Fatalf("%d: %v, want %v of %v", n, got, in[n], s)
			}
		}
	})
}
