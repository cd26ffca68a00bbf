package function

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/metric"
)

func TestLineage(t *testing.T) {
	t.Parallel()
	for trace, want := range map[string]map[string]int{
		"":                              {},
		"Root=1-2-3;Parent=4;Sampled=0": {},
		"Root=1-2-3;Lineage=a87bd80c:1|68fd508a:5": {"a87bd80c": 1, "68fd508a": 5},
		"Root=1-2-3; Lineage=1:a87bd80c:3":         {"a87bd80c": 3},
		"Lineage=:1|a:|b:-1|c:x|d|e:0|f:2":         {"f": 2},
	} {
		if diff := cmp.Diff(want, lineage(trace)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", trace, diff)
		}
	}
}

// Each run adds one to what its function had, and keeps the rest of the header.
func TestNextTrace(t *testing.T) {
	t.Parallel()
	f := Function{Name: Name{Tenant: metric.Tenant{Account: "123456789012", Region: "us-east-1"}, Function: "f"}}
	now := time.Unix(0x5759e988, 0)
	trace := f.next("", now)
	if !regexp.MustCompile(`^Root=1-5759e988-[0-9a-f]{24};Lineage=[0-9a-f]{8}:1$`).MatchString(trace) {
		t.Errorf("a new one: %s", trace)
	}
	trace = "Root=1-2-3;Parent=4;Lineage=00000000:7;Sampled=1"
	for n := range maxRuns {
		if f.looped(trace) {
			t.Fatalf("run %d is refused: %s", n+1, trace)
		}
		trace = f.next(trace, now)
	}
	if want := fmt.Sprintf("Root=1-2-3;Parent=4;Sampled=1;Lineage=%s:16|00000000:7", f.mark()); trace != want {
		t.Errorf("%s, want %s", trace, want)
	}
	if !f.looped(trace) {
		t.Error("one more run")
	}
	if f.Loops = true; f.looped(trace) {
		t.Error("it may loop")
	}
}

func TestJoinedTraces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		all  string
		want string
	}{
		{"", ""},
		{"Root=1", "Root=1"},
		{"Root=1,Root=2;Lineage=a:2|b:1,Root=3;Lineage=b:4", "Root=1;Lineage=b:4|a:2"},
	} {
		var all []string
		if c.all != "" {
			all = strings.Split(c.all, ",")
		}
		if got := joined(all); got != c.want {
			t.Errorf("%s: %s, want %s", c.all, got, c.want)
		}
	}
}

// A header from outside is bounded in what it makes of the next one.
func FuzzLineage(f *testing.F) {
	for _, s := range []string{"", "Root=1-2-3;Lineage=a:1|b:2", "Lineage=1:a:1", ";;=;Lineage=|::|a:99999999999999999999"} {
		f.Add(s)
	}
	n := Name{Function: "f"}
	f.Fuzz(func(t *testing.T, trace string) {
		next := n.next(trace, time.Unix(0, 0))
		if again := lineage(next); again[n.mark()] == 0 && len(lineage(trace)) < mostMarks {
			t.Errorf("%q: lost its own mark in %q", trace, next)
		} else if len(again) > mostMarks {
			t.Errorf("%d marks", len(again))
		}
	})
}
