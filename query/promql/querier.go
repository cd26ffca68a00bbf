package promql

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/util/annotations"

	"skywatch/metric"
	"skywatch/query"
)

// queryable gives one tenant's metrics as of one instant. It implements
// storage.Queryable.
type queryable struct {
	data   *query.Engine
	values Raw
	tenant metric.Tenant
	now    metric.Instant
	closed bool // see Caller.Closed
}

// Querier implements storage.Queryable.
func (q queryable) Querier(mint, maxt int64) (storage.Querier, error) {
	return &querier{q, metric.Instant(mint), metric.Instant(maxt)}, nil
}

type querier struct {
	queryable
	from, to metric.Instant // both inclusive
}

// since is when the period of a statistic begins that is seen at t.
func (q *querier) since(t metric.Instant) metric.Instant {
	if q.closed {
		t -= query.FinestPeriod(q.now, t).Millis()
	}
	return t
}

// maxSeries bounds the series of one selector: their labels are in memory at
// once.
const maxSeries = 1_000_000

var errTooManySeries = errors.New("a selector matches more than 1000000 series: narrow it down by namespace, name or labels")

// found is one series that matchers select: a raw one where stat is empty.
type found struct {
	id     metric.ID
	stat   string
	labels labels.Labels
}

// each calls fn for every series that the matchers select and that has data in
// the querier's range, until fn returns false.
func (q *querier) each(ctx context.Context, matchers []*labels.Matcher, fn func(found) bool) error {
	n, stopped := 0, false
	one := func(f found) bool {
		n++
		stopped = n > maxSeries || !fn(f)
		return !stopped
	}
	err := q.statistics(ctx, matchers, one)
	if err == nil && !stopped {
		err = q.raw(ctx, matchers, one)
	}
	if err == nil && n > maxSeries {
		err = errTooManySeries
	}
	return err
}

// statistics finds the series of CloudWatch's metrics: one for each statistic
// that is asked for.
func (q *querier) statistics(ctx context.Context, matchers []*labels.Matcher, fn func(found) bool) error {
	wanted := stats(matchers)
	if len(wanted) == 0 {
		return nil
	}
	var b labels.ScratchBuilder
	return q.data.Find(ctx, filter(q.tenant, matchers, q.since(q.from).Floor(metric.Minute)), func(l metric.Listing) bool {
		for _, stat := range wanted {
			ls := labelsOf(&b, &l.ID, stat)
			if !match(matchers, ls, statLabel) {
				return true
			}
			if !fn(found{l.ID, stat, ls}) {
				return false
			}
		}
		return true
	})
}

func (q *querier) raw(ctx context.Context, matchers []*labels.Matcher, fn func(found) bool) error {
	var b labels.ScratchBuilder
	return q.data.Find(ctx, rawFilter(q.tenant, matchers, q.from.Floor(metric.Minute)), func(l metric.Listing) bool {
		ls := rawLabelsOf(&b, &l.ID)
		return !match(matchers, ls, "") || fn(found{l.ID, "", ls})
	})
}

// Select implements storage.Querier.
func (q *querier) Select(ctx context.Context, sorted bool, hints *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	from, to := q.from, q.to
	if hints != nil {
		from, to = metric.Instant(hints.Start), metric.Instant(hints.End)
	}
	set := &seriesSet{at: -1}
	period := query.FinestPeriod(q.now, q.since(from))
	set.err = q.each(ctx, matchers, func(f found) bool {
		s := &series{ctx: ctx, from: q, id: f.id, labels: f.labels, period: period, start: from, end: to + 1}
		s.stat, _ = metric.ParseStatistic(f.stat)
		set.all = append(set.all, s)
		return hints == nil || hints.Limit == 0 || len(set.all) < hints.Limit
	})
	if sorted {
		slices.SortFunc(set.all, func(a, b *series) int { return labels.Compare(a.labels, b.labels) })
	}
	return set
}

// LabelValues implements storage.LabelQuerier.
func (q *querier) LabelValues(ctx context.Context, name string, hints *storage.LabelHints, matchers ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	if name == statLabel { // all statistics, and not the one that is meant where none is named
		matchers = append(matchers, labels.MustNewMatcher(labels.MatchRegexp, statLabel, ".+"))
	}
	seen := map[string]struct{}{}
	err := q.each(ctx, matchers, func(f found) bool {
		if v := f.labels.Get(name); v != "" {
			seen[v] = struct{}{}
		}
		return true
	})
	return limited(seen, hints), nil, err
}

// LabelNames implements storage.LabelQuerier.
func (q *querier) LabelNames(ctx context.Context, hints *storage.LabelHints, matchers ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	seen := map[string]struct{}{}
	err := q.each(ctx, matchers, func(f found) bool {
		f.labels.Range(func(l labels.Label) { seen[l.Name] = struct{}{} })
		return true
	})
	return limited(seen, hints), nil, err
}

func limited(seen map[string]struct{}, hints *storage.LabelHints) []string {
	all := slices.Sorted(maps.Keys(seen))
	if hints != nil && hints.Limit > 0 && hints.Limit < len(all) {
		all = all[:hints.Limit]
	}
	return all
}

// Close implements storage.LabelQuerier.
func (*querier) Close() error { return nil }
