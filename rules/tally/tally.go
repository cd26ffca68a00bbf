package tally

import (
	"skywatch/ingest/gather"
	"skywatch/metric"
)

// Options are what a Tally works with.
type Options = gather.Options

// place is where something is counted, at the finest: a rule by its ARN, a bus,
// or an account.
type place struct {
	metric.Tenant
	bus  string
	rule string
}

// Tally counts. It is safe for concurrent use.
type Tally struct{ *gather.Sums[place] }

// New returns a Tally; Run makes it write.
func New(o Options) *Tally {
	all := table()
	layout := gather.Layout[place]{Of: "events", Namespace: Namespace}
	for i := range all {
		layout.Figures = append(layout.Figures, all[i].Figure)
	}
	layout.SeriesOf = func(p place) func(int) []gather.Series {
		bus, rule, ok := p.names()
		if !ok {
			return nil // no rule's delivery
		}
		return func(f int) []gather.Series { return seriesOf(all[f].scope, bus, rule) }
	}
	return &Tally{gather.NewSums(o, layout)}
}
