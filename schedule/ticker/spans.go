package ticker

import (
	"slices"
	"time"
)

// span is a stretch of planned times that were all acted on, its ends
// included.
type span struct{ From, To time.Time }

// spans are a plan's spans in order of time. With a clock that only goes on the
// last one is all that is needed; the others tell, after a clock was set back,
// which of the times that come again were acted on.
type spans []span

// maxSpans bounds what is kept of a plan.
const maxSpans = 8

// with returns the spans with one more planned time; follows says that it is
// the next one after the last acted on before it.
func (s spans) with(at time.Time, follows bool) spans {
	i := s.after(at)
	if follows && i > 0 {
		out := slices.Clone(s)
		out[i-1].To = at
		return out
	}
	out := slices.Insert(slices.Clone(s), i, span{at, at})
	if len(out) > maxSpans {
		out = out.narrow()
	}
	return out
}

// after returns the index of the first span that begins after t.
func (s spans) after(t time.Time) int {
	i, _ := slices.BinarySearchFunc(s, t, func(a span, t time.Time) int {
		if a.From.After(t) {
			return 1
		}
		return -1
	})
	return i
}

// narrow joins the two spans that are closest. The times between them count as
// acted on: should they ever come again they are rather left out than doubled.
func (s spans) narrow() spans {
	best := 1
	for i := 2; i < len(s); i++ {
		if s[i].From.Sub(s[i-1].To) < s[best].From.Sub(s[best-1].To) {
			best = i
		}
	}
	s[best-1].To = s[best].To
	return slices.Delete(s, best, best+1)
}

// end returns the end of the span that t lies in.
func (s spans) end(t time.Time) (time.Time, bool) {
	if i := s.after(t); i > 0 && !t.After(s[i-1].To) {
		return s[i-1].To, true
	}
	return time.Time{}, false
}
