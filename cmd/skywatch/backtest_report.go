package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"golang.org/x/term"
)

// backtestReport is what a back-test found, as --json prints it.
type backtestReport struct {
	StartTime, EndTime time.Time
	InitialState       string
	// Evaluations is how many there were, Interval their distance in seconds. A
	// state counts from its evaluation to the next one.
	Evaluations, Interval int
	// ExactFrom is there where older ones rest on coarse datapoints.
	ExactFrom *time.Time `json:",omitempty"`
	// Fired is how often the alarm went to ALARM.
	Fired       int
	Seconds     stateSeconds
	Longest     *firing `json:",omitempty"`
	Firings     []firing
	Transitions []backtestTransition
	// ContributorTransitions are those of the alarm's contributors, as the server
	// tells them.
	ContributorTransitions []json.RawMessage `json:",omitempty"`
	// RecordedOnly are transitions that only the history of the alarm has, since
	// ComparedFrom.
	RecordedOnly []backtestTransition `json:",omitempty"`
	ComparedFrom *time.Time           `json:",omitempty"`

	first time.Time // of the evaluations
}

// stateSeconds is for how long the alarm was in each state.
type stateSeconds struct {
	OK               int
	ALARM            int
	INSUFFICIENTDATA int `json:"INSUFFICIENT_DATA"`
}

// firing is a stretch of time in ALARM.
type firing struct {
	From, To time.Time
	Seconds  int
	// Goes on says that the alarm was in ALARM still at the last evaluation.
	GoesOn bool `json:",omitempty"`
	Reason string
}

// add takes in the next stretch.
func (r *backtestReport) add(a *backtestAnswer) {
	if r.Evaluations == 0 {
		r.first = a.First
	}
	r.Evaluations += a.Count
	r.Interval = a.Interval
	if a.ExactFrom != nil {
		r.ExactFrom = a.ExactFrom
	}
	if r.ComparedFrom == nil {
		r.ComparedFrom = a.ComparedFrom
	}
	r.Transitions = append(r.Transitions, a.Transitions...)
	r.ContributorTransitions = append(r.ContributorTransitions, a.ContributorTransitions...)
	r.RecordedOnly = append(r.RecordedOnly, a.RecordedOnly...)
}

// end is when the state of the last evaluation ends to count.
func (r *backtestReport) end() time.Time {
	return r.first.Add(time.Duration(r.Evaluations*r.Interval) * time.Second)
}

// stay is a stretch of time in one state.
type stay struct {
	state    string
	from, to time.Time
	reason   string // empty for the initial state
}

func (s *stay) length() time.Duration { return s.to.Sub(s.from) }

// stays lists the states one after the other.
func (r *backtestReport) stays() []stay {
	all := []stay{{state: r.InitialState, from: r.first}}
	for _, t := range r.Transitions {
		all[len(all)-1].to = t.Timestamp
		all = append(all, stay{state: t.State, from: t.Timestamp, reason: t.StateReason})
	}
	all[len(all)-1].to = r.end()
	if all[0].length() == 0 {
		all = all[1:] // the first evaluation ended it
	}
	return all
}

// sum counts the time in each state.
func (r *backtestReport) sum() {
	r.Firings = []firing{}
	for _, s := range r.stays() {
		seconds := int(s.length().Seconds())
		switch s.state {
		case "OK":
			r.Seconds.OK += seconds
		case "ALARM":
			r.Seconds.ALARM += seconds
			r.fire(firing{s.from, s.to, seconds, s.to.Equal(r.end()), s.reason})
		default:
			r.Seconds.INSUFFICIENTDATA += seconds
		}
	}
}

// fire takes in a stretch in ALARM; one that began before the first evaluation
// did not fire in it.
func (r *backtestReport) fire(f firing) {
	if f.Reason == "" {
		return
	}
	r.Fired++
	r.Firings = append(r.Firings, f)
	if r.Longest == nil || f.Seconds > r.Longest.Seconds {
		r.Longest = &f
	}
}

