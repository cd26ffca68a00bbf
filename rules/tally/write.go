package tally

import (
	"cmp"
	"slices"

	"skywatch/metric"
	"skywatch/rules"
)

// series is a metric of a tenant in a minute, before it has an ID.
type series struct {
	figure    figure
	tenant    metric.Tenant
	bus, rule string // the dimensions; empty: without
	minute    int64
}

// batches makes samples of cells: each figure counts under every set of
// dimensions that it has, so rules add up to buses and buses to the account.
func (t *Tally) batches(cells map[place]*cell) [][]metric.Sample {
	sums := map[series]*sum{}
	for p, c := range cells {
		bus, rule := p.bus, ""
		if p.rule != "" {
			n, ok := rules.ParseRule(p.rule)
			if !ok {
				continue // no rule's delivery
			}
			p.Tenant, bus, rule = n.Tenant, n.Bus, n.Rule
		}
		for f := range numFigures {
			if c[f].SampleCount == 0 {
				continue
			}
			for _, s := range t.seriesOf(f, bus, rule) {
				s.tenant, s.minute = p.Tenant, p.minute
				fold(sums, s, &c[f])
			}
		}
	}
	return t.split(sums)
}

// seriesOf lists what a figure of a place counts in.
func (t *Tally) seriesOf(f figure, bus, rule string) (out []series) {
	scope := t.table[f].scope
	if scope&account != 0 {
		out = append(out, series{figure: f})
	}
	if scope&onBus != 0 {
		out = append(out, series{figure: f, bus: bus})
	}
	if scope&ofRule != 0 && bus == rules.DefaultBus {
		out = append(out, series{figure: f, rule: rule})
	}
	if scope&ofRule != 0 && bus != rules.DefaultBus || scope&bothOfRule != 0 {
		out = append(out, series{figure: f, bus: bus, rule: rule})
	}
	return out
}

// fold adds a cell's sum to a series.
func fold(sums map[series]*sum, s series, more *sum) {
	to := sums[s]
	if to == nil {
		to = &sum{}
		sums[s] = to
	}
	to.merge(more.StatisticSet)
	for v, n := range more.values {
		to.count(v, n)
	}
}

// sample is a series as it is written.
func (t *Tally) sample(s *series, of *sum) metric.Sample {
	m := &t.table[s.figure]
	out := metric.Sample{
		ID:   metric.ID{Tenant: s.tenant, Namespace: Namespace, Name: m.Name, Dimensions: s.dimensions()},
		Time: metric.Instant(s.minute) * metric.Minute.Millis(), Unit: m.Unit, Set: of.StatisticSet,
	}
	for v, n := range of.values {
		out.Values = append(out.Values, metric.Weight{Value: v, Count: n})
	}
	return out
}

// dimensions are in normal form: sorted by name.
func (s *series) dimensions() (out []metric.Dimension) {
	if s.bus != "" {
		out = append(out, metric.Dimension{Name: "EventBusName", Value: s.bus})
	}
	if s.rule != "" {
		out = append(out, metric.Dimension{Name: "RuleName", Value: s.rule})
	}
	return out
}

// split makes batches of one tenant each, of bounded size.
func (t *Tally) split(sums map[series]*sum) (out [][]metric.Sample) {
	all := make([]metric.Sample, 0, len(sums))
	for s, of := range sums {
		all = append(all, t.sample(&s, of))
	}
	slices.SortFunc(all, func(a, b metric.Sample) int {
		return cmp.Or(cmp.Compare(a.ID.Account, b.ID.Account), cmp.Compare(a.ID.Region, b.ID.Region))
	})
	for i, s := range all {
		if i == 0 || s.ID.Tenant != all[i-1].ID.Tenant || len(out[len(out)-1]) == perAppend {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], s)
	}
	return out
}
