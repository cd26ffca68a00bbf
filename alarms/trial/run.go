package trial

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// ahead is how much of the series is fed before its time comes: data may lie two
// hours ahead, and a few large helpings cost less than one each minute.
const ahead = time.Hour

// House is what alarms are tried in: an empty account whose clock stands still at
// the test's beginning.
type House interface {
	// Put makes an alarm; it returns a *Refusal where that is refused.
	Put(ctx context.Context, a *Alarm) error
	// Feed puts values of a series at times; it returns a *Refusal where they are
	// refused.
	Feed(ctx context.Context, s *Series, at []time.Time, values []float64) error
	// AdvanceTo moves the clock and returns once everything that came due is done.
	AdvanceTo(ctx context.Context, to time.Time) error
	// State tells how an alarm is now, and Course how it came there.
	State(ctx context.Context, alarm string) (State, error)
	Course(ctx context.Context, alarm string) ([]Change, error)
}

// Refusal is what the product says against a test's alarm or data.
type Refusal struct{ Text string }

// Error implements error.
func (r *Refusal) Error() string { return r.Text }

// State is how an alarm is.
type State struct{ Value, Reason string }

// Change is a change of an alarm's state, or actions that it took.
type Change struct {
	At      time.Time
	Old     string
	New     State // without a Value: no change
	Actions []string
}

// Failure is an expectation that is not met.
type Failure struct {
	Expectation
	Wants, Got string
	// State is the alarm's, and Course what it did up to then.
	State  State
	Course []Change
}

// Result is what came of a test.
type Result struct {
	*Test
	Failures []Failure
	Took     time.Duration
}

// Run plays a test in a house. An error says that the test could not be played: a
// *FileError where the file is at fault.
func Run(ctx context.Context, t *Test, h House) (Result, error) {
	began := time.Now()
	p := play{Test: t, house: h, now: t.Start, fed: make([]int, len(t.Series)), seen: map[string]time.Time{}}
	err := p.all(ctx)
	var no *refused
	if errors.As(err, &no) {
		err = &FileError{File: t.File, Line: no.line, Err: errors.New(no.text)}
	}
	return Result{t, p.failures, time.Since(began)}, err
}

// play is a test under way.
type play struct {
	*Test
	house    House
	now      time.Time
	fed      []int                // values of each series that are in the house
	seen     map[string]time.Time // until when an alarm's actions are accounted for
	failures []Failure
}

// refused is a Refusal with the line that it concerns.
type refused struct {
	line int
	text string
}

func (r *refused) Error() string { return r.text }

func at(line int, err error) error {
	var no *Refusal
	if errors.As(err, &no) {
		return &refused{line, no.Text}
	}
	return err
}

func (p *play) all(ctx context.Context) error {
	for _, composite := range []bool{false, true} { // which may name the others
		for i := range p.Alarms {
			if a := &p.Alarms[i]; a.Composite == composite {
				if err := p.house.Put(ctx, a); err != nil {
					return at(a.Line, err)
				}
			}
		}
	}
	for i := range p.Expect {
		e := &p.Expect[i]
		if err := p.goTo(ctx, p.Start.Add(e.At)); err != nil {
			return err
		}
		if err := p.judge(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// goTo lets time pass, and the values of the series come.
func (p *play) goTo(ctx context.Context, to time.Time) error {
	for {
		if err := p.feed(ctx); err != nil {
			return err
		}
		if !p.now.Before(to) {
			return nil
		}
		p.now = p.now.Add(min(ahead, to.Sub(p.now)))
		if err := p.house.AdvanceTo(ctx, p.now); err != nil {
			return err
		}
	}
}

// feed puts what comes within the next while.
func (p *play) feed(ctx context.Context) error {
	for i := range p.Series {
		s := &p.Series[i]
		var times []time.Time
		var values []float64
		for ; p.fed[i] < len(s.Values); p.fed[i]++ {
			at := p.Start.Add(time.Duration(p.fed[i]) * p.Interval)
			if !at.Before(p.now.Add(ahead + p.Interval)) {
				break
			}
			if v := s.Values[p.fed[i]]; !math.IsNaN(v) {
				times, values = append(times, at), append(values, v)
			}
		}
		if len(values) == 0 {
			continue
		}
		if err := p.house.Feed(ctx, s, times, values); err != nil {
			return at(s.Line, err)
		}
	}
	return nil
}

// judge compares an alarm with what is expected of it.
func (p *play) judge(ctx context.Context, e *Expectation) error {
	got, err := p.house.State(ctx, e.Alarm)
	if err != nil {
		return err
	}
	f := Failure{Expectation: *e, State: got}
	switch {
	case got.Value != e.State:
		f.Wants, f.Got = e.State, got.Value
	case !strings.Contains(got.Reason, e.Reason):
		f.Wants, f.Got = fmt.Sprintf("a reason with %q", e.Reason), fmt.Sprintf("%q", got.Reason)
	}
	if f.Wants == "" && e.Actions == nil {
		return nil
	}
	if f.Course, err = p.house.Course(ctx, e.Alarm); err != nil {
		return err
	}
	if f.Wants == "" {
		f.Wants, f.Got = p.actions(e, f.Course)
	}
	if e.Actions != nil {
		p.seen[e.Alarm] = p.now
	}
	if f.Wants != "" {
		p.failures = append(p.failures, f)
	}
	return nil
}

// actions compares the actions that an alarm took since they were looked at last;
// they are taken at once, and so in no order.
func (p *play) actions(e *Expectation, course []Change) (wants, got string) {
	since, looked := p.seen[e.Alarm]
	took := map[string]int{}
	for _, c := range course {
		if looked && !c.At.After(since) {
			continue
		}
		for _, a := range c.Actions {
			took[a]++
		}
	}
	wanted := map[string]int{}
	for _, a := range e.Actions {
		wanted[a]++
	}
	if maps.Equal(took, wanted) {
		return "", ""
	}
	return "actions " + list(wanted), list(took)
}

// list shows actions and how often each is there.
func list(all map[string]int) string {
	var out []string
	for _, a := range slices.Sorted(maps.Keys(all)) {
		if all[a] > 1 {
			a = fmt.Sprintf("%s (%d times)", a, all[a])
		}
		out = append(out, a)
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}