// print tells a person.
func (r *backtestReport) print(w io.Writer) error {
	if r.Evaluations == 0 {
		_, err := fmt.Fprintln(w, "The alarm is not evaluated in this time.")
		return err
	}
	wide, coloured := shape(w)
	_, err := fmt.Fprintf(w, "%d evaluations from %s to %s, %s apart\n\n%s\n\n%s\n",
		r.Evaluations, clock(r.first), clock(r.end().Add(-r.interval())), lasted(r.interval()), strip(r.stays(), wide, coloured), r.verdict())
	if err != nil {
		return err
	}
	if r.ExactFrom != nil {
		_, err = fmt.Fprintf(w, "Before %s only coarse datapoints are kept: the alarm is decided where they begin and end, and not in between.\n", clock(*r.ExactFrom))
	}
	if err == nil && r.ComparedFrom != nil {
		_, err = fmt.Fprintln(w, r.compared())
	}
	if err != nil || r.Fired == 0 {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "\nFROM\tTO\tFOR\tREASON") // t keeps its first error until Flush
	for _, f := range r.Firings {
		to := clock(f.To)
		if f.GoesOn {
			to = "goes on"
		}
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", clock(f.From), to, lasted(f.length()), printable(f.Reason))
	}
	return t.Flush()
}

// verdict is the report in a sentence or two.
func (r *backtestReport) verdict() string {
	if r.Fired == 0 {
		return "It would not have fired."
	}
	times := fmt.Sprintf("%d times", r.Fired)
	if r.Fired == 1 {
		times = "once"
	}
	var total time.Duration
	for _, f := range r.Firings {
		total += f.length()
	}
	text := fmt.Sprintf("It would have fired %s, for %s in all (%.2g%% of the time)", times, lasted(total), 100*total.Seconds()/r.end().Sub(r.first).Seconds())
	if r.Fired > 1 {
		text += fmt.Sprintf(": first at %s, last at %s, longest for %s from %s", clock(r.Firings[0].From), clock(r.Firings[r.Fired-1].From), lasted(r.Longest.length()), clock(r.Longest.From))
	}
	return text + "."
}

// compared says how the back-test stands to what the alarm has done.
func (r *backtestReport) compared() string {
	tried := 0
	for _, t := range r.Transitions {
		if t.Recorded != nil && !*t.Recorded {
			tried++
		}
	}
	since := clock(*r.ComparedFrom)
	if tried == 0 && len(r.RecordedOnly) == 0 {
		return fmt.Sprintf("Since %s the alarm has changed its state just so.", since)
	}
	return fmt.Sprintf("Since %s %d of these changes of state are not in the alarm's history, and %d in it are not among these: data came late, the state was set by hand, or the server was down. --json tells which.",
		since, tried, len(r.RecordedOnly))
}

func (r *backtestReport) interval() time.Duration { return time.Duration(r.Interval) * time.Second }

func (f *firing) length() time.Duration { return time.Duration(f.Seconds) * time.Second }

// clock writes a time as the API takes it.
func clock(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// lasted writes a duration by days, hours, minutes and seconds, without those
// that are zero.
func lasted(d time.Duration) string {
	text := ""
	for _, unit := range []struct {
		length time.Duration
		letter string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		if n := d / unit.length; n > 0 {
			text += fmt.Sprintf("%d%s", n, unit.letter)
			d -= n * unit.length
		}
	}
	if text == "" {
		return "0s"
	}
	return text
}

// plainWidth is how wide a strip is where there is no terminal.
const plainWidth = 72

// shape returns how wide a strip is and whether it is coloured: where it is
// written to a terminal, and the person does not ask for none (NO_COLOR).
func shape(w io.Writer) (wide int, coloured bool) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return plainWidth, false
	}
	if wide, _, err := term.GetSize(int(f.Fd())); err == nil && wide > 0 {
		return wide, os.Getenv("NO_COLOR") == ""
	}
	return plainWidth, os.Getenv("NO_COLOR") == ""
}
