package alarms

import (
	"context"
	"iter"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/query"
)

// Backtest asks what an alarm would have done on the data that are stored, as if
// each datum had arrived at its timestamp.
type Backtest struct {
	metric.Tenant
	// Alarm is what PutMetricAlarm would be sent; nil: the alarm called Name, as
	// it is defined.
	Alarm *Put
	Name  string
	// Start and End bound the evaluation instants that are decided, themselves
	// included.
	Start, End time.Time
	// Initial is the state before the first of them; empty: InsufficientData.
	Initial State
}

// Past is what a back-test looks at: the data that are stored, and whoever answers
// the questions of alarms on them.
type Past struct {
	query.Source
	Answers
}

// Course is what the states of an alarm would have been.
type Course struct {
	// First is the first evaluation instant, Step the distance between them and
	// Count their number.
	First metric.Instant
	Step  metric.Period
	Count int
	// Exact is the first instant that was decided as live evaluation decides. Of
	// those before it only coarse datapoints are left: they were decided where
	// these begin, and in between the state is carried on.
	Exact       metric.Instant
	Initial     State
	Transitions []Transition
	// Contributors are the transitions of the alarm's contributors, if it has any.
	Contributors []ContributorTransition

	// Compared is the first instant from which the transitions of an alarm that
	// exists are held against its history; zero: none is. RecordedOnly are those
	// that only the history has.
	Compared     metric.Instant
	RecordedOnly []Transition
	recorded     map[metric.Instant]bool // of the transitions that both have
}

// ContributorTransition is a change of a contributor's state.
type ContributorTransition struct {
	At metric.Instant
	ContributorChange
}

// States yields every evaluation instant with the state that it leads to.
func (c *Course) States() iter.Seq2[metric.Instant, State] {
	return func(yield func(metric.Instant, State) bool) {
		state, left := c.Initial, c.Transitions
		for i := range c.Count {
			at := c.First + metric.Instant(i)*c.Step.Millis()
			if len(left) > 0 && left[0].At == at {
				state, left = left[0].To, left[1:]
			}
			if !yield(at, state) {
				return
			}
		}
	}
}

// maxEvaluations bounds the instants of one back-test: 347 days of minutes.
const maxEvaluations = 500_000

// Backtest refuses what Put would refuse, in the same words. It only reads: what
// is too old to be kept is decided by now and the retention of the tiers.
func (s *Service) Backtest(ctx context.Context, past Past, b Backtest, now time.Time) (*Course, error) {
	a, err := s.tried(&b)
	if err != nil {
		return nil, err
	}
	if err := a.replayable(past.Answers); err != nil {
		return nil, err
	}
	if err := b.check(now); err != nil {
		return nil, err
	}
	step := a.Cadence()
	c := &Course{First: ceil(notBefore(b.Start), step), Step: step, Initial: b.Initial}
	last := metric.At(b.End).Floor(step)
	if last < c.First {
		return c, nil
	}
	legs, err := a.legs(c.First, last, metric.At(now))
	if err != nil {
		return nil, err
	}
	c.Count = int((last-c.First)/step.Millis()) + 1
	if c.Count > maxEvaluations {
		return nil, invalid("A back-test must not have more than %d evaluations, and from StartTime to EndTime there are %d: ask for shorter ranges one after the other, "+
			"each with the last state of the one before as its InitialState.", maxEvaluations, c.Count)
	}
	c.Exact = last + step.Millis()
	if newest := legs[len(legs)-1]; newest.tier == a.tiers()[0] {
		c.Exact = newest.first
	}
	a.Status = Status{Value: b.Initial, Reason: initialReason}
	r := replay{ctx: ctx, past: past, alarm: a, course: c}
	if err := r.run(legs); err != nil {
		return nil, err
	}
	if b.Alarm == nil {
		err = s.compare(c, a, now)
	}
	return c, err
}

// tried returns the alarm that is put to the test.
func (s *Service) tried(b *Backtest) (*Alarm, error) {
	a := &Alarm{Key: Key{b.Tenant, b.Name}}
	if b.Alarm == nil {
		var ok bool
		err := s.opts.Catalog.View(func(r catalog.Reader) (err error) {
			a, ok, err = load(r, a.Key)
			return err
		})
		if err == nil && !ok {
			err = fault.New(fault.NotFound, "There is no alarm with the name %s.", b.Name)
		}
		if err != nil {
			return nil, err
		}
	} else {
		d, _, err := s.judge(b.Tenant, b.Alarm)
		if err != nil {
			return nil, err
		}
		a.Name, a.Definition = b.Alarm.Name, d
	}
	return a, nil
}

// replayable refuses alarms of which the past does not tell what they would see.
func (d *Definition) replayable(by Answers) error {
	switch {
	case d.Kind() == OnChildren:
		return unsupported("A back-test of a composite alarm is")
	case d.PromQL != nil && by.PromQL == nil:
		return unsupported("A back-test of an alarm on a PromQL query is")
	case d.asksInsights() && by.Insights == nil:
		return unsupported("A back-test of an alarm on Metrics Insights is")
	}
	return nil
}

// check holds the request to what can be answered.
func (b *Backtest) check(now time.Time) error {
	switch b.Initial {
	case "":
		b.Initial = InsufficientData
	case OK, Alarming, InsufficientData:
	default:
		return invalid("The value %s is not supported for InitialState parameter. Supported values are [OK, ALARM, INSUFFICIENT_DATA].", b.Initial)
	}
	switch {
	case b.Start.IsZero():
		return missing("StartTime")
	case b.End.IsZero():
		return missing("EndTime")
	case b.End.Before(b.Start):
		return invalid("The parameter EndTime must not be before StartTime.")
	case b.End.After(now.Add(ahead)):
		return invalid("The parameter EndTime must not be more than two hours in the future, as data must not.")
	}
	return nil
}

// ceil returns the first instant on the grid of p that is not before i.
func ceil(i metric.Instant, p metric.Period) metric.Instant { return (i + p.Millis() - 1).Floor(p) }

// notBefore returns t, or the next millisecond.
func notBefore(t time.Time) metric.Instant {
	i := metric.At(t)
	if i.Time().Before(t) {
		i++
	}
	return i
}
