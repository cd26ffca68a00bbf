package otlp

import (
	"skywatch/ingest"
	"skywatch/metric"
)

// weightBytes is what a value with its count takes.
const weightBytes = 16

// count adds the statistic datum of one point. The weights are the values behind
// its set; without them it is the whole truth or hides what they are.
func (in *intake) count(s *stream, p point, set metric.StatisticSet, weights []metric.Weight) error {
	dimensions, err := s.dimensionsOf(p.GetAttributes())
	if err != nil {
		return err
	}
	at, name, namespace := instant(p), s.name, s.namespace
	all, err := in.check(in.now, in.tenant, []ingest.Row{{Namespace: &namespace, Datum: ingest.Datum{
		Name: &name, Dimensions: dimensions, Time: &at, Unit: s.unit.String(),
		Set: &ingest.StatisticValues{SampleCount: &set.SampleCount, Sum: &set.Sum, Minimum: &set.Minimum, Maximum: &set.Maximum},
	}}})
	if err != nil {
		return err
	}
	sample := all[0]
	if len(weights) > 0 && !set.Degenerate() {
		// All are between Minimum and Maximum, which were checked.
		sample.Values, sample.Incomplete = weights, false
	}
	if err := in.grow(sizeOf(sample.ID) + weightBytes*len(sample.Values)); err != nil {
		return err
	}
	in.samples = append(in.samples, sample)
	return nil
}
