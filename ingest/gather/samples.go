package gather

import (
	"cmp"
	"slices"

	"skywatch/metric"
)

// perAppend is how many samples are written at once; with every value that there
// can be they are half of what the log takes as one record.
const perAppend = 500

// seriesKey is a metric of a tenant in a minute, before it has an ID.
type seriesKey struct {
	Series
	figure int
	minute int64
}

// batches makes samples of cells: each figure counts in all the series that it
// has, where those of several places add up.
func (s *Sums[P]) batches(cells map[cellKey[P]]*Cell) [][]metric.Sample {
	sums := map[seriesKey]*sum{}
	for key, c := range cells {
		seriesOf := s.layout.SeriesOf(key.at)
		if seriesOf == nil {
			continue
		}
		for f := range c.sums {
			if c.sums[f].SampleCount == 0 {
				continue
			}
			for _, series := range seriesOf(f) {
				fold(sums, seriesKey{series, f, key.minute}, &c.sums[f])
			}
		}
	}
	return s.split(sums)
}

// fold adds a cell's sum to a series.
func fold(sums map[seriesKey]*sum, key seriesKey, more *sum) {
	to := sums[key]
	if to == nil {
		to = &sum{}
		sums[key] = to
	}
	to.merge(more.StatisticSet)
	for v, n := range more.values {
		to.count(v, n)
	}
}

// sample is a series as it is written.
func (s *Sums[P]) sample(key *seriesKey, of *sum) metric.Sample {
	f := &s.layout.Figures[key.figure]
	out := metric.Sample{
		ID:   metric.ID{Tenant: key.Tenant, Namespace: s.layout.Namespace, Name: f.Name},
		Time: metric.Instant(key.minute) * metric.Minute.Millis(), Unit: f.Unit, Set: of.StatisticSet,
		Incomplete: !f.Spread && !of.Degenerate(),
	}
	for _, d := range key.Dimensions {
		if d.Name != "" {
			out.ID.Dimensions = append(out.ID.Dimensions, d)
		}
	}
	for v, n := range of.values {
		out.Values = append(out.Values, metric.Weight{Value: v, Count: n})
	}
	return out
}

// split makes batches of one tenant each, of bounded size.
func (s *Sums[P]) split(sums map[seriesKey]*sum) (out [][]metric.Sample) {
	all := make([]metric.Sample, 0, len(sums))
	for key, of := range sums {
		all = append(all, s.sample(&key, of))
	}
	slices.SortFunc(all, func(a, b metric.Sample) int {
		return cmp.Or(cmp.Compare(a.ID.Account, b.ID.Account), cmp.Compare(a.ID.Region, b.ID.Region))
	})
	for i, one := range all {
		if i == 0 || one.ID.Tenant != all[i-1].ID.Tenant || len(out[len(out)-1]) == perAppend {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], one)
	}
	return out
}
