package composite

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

var zero = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func second(n int) time.Time { return zero.Add(time.Duration(n) * time.Second) }

// play reads events "2 ALARM" (of the composite), "3 S" and "6 s" (the suppressor enters
// and leaves ALARM), and "4 x" (it is removed), and writes what was done.
func play(wait, extension int, events string) string {
	s := Suppressor{Wait: time.Duration(wait) * time.Second, Extension: time.Duration(extension) * time.Second, State: "OK"}
	for event := range strings.SplitSeq(events, ", ") {
		number, what, _ := strings.Cut(event, " ")
		n, _ := strconv.Atoi(number)
		switch what {
		case "S", "s":
			s.SuppressorChanges(second(n), what == "S")
		case "x":
			s.Discard(second(n))
		default:
			s.CompositeChanges(second(n), what)
		}
	}
	s.Until(second(1000))
	var acts []string
	for _, a := range s.Acted {
		acts = append(acts, strconv.Itoa(int(a.At.Sub(zero)/time.Second))+" "+a.State)
	}
	return strings.Join(append(acts, string(s.Phase)), "; ")
}

// TestWorkedTimelines are those of 15.4.
func TestWorkedTimelines(t *testing.T) {
	t.Parallel()
	for events, want := range map[string]string{
		"2 ALARM":                 "4 ALARM; ",
		"2 ALARM, 3 S":            "Alarm",
		"2 ALARM, 3 OK":           "5 OK; ",
		"1 S, 2 ALARM":            "Alarm",
		"2 ALARM, 3 S, 6 s":       "9 ALARM; ",
		"2 ALARM, 3 S, 6 s, 7 OK": "9 OK; ",
	} {
		if got := play(2, 3, events); got != want {
			t.Errorf("%s: %s, want %s", events, got, want)
		}
	}
}

// TestSuppressionTable are the rows of the table that the timelines leave out.
func TestSuppressionTable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		wait, extension int
		events, want    string
	}{
		{0, 3, "2 ALARM", "2 ALARM; "},
		{2, 0, "2 ALARM, 3 S, 6 s", "6 ALARM; "},
		{2, 3, "2 ALARM, 5 S, 9 s", "4 ALARM; "},       // in phase none: nothing
		{2, 3, "2 ALARM, 5 S, 6 OK", "4 ALARM; Alarm"}, // until the next change
		{2, 3, "2 ALARM, 3 S, 6 s, 8 S", "Alarm"},      // the extension is discarded
		{2, 3, "2 ALARM, 3 S, 4 OK, 5 ALARM, 6 s", "9 ALARM; "},
		{2, 3, "2 ALARM, 3 x", ""},
		{2, 3, "2 ALARM, 3 OK, 4 ALARM", "6 ALARM; "},
	} {
		if got := play(c.wait, c.extension, c.events); got != c.want {
			t.Errorf("%s: %s, want %s", c.events, got, c.want)
		}
	}
	if play(2, 3, "2 ALARM, 4 S") != "4 ALARM; " {
		t.Error("a period that ends with the event has ended before it")
	}
}
