package trial

import (
	"fmt"
	"slices"
	"time"

	"skywatch/conformance/oracle"
	"skywatch/conformance/oracle/alarm"
)

// Live is a trial whose data arrive while the alarm watches: its Start is the
// first instant after its creation, and Data are empty.
type Live struct {
	Trial
	// Before are the data that were there when the alarm was made.
	Before []oracle.Datum
	// Arrivals are all others by the moment of their arrival, one of Moments.
	Arrivals map[time.Time][]oracle.Datum
}

// Settle is how long after an instant it is decided (design, section 4).
func Settle(cadence time.Duration) time.Duration {
	if cadence < time.Minute {
		return 2 * time.Second
	}
	return 5 * time.Second
}

// Moments are when data arrive around an instant: before it settles, soon after, in the
// middle and at the end, none of them within the spread of evaluations.
func Moments(instant time.Time, cadence time.Duration) []time.Time {
	return []time.Time{
		instant.Add(time.Second), instant.Add(Settle(cadence) + time.Second),
		instant.Add(cadence * 6 / 10), instant.Add(cadence - time.Second),
	}
}

// Live makes a trial of the cadence that watches for so many instants.
func (g *Generator) Live(cadence time.Duration, start time.Time, instants int) Live {
	g.n++
	l := Live{Arrivals: make(map[time.Time][]oracle.Datum)}
	for l.Definition = g.definition(); l.Definition.Cadence() != cadence; {
		l.Definition = g.definition()
	}
	l.Definition.Metric = oracle.Metric{Namespace: Namespace, MetricName: fmt.Sprintf("live%d", g.n)}
	l.Start, l.End = start, start.Add(time.Duration(instants-1)*cadence)
	for _, d := range g.data(l.Trial) {
		d.MetricName = l.Definition.Metric.MetricName
		at, early := l.arrival(d, g.delay(l.Definition))
		switch {
		case early:
			l.Before = append(l.Before, d)
		case at.Before(l.End.Add(cadence)):
			l.Arrivals[at] = append(l.Arrivals[at], d)
		}
	}
	return l
}

// delay is how late a datum is sent.
func (g *Generator) delay(d alarm.Definition) time.Duration {
	switch {
	case g.chance(60):
		return 0
	case g.chance(60):
		return time.Duration(g.Int64N(int64(d.Cadence())))
	}
	return time.Duration(g.Int64N(int64(5 * seconds(d.Period))))
}

// arrival is the first moment at which a datum can arrive; early are those that
// were there before the alarm. Until an instant has settled nothing arrives that would belong
// into the range of the one before.
func (l Live) arrival(d oracle.Datum, delay time.Duration) (at time.Time, early bool) {
	cadence := l.Definition.Cadence()
	ready, slot := d.Timestamp.Add(delay), *d.Timestamp
	if *d.StorageResolution == 60 {
		slot = slot.Truncate(time.Minute)
	}
	if ready.Before(l.Start.Add(-3 * time.Second)) {
		return time.Time{}, true
	}
	instant := l.Start
	if ready.After(instant) {
		instant = ready.Truncate(cadence)
	}
	for i, moment := range append(Moments(instant, cadence), Moments(instant.Add(cadence), cadence)...) {
		unsettled := i%4 == 0
		if !moment.Before(ready) && !(unsettled && slot.Before(moment.Add(-time.Second-cadence))) {
			return moment, false
		}
	}
	panic("no moment after " + ready.String())
}

// Stamps are the moments of the arrivals in order.
func (l Live) Stamps() []time.Time {
	var all []time.Time
	for at := range l.Arrivals {
		all = append(all, at)
	}
	slices.SortFunc(all, time.Time.Compare)
	return all
}

// Run is what the model says the alarm changed to, decided on its creation or
// not.
func (l Live) Run(tenant oracle.Tenant, decided bool) (changes []alarm.Verdict, doubtful bool, err error) {
	m := oracle.New()
	put := func(at time.Time, data []oracle.Datum) error {
		in := oracle.PutMetricDataInput{Namespace: Namespace, MetricData: data}
		if errs := m.PutMetricData(at, tenant, in); len(data) > 0 && len(errs) > 0 {
			return fmt.Errorf("data of the trial: %s", errs)
		}
		return nil
	}
	if err := put(l.Start, l.Before); err != nil {
		return nil, false, err
	}
	d := l.Definition
	read := alarm.From(m, tenant, d)
	watch := alarm.Live{Definition: d, Settle: Settle(d.Cadence()), Source: func(start time.Time) (alarm.Point, bool) {
		p, ok := read(start)
		doubtful = doubtful || p.Doubtful
		return p, ok
	}}
	watch.Create(l.Start.Add(-2*time.Second), decided)
	for _, at := range l.Stamps() {
		watch.Until(at)
		if err := put(at, l.Arrivals[at]); err != nil {
			return nil, false, err
		}
		watch.Again()
	}
	watch.Until(l.End.Add(d.Cadence() - time.Second))
	return watch.Changes, doubtful, nil
}
