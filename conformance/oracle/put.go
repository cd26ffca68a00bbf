package oracle

import (
	"math/big"
	"time"
)

// PutMetricData takes the whole request, or refuses the whole request with
// one of the returned errors.
func (m *Model) PutMetricData(now time.Time, tenant Tenant, in PutMetricDataInput) Errors {
	if errs := m.checkPut(now, in); len(errs) > 0 {
		return errs
	}
	for _, d := range in.data() {
		s := m.obtain(tenant, newMetric(in.Namespace, d.MetricName, d.Dimensions))
		s.samples = append(s.samples, d.sample(now))
	}
	return nil
}

// data is every datum of the request, with or without an entity.
func (in PutMetricDataInput) data() []Datum {
	all := append([]Datum(nil), in.MetricData...)
	for _, group := range in.EntityMetricData {
		all = append(all, group.MetricData...)
	}
	return all
}

func (d Datum) sample(now time.Time) sample {
	s := sample{at: now, received: now, unit: unitOrNone(d.Unit)}
	if d.Timestamp != nil {
		s.at = *d.Timestamp
	}
	s.fine = d.StorageResolution != nil && *d.StorageResolution == 1
	s.pairs = d.pairs()
	if d.StatisticValues != nil {
		s.takeSet(*d.StatisticValues)
	} else {
		s.takePairs()
	}
	return s
}

// pairs is the value distribution that the datum itself spells out.
func (d Datum) pairs() []pair {
	if d.Value != nil {
		return []pair{{*d.Value, big.NewRat(1, 1)}}
	}
	pairs := make([]pair, len(d.Values))
	for i, v := range d.Values {
		pairs[i] = pair{v, big.NewRat(1, 1)}
		if len(d.Counts) > 0 {
			pairs[i].weight = rat(d.Counts[i])
		}
	}
	return pairs
}

// takePairs derives the four numbers from the values. A value of weight 0
// still counts for the extremes.
func (s *sample) takePairs() {
	s.count, s.sum, s.magnitude = new(big.Rat), new(big.Rat), new(big.Rat)
	s.min, s.max = s.pairs[0].value, s.pairs[0].value
	for _, p := range s.pairs {
		product := new(big.Rat).Mul(rat(p.value), p.weight)
		s.count.Add(s.count, p.weight)
		s.sum.Add(s.sum, product)
		s.magnitude.Add(s.magnitude, new(big.Rat).Abs(product))
		s.min, s.max = min(s.min, p.value), max(s.max, p.value)
	}
}

// takeSet uses the four numbers as given, and a degenerate set as a value. A
// set that comes with Values leaves the distribution to them.
func (s *sample) takeSet(set StatisticSet) {
	s.count, s.sum = rat(*set.SampleCount), rat(*set.Sum)
	s.magnitude = new(big.Rat).Abs(s.sum)
	s.min, s.max = *set.Minimum, *set.Maximum
	switch {
	case len(s.pairs) > 0:
	case set.degenerate():
		s.pairs = []pair{{*set.Minimum, s.count}}
	default:
		s.opaque = true
	}
}

// degenerate reports whether the set can only stand for one repeated value.
func (set StatisticSet) degenerate() bool {
	return *set.Minimum == *set.Maximum && *set.Sum == *set.Minimum**set.SampleCount
}

// rat is the exact value of a finite float.
func rat(f float64) *big.Rat { return new(big.Rat).SetFloat64(f) }
