package metric

import "skywatch/metric/sketch"

// Weight is a value seen Count times.
type Weight struct {
	Value float64
	Count float64
}

// Sample is one datum as accepted, in normal form: the four numbers, and the
// values behind them as far as they are known.
type Sample struct {
	ID   ID // in normal form
	Time Instant
	Unit Unit
	// HighResolution says that the datum keeps its second (StorageResolution
	// 1); otherwise only its minute.
	HighResolution bool
	Set            StatisticSet
	// Values are the values behind Set with their counts, in the order sent.
	// Empty with Incomplete unset means that Set is degenerate and tells them.
	Values []Weight
	// Incomplete says that Set hides values that are not in Values
	// (StatisticValues alone, cloudwatch.md 3.5): the period's percentiles
	// are not available.
	Incomplete bool
}

// Distribution adds the sample's values to d.
func (s *Sample) Distribution(d *sketch.Distribution) {
	switch {
	case s.Incomplete:
		d.MarkIncomplete()
	case len(s.Values) == 0:
		if s.Set.SampleCount > 0 {
			d.Add(s.Set.Minimum, s.Set.SampleCount)
		}
	}
	for _, w := range s.Values {
		d.Add(w.Value, w.Count)
	}
}

// Datapoint is what the store keeps of one metric for one period and one
// unit: the exact statistic set and the distribution of the values.
type Datapoint struct {
	Start Instant // start of the period, inclusive
	Unit  Unit
	Set   StatisticSet
	// Distribution is nil when Set is degenerate and tells the whole
	// distribution; see Values.
	Distribution *sketch.Distribution
}

// Merge adds o's samples to d. It changes d.Distribution in place if there is
// one, and never keeps o's.
func (d *Datapoint) Merge(o Datapoint) {
	if d.Distribution == nil && o.Distribution == nil &&
		d.Set.Minimum == o.Set.Minimum && d.Set.Maximum == o.Set.Maximum && d.Set.Merge(o.Set).Degenerate() {
		d.Set = d.Set.Merge(o.Set) // still one value
		return
	}
	dist := d.Values()
	dist.Merge(o.Values())
	d.Set = d.Set.Merge(o.Set)
	d.Distribution = dist
}

// Values returns the distribution, made from the set where it is degenerate.
// The result is d.Distribution itself where that exists.
func (d *Datapoint) Values() *sketch.Distribution {
	if d.Distribution != nil {
		return d.Distribution
	}
	dist := sketch.New()
	if d.Set.SampleCount > 0 {
		dist.Add(d.Set.Minimum, d.Set.SampleCount)
	}
	return dist
}

// Datapoint returns the sample as a datapoint of the period of length p that
// holds it.
func (s *Sample) Datapoint(p Period) Datapoint {
	d := Datapoint{Start: s.Time.Floor(p), Unit: s.Unit, Set: s.Set}
	if s.Incomplete || len(s.Values) > 0 {
		d.Distribution = sketch.New()
		s.Distribution(d.Distribution)
	}
	return d
}

// Observation is what an observer of watched metrics hears after a sample was
// made durable and before its sender is told: the new state of the period
// that it fell into.
type Observation struct {
	ID ID
	// Tier is the width of the period: Minute, or Second for a
	// high-resolution sample (which is told at both widths).
	Tier Period
	// Datapoint is the whole period, all samples so far folded. It must not be
	// changed or kept beyond the call without Clone of its distribution.
	Datapoint Datapoint
	// Reread says that Datapoint is not whole (the period had already left
	// memory): read it again through query.Source.
	Reread bool
}
