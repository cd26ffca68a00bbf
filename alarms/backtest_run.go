package alarms

import (
	"context"
	"fmt"

	"skywatch/metric"
)

// blockPeriods is how many datapoints of a tier a back-test reads at once.
const blockPeriods = 4096

// replay decides the instants of one leg after the other. It holds the alarm's
// evaluation range and one block of datapoints, however long the leg is.
type replay struct {
	ctx    context.Context
	past   Past
	alarm  *Alarm // with its state so far
	course *Course
}

func (r *replay) run(legs []leg) error {
	for _, l := range legs {
		if err := r.leg(l); err != nil {
			return err
		}
	}
	return nil
}

// film is a metric on its way past the eyes of an alarm.
type film struct {
	id     metric.ID
	window *window
}

func (r *replay) leg(l leg) error {
	if ask := r.alarm.question(r.past.Answers); ask != nil {
		return r.ask(l, ask)
	}
	var films []*film
	sees := r.alarm.look(func(id metric.ID, _ metric.Period, stat metric.Statistic) *window {
		f := &film{id, newWindow(l.tier)}
		f.window.keepBasic(stat.Basic())
		films = append(films, f)
		return f.window
	})
	for i := range sees.eyes {
		sees.eyes[i].memo = newMemo(sees.d, min(l.tier, r.alarm.Period))
	}
	read := l.first.Add(-r.alarm.span())
	for at := ceil(l.first, l.step); at <= l.last; {
		end := min(at+max(blockPeriods*l.tier, l.step).Millis(), l.last)
		for _, f := range films {
			f.window.forget(at.Add(-r.alarm.span()).Floor(l.tier))
			if err := r.show(f, read, end); err != nil {
				return fmt.Errorf("read %s for a back-test: %w", f.id.Name, err)
			}
		}
		read = end
		for ; at <= end; at += l.step.Millis() {
			r.decide(sees.see(at), at)
		}
	}
	return nil
}

// show puts the datapoints that begin in [from, to) before the alarm. They are
// whole: a period that is closed at an instant has all its data.
//
// The store folds what came with a second and without into one minute. Such a
// minute has data of high resolution from its beginning, and those without are not
// seen; live they are until the first one of the others is there.
func (r *replay) show(f *film, from, to metric.Instant) error {
	if f.window.standard != nil {
		from, to = from.Floor(metric.Minute), ceil(to, metric.Minute)
		if err := r.past.Read(r.ctx, f.id, metric.Minute, from, to, f.window.standard.put); err != nil {
			return err
		}
	}
	return r.past.Read(r.ctx, f.id, f.window.tier, from.Floor(f.window.tier), to, f.window.put)
}

// ask decides on the answers to the alarm's question.
func (r *replay) ask(l leg, ask question) error {
	for at := ceil(l.first, l.step); at <= l.last; at += l.step.Millis() {
		sees, err := ask(r.ctx, at)
		if err != nil {
			return fmt.Errorf("ask for a back-test: %w", err)
		}
		r.decide(sees, at)
	}
	return nil
}

func (r *replay) decide(sees seen, at metric.Instant) {
	d, ok := r.alarm.decide(sees, at)
	if !ok {
		return
	}
	r.alarm.Status = d.status(r.alarm.Status)
	r.alarm.takeContributors(d.Contributors)
	if d.To != d.From {
		r.course.Transitions = append(r.course.Transitions, d.Transition)
	}
	for _, c := range d.Contributors {
		if c.transition() {
			r.course.Contributors = append(r.course.Contributors, ContributorTransition{at, c})
		}
	}
}
