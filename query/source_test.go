package query_test

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"skywatch/metric"
	"skywatch/query"
)

var _ query.Source = (*samples)(nil)

// samples is a Source that keeps every sample and folds them anew for every
// question: slow and plain.
type samples struct{ all []metric.Sample }

// add truncates a sample's time to its resolution, as ingest does.
func (s *samples) add(x metric.Sample) {
	x.ID.Normalize()
	resolution := metric.Minute
	if x.HighResolution {
		resolution = metric.Second
	}
	x.Time = x.Time.Floor(resolution)
	s.all = append(s.all, x)
}

type slot struct {
	start metric.Instant
	unit  metric.Unit
}

func (s *samples) Read(ctx context.Context, id metric.ID, tier metric.Period, from, to metric.Instant, fn func(metric.Datapoint)) error {
	slots := make(map[slot]*metric.Datapoint)
	var order []slot
	for i := range s.all {
		x := &s.all[i]
		at := slot{x.Time.Floor(tier), x.Unit}
		if !x.ID.Equal(id) || tier == metric.Second && !x.HighResolution || at.start < from || at.start >= to {
			continue
		}
		d := x.Datapoint(tier)
		if old := slots[at]; old != nil {
			old.Merge(d)
			continue
		}
		slots[at] = &d
		order = append(order, at)
	}
	slices.SortFunc(order, func(a, b slot) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.unit, b.unit)) })
	for _, at := range order {
		fn(*slots[at])
	}
	return ctx.Err()
}

func (s *samples) Metrics(ctx context.Context, f metric.Filter, after []byte, fn func(metric.Listing) bool) error {
	listings := make(map[string]metric.Listing)
	for _, x := range s.all {
		key := string(x.ID.AppendKey(nil))
		l := listings[key]
		listings[key] = metric.Listing{ID: x.ID, LastDatum: max(l.LastDatum, x.Time.Floor(metric.Minute))}
	}
	var found []metric.Listing
	for key, l := range listings {
		if f.Match(l) && (after == nil || key > string(after)) {
			found = append(found, l)
		}
	}
	slices.SortFunc(found, func(a, b metric.Listing) int { return bytes.Compare(a.ID.AppendKey(nil), b.ID.AppendKey(nil)) })
	for _, l := range found {
		if !fn(l) {
			break
		}
	}
	return ctx.Err()
}
