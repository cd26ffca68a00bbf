package otlp

import (
	"skywatch/ingest"
	"skywatch/metric"
)

// weightBytes is what a value with its count takes.
const weightBytes = 16

// observed adds what was observed since the point before, if anything was.
func (in *intake) observed(s *stream, p point, d *distribution) error {
	if d.count == 0 {
		return nil
	}
	set, weights, err := d.statistic()
	if err != nil {
		return err
	}
	return in.count(s, p, weights, ingest.Datum{
		Set: &ingest.StatisticValues{SampleCount: &set.SampleCount, Sum: &set.Sum, Minimum: &set.Minimum, Maximum: &set.Maximum},
	})
}

// count adds the statistic datum of one point: datum has its numbers, the weights
// are the values behind a set that does not tell them.
func (in *intake) count(s *stream, p point, weights []metric.Weight, datum ingest.Datum) error {
	dimensions, err := s.dimensionsOf(p.GetAttributes())
	if err != nil {
		return err
	}
	at, name, namespace := instant(p), s.name, s.namespace
	datum.Name, datum.Dimensions, datum.Time, datum.Unit = &name, dimensions, &at, s.unit.String()
	all, err := in.check(in.now, in.tenant, []ingest.Row{{Namespace: &namespace, Datum: datum}})
	if err != nil {
		return err
	}
	sample := all[0]
	if len(weights) > 0 && sample.Incomplete {
		// All are between Minimum and Maximum, which were checked.
		sample.Values, sample.Incomplete = weights, false
	}
	if err := in.grow(sizeOf(sample.ID) + weightBytes*len(sample.Values)); err != nil {
		return err
	}
	in.samples = append(in.samples, sample)
	return nil
}
