package logs_test

import (
	"strings"
	"testing"
	"time"

	"skywatch/internal/fault"
	"skywatch/logs"
)

func TestWhatABatchMayBe(t *testing.T) {
	t.Parallel()
	r := fresh(t, "s")
	r.clock.set(noon.Add(36 * time.Hour))
	big := strings.Repeat("x", 1<<20-26)
	for name, c := range map[string]struct {
		batch []logs.Event
		want  string
	}{
		"as large as may be": {[]logs.Event{at(0, big)}, ""},
		"too large":          {[]logs.Event{at(0, big+"x")}, "Upload too large: 1048577 bytes exceeds limit of 1048576"},
		"overhead counts":    {[]logs.Event{at(0, big[26:]), at(0, "x")}, "Upload too large: 1048577 bytes"},
		"a day":              {[]logs.Event{at(0, "a"), at(24*time.Hour, "b")}, ""},
		"more than a day":    {[]logs.Event{at(0, "a"), at(24*time.Hour+time.Millisecond, "b")}, "cannot span more than 24 hours."},
		"out of order":       {[]logs.Event{at(1, "a"), at(-time.Second, "b")}, "must be in chronological order."},
	} {
		_, err := r.Put(t.Context(), stream("s"), c.batch)
		if c.want == "" && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if c.want != "" {
			r.refused(err, fault.InvalidValue, c.want)
		}
	}
	_, err := r.Put(t.Context(), stream("none"), nil)
	r.refused(err, fault.NotFound, "The specified log stream does not exist.")
	_, err = r.Put(t.Context(), logs.StreamName{GroupName: logs.GroupName{Tenant: tenant, Group: "none"}, Stream: "s"}, nil)
	r.refused(err, fault.NotFound, "The specified log group does not exist.")
}

// What is out of time is left out, at the ends, and told by index.
func TestWhatIsOutOfTimeIsLeftOut(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		retention   int
		batch       []logs.Event
		old, kept   int // -1: none
		ahead       int
		wantWritten string
	}{
		"all in time":       {0, []logs.Event{at(-14*day, "a")}, -1, -1, -1, "a"},
		"a day's retention": {1, []logs.Event{at(-day-time.Minute, "a"), at(-day, "b")}, -1, 1, -1, "b"},
		"too old":           {0, []logs.Event{at(-14*day-time.Second, "a"), at(-14*day-time.Millisecond, "b"), at(-14*day, "c")}, 2, -1, -1, "c"},
		"too new":           {0, []logs.Event{at(0, "a"), at(2*time.Hour, "b"), at(2*time.Hour+time.Millisecond, "c")}, -1, -1, 2, "a b"},
		"both old":          {1, []logs.Event{at(-15*day, "a"), at(-15*day, "b")}, 2, 2, -1, ""},
		"nothing left":      {0, []logs.Event{at(3*time.Hour, "a")}, -1, -1, 0, ""},
	} {
		r := fresh(t, "s")
		if c.retention > 0 {
			r.ok(r.SetRetention(t.Context(), group, c.retention))
		}
		out := r.put("s", c.batch...)
		for _, p := range []struct {
			what string
			got  *int
			want int
		}{{"too old", out.TooOldEnd, c.old}, {"expired", out.ExpiredEnd, c.kept}, {"too new", out.TooNewStart, c.ahead}} {
			if got := index(p.got); got != p.want {
				t.Errorf("%s: %s %d, want %d", name, p.what, got, p.want)
			}
		}
		p, err := r.Events(logs.Reading{StreamName: stream("s")})
		if got := said(p.Events); err != nil || got != c.wantWritten {
			t.Errorf("%s: %q %v, want %q", name, got, err, c.wantWritten)
		}
	}
}

func index(p *int) int {
	if p == nil {
		return -1
	}
	return *p
}

func TestRetentionDropsByTheHour(t *testing.T) {
	t.Parallel()
	r := fresh(t, "s")
	r.put("s", at(0, "old"), at(2*time.Hour, "young"))
	r.refused(r.SetRetention(t.Context(), group, 2), fault.InvalidValue, "Invalid value 2 for retentionInDays.")
	r.clock.set(noon.Add(25*time.Hour + time.Minute))
	r.ok(r.SetRetention(t.Context(), group, 1))
	p, err := r.Events(logs.Reading{StreamName: stream("s")})
	if said(p.Events) != "young" || err != nil {
		t.Errorf("%q %v", said(p.Events), err)
	}
	if got := r.Stats(); got.Events != 2 || got.Expired != 1 || got.Bytes != 8 {
		t.Errorf("%+v", got)
	}
	groups, _, err := r.Groups(logs.GroupListing{Tenant: tenant, Limit: 1})
	if err != nil || groups[0].Bytes != 5+26 || groups[0].Retention != 1 {
		t.Errorf("%+v %v", groups, err)
	}
}
