package logs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"skywatch/internal/fault"
	"skywatch/logs"
)

// A stream is read from either end to the other; at an end the token given is
// the token got; what comes later is there for the token of the end.
func TestTokensLeadThroughAStream(t *testing.T) {
	t.Parallel()
	r := fresh(t, "s", "empty")
	read := func(q logs.Reading, want string) logs.Page {
		t.Helper()
		q.StreamName = stream("s")
		p, err := r.Events(q)
		if got := said(p.Events); err != nil || got != want {
			t.Fatalf("%+v: %q %v, want %q", q, got, err, want)
		}
		return p
	}
	begin := read(logs.Reading{}, "")
	r.put("s", at(0, "a"), at(1, "b"), at(1, "c"), at(2, "d"), at(3, "e"))
	read(logs.Reading{Token: begin.Forward, Limit: 2}, "a b")

	head := read(logs.Reading{Head: true, Limit: 2}, "a b")
	next := read(logs.Reading{Token: head.Forward, Limit: 2}, "c d")
	last := read(logs.Reading{Token: next.Forward, Limit: 2}, "e")
	end := read(logs.Reading{Token: last.Forward, Limit: 2}, "")
	if end.Forward != last.Forward || !strings.HasPrefix(end.Forward, "f/") || !strings.HasPrefix(end.Backward, "b/") {
		t.Errorf("end of stream: %q after %q", end.Forward, last.Forward)
	}
	read(logs.Reading{Token: end.Backward, Limit: 2}, "d e")
	read(logs.Reading{Token: last.Backward, Limit: 3}, "b c d")

	tail := read(logs.Reading{Limit: 2}, "d e")
	before := read(logs.Reading{Token: tail.Backward, Limit: 3}, "a b c")
	start := read(logs.Reading{Token: before.Backward}, "")
	if start.Backward != before.Backward {
		t.Errorf("beginning of stream: %q after %q", start.Backward, before.Backward)
	}
	r.put("s", at(4, "f"))
	read(logs.Reading{Token: end.Forward}, "f")

	read(logs.Reading{From: noon.Add(time.Millisecond)}, "")
	r.put("s", at(time.Second, "g"), at(2*time.Second, "h"))
	read(logs.Reading{From: noon.Add(time.Second), To: noon.Add(2 * time.Second)}, "g")
	read(logs.Reading{To: noon.Add(2 * time.Second), Head: true}, "a b c d e f g")
	for _, bad := range []string{"x", "f/", "f/s", "f/AAAA/s", "g/AAAAAAAAAAA/s", "f/!!!!!!!!!!!/s"} {
		_, err := r.Events(logs.Reading{StreamName: stream("s"), Token: bad})
		r.refused(err, fault.InvalidValue, "The specified nextToken is invalid.")
	}
}

// However pages are cut, each event is read once, in order, in one direction and
// the other, also while events are added.
func TestReadingIsWhole(t *testing.T) {
	t.Parallel()
	r, runs := fresh(t), 0
	rapid.Check(t, func(rt *rapid.T) {
		var written []string
		last := 0
		runs++
		name := fmt.Sprint(runs)
		r.ok(r.CreateStream(t.Context(), stream(name)))
		for i := range rapid.IntRange(0, 20).Draw(rt, "events") {
			last += rapid.IntRange(0, 2).Draw(rt, "later")
			m := fmt.Sprint(i)
			r.put(name, at(time.Duration(last)*time.Millisecond, m))
			written = append(written, m)
		}
		for _, head := range []bool{true, false} {
			q, got := logs.Reading{StreamName: stream(name), Head: head}, []string(nil)
			for {
				q.Limit = rapid.IntRange(1, 7).Draw(rt, "limit")
				p, err := r.Events(q)
				r.ok(err)
				if len(p.Events) == 0 {
					break
				}
				page := strings.Fields(said(p.Events))
				if q.Token = p.Forward; head {
					got = append(got, page...)
				} else {
					q.Token, got = p.Backward, append(page, got...)
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(written) {
				rt.Fatalf("head %v: %v, want %v", head, got, written)
			}
		}
	})
}

func TestStreamsAreListed(t *testing.T) {
	t.Parallel()
	r := fresh(t, "a", "b", "c", "bb")
	r.put("a", at(time.Minute, "x"))
	r.put("b", at(0, "x"), at(2*time.Minute, "y"))
	list := func(l logs.StreamListing, want string) []logs.Stream {
		t.Helper()
		if l.GroupName = group; l.Limit == 0 {
			l.Limit = 50
		}
		page, more, err := r.Streams(l)
		var names []string
		for _, st := range page {
			names = append(names, st.Stream)
		}
		if got := fmt.Sprint(strings.Join(names, " "), " ", more); err != nil || got != want {
			t.Fatalf("%+v: %s %v, want %s", l, got, err, want)
		}
		return page
	}
	all := list(logs.StreamListing{}, "a b bb c false")
	if b := all[1]; !b.First.Equal(noon) || !b.Last.Equal(noon.Add(2*time.Minute)) || !b.Ingested.Equal(noon) || !all[3].First.IsZero() {
		t.Errorf("%+v", all)
	}
	list(logs.StreamListing{Descending: true, Limit: 2}, "c bb true")
	list(logs.StreamListing{Descending: true, After: "bb"}, "b a false")
	list(logs.StreamListing{Prefix: "b", Limit: 1}, "b true")
	list(logs.StreamListing{ByTime: true}, "bb c a b false")
	list(logs.StreamListing{ByTime: true, Descending: true, Limit: 2}, "b a true")
	list(logs.StreamListing{ByTime: true, Descending: true, After: "a"}, "c bb false")
	_, _, err := r.Streams(logs.StreamListing{GroupName: group, ByTime: true, Prefix: "b"})
	r.refused(err, fault.InvalidValue, "Cannot order by LastEventTime with a logStreamNamePrefix.")
	r.refused(r.CreateStream(t.Context(), stream("a")), fault.Conflict, "The specified log stream already exists")
	r.ok(r.DeleteStream(t.Context(), stream("a")))
	r.refused(r.DeleteStream(t.Context(), stream("a")), fault.NotFound, "The specified log stream does not exist.")
	r.ok(r.DeleteGroup(t.Context(), group))
	if left := r.journal.Logs(); len(left) > 0 {
		t.Errorf("the journal still has %v", left)
	}
	r.refused(r.DeleteGroup(t.Context(), group), fault.NotFound, "The specified log group does not exist.")
}
