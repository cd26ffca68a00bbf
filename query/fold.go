package query

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"skywatch/metric"
)

// selection is the data of one metric on one grid.
type selection struct {
	id   metric.ID // in normal form
	unit unitFilter
	grid grid
	// values asks for distributions, which cost more than the statistic sets.
	values bool
}

// fold reads the selection's periods in [from, to) and calls emit for every
// period with data, oldest first, with one datapoint for each unit in the order
// of units. The slice is emit's only during the call.
func (e *Engine) fold(ctx context.Context, s *selection, from, to metric.Instant, emit func(start metric.Instant, units []metric.Datapoint)) error {
	f := folder{selection: s, emit: emit}
	for _, p := range s.grid.parts(from, to) {
		if err := e.source.Read(ctx, s.id, p.tier, p.from, p.to, f.add); err != nil {
			return fmt.Errorf("read tier %s: %w", p.tier.Duration(), err)
		}
	}
	f.flush()
	return nil
}

// folder gathers the datapoints of one period at a time.
type folder struct {
	*selection
	emit  func(metric.Instant, []metric.Datapoint)
	start metric.Instant
	units []gathered
	out   []metric.Datapoint
}

// gathered is the sum of a period's datapoints of one unit.
type gathered struct {
	metric.Datapoint
	// own says that the distribution is ours to change: the source's first
	// datapoint is copied only when a second one comes.
	own bool
}

func (f *folder) add(d metric.Datapoint) {
	if !f.unit.match(d.Unit) {
		return
	}
	if start := f.grid.floor(d.Start); start != f.start {
		f.flush()
		f.start = start
	}
	if !f.values {
		d.Distribution = nil
	}
	i := slices.IndexFunc(f.units, func(g gathered) bool { return g.Unit == d.Unit })
	if i < 0 {
		d.Start = f.start
		f.units = append(f.units, gathered{Datapoint: d})
		return
	}
	f.units[i].merge(d, f.values)
}

func (g *gathered) merge(d metric.Datapoint, values bool) {
	if !values {
		g.Set = g.Set.Merge(d.Set)
		return
	}
	if !g.own && g.Distribution != nil {
		g.Distribution = g.Distribution.Clone()
	}
	g.own = true
	g.Merge(d)
}

func (f *folder) flush() {
	if len(f.units) == 0 {
		return
	}
	f.out = f.out[:0]
	for i := range f.units {
		f.out = append(f.out, f.units[i].Datapoint)
	}
	slices.SortFunc(f.out, func(a, b metric.Datapoint) int { return cmp.Compare(a.Unit, b.Unit) })
	f.units = f.units[:0]
	f.emit(f.start, f.out)
}
