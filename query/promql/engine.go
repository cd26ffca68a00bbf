package promql

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"

	"skywatch/metric"
	"skywatch/query"
)

// Options of an Engine.
type Options struct {
	Data *query.Engine
	Raw  Raw
	// MaxSamples is how many samples a query may hold at once; 0: 10,000,000.
	MaxSamples int
	// Timeout is how long a query may take; 0: two minutes.
	Timeout time.Duration
	Logger  *slog.Logger
}

const (
	defaultSamples = 10_000_000
	defaultTimeout = 2 * time.Minute
	// lookback is how far back an instant selector looks for a sample where data
	// are kept that finely.
	lookback = 5 * time.Minute
)

// Raw is the way to the samples of raw metrics; *tsdb.DB is one.
type Raw interface {
	// ReadRaw calls fn for the samples with times in [from, to), in order.
	ReadRaw(ctx context.Context, id metric.ID, from, to metric.Instant, fn func(metric.RawSample)) error
}

// Engine answers questions in PromQL. It is safe for concurrent use.
type Engine struct {
	data   *query.Engine
	raw    Raw
	engine *promql.Engine
	parser parser.Parser
}

// New returns an Engine.
func New(o Options) *Engine {
	if o.MaxSamples == 0 {
		o.MaxSamples = defaultSamples
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	p := parser.NewParser(parser.Options{})
	return &Engine{o.Data, o.Raw, promql.NewEngine(promql.EngineOpts{
		Logger: o.Logger, MaxSamples: o.MaxSamples, Timeout: o.Timeout, LookbackDelta: lookback, Parser: p,
		EnableAtModifier: true, EnableNegativeOffset: true, EnableDelayedNameRemoval: true,
	}), p}
}

// Caller is whose data are asked for, and the instant as of which.
type Caller struct {
	metric.Tenant
	Now metric.Instant
	// Closed has statistics stand at the end of their period instead of its
	// beginning, and leaves out periods that have not ended as of Now: they may
	// still gain samples. So a range selector of n minutes sees the n minutes that
	// have ended last. Raw samples are seen as they are either way.
	Closed bool
}

func (e *Engine) of(c Caller) queryable { return queryable{e.data, e.raw, c.Tenant, c.Now, c.Closed} }

// lookback is what a query that begins at start looks back: five minutes, or a
// period where data that old are kept in longer ones. given, where it is not 0,
// is what the caller wants.
func (c Caller) lookback(start time.Time, given time.Duration) promql.QueryOpts {
	if given == 0 {
		given = max(lookback, query.FinestPeriod(c.Now, metric.At(start)).Duration())
	}
	return promql.NewPrometheusQueryOpts(false, given)
}

// Instant evaluates a query at one instant. An error of the query's text is told
// at once, others in the result. back is how far instant selectors look back, 0
// for the usual.
func (e *Engine) Instant(ctx context.Context, c Caller, text string, at time.Time, back time.Duration) (*promql.Result, error) {
	q, err := e.engine.NewInstantQuery(ctx, e.of(c), c.lookback(at, back), text, at)
	if err != nil {
		return nil, err
	}
	return e.run(ctx, q), nil
}

// Range evaluates a query at each step of [start, end].
func (e *Engine) Range(ctx context.Context, c Caller, text string, start, end time.Time, step, back time.Duration) (*promql.Result, error) {
	q, err := e.engine.NewRangeQuery(ctx, e.of(c), c.lookback(start, back), text, start, end, step)
	if err != nil {
		return nil, err
	}
	return e.run(ctx, q), nil
}

// run evaluates a query. Its result is not given back to the engine's pools, so
// the caller may keep it.
func (e *Engine) run(ctx context.Context, q promql.Query) *promql.Result { return q.Exec(ctx) }

// Selectors reads series selectors.
func (e *Engine) Selectors(texts []string) ([][]*labels.Matcher, error) {
	return e.parser.ParseMetricSelectors(texts)
}

// Format spells a query in the usual way.
func (e *Engine) Format(text string) (string, error) {
	expr, err := e.parser.ParseExpr(text)
	if err != nil {
		return "", err
	}
	return expr.Pretty(0), nil
}

// Series returns the labels of the series that any of the selectors matches, at
// most limit of them (0: all), each once.
func (e *Engine) Series(ctx context.Context, c Caller, selectors [][]*labels.Matcher, start, end time.Time, limit int) ([]labels.Labels, error) {
	q := &querier{e.of(c), metric.At(start), metric.At(end)}
	seen := map[string]bool{}
	out := []labels.Labels{}
	for _, m := range selectors {
		set := q.Select(ctx, true, &storage.SelectHints{Start: int64(q.from), End: int64(q.to)}, m...)
		for set.Next() {
			ls := set.At().Labels()
			key := string(ls.Bytes(nil))
			if seen[key] {
				continue
			}
			if seen[key] = true; limit > 0 && len(out) == limit {
				return out, nil
			}
			out = append(out, ls)
		}
		if err := set.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// LabelNames returns the names of the labels of the series that any of the
// selectors matches; no selectors match all.
func (e *Engine) LabelNames(ctx context.Context, c Caller, selectors [][]*labels.Matcher, start, end time.Time) ([]string, error) {
	return e.collect(c, selectors, start, end, func(q *querier, m []*labels.Matcher) ([]string, error) {
		names, _, err := q.LabelNames(ctx, nil, m...)
		return names, err
	})
}

// LabelValues returns the values of one label likewise.
func (e *Engine) LabelValues(ctx context.Context, c Caller, name string, selectors [][]*labels.Matcher, start, end time.Time) ([]string, error) {
	return e.collect(c, selectors, start, end, func(q *querier, m []*labels.Matcher) ([]string, error) {
		values, _, err := q.LabelValues(ctx, name, nil, m...)
		return values, err
	})
}

func (e *Engine) collect(c Caller, selectors [][]*labels.Matcher, start, end time.Time, of func(*querier, []*labels.Matcher) ([]string, error)) ([]string, error) {
	if len(selectors) == 0 {
		selectors = [][]*labels.Matcher{nil}
	}
	q := &querier{e.of(c), metric.At(start), metric.At(end)}
	seen := map[string]struct{}{}
	for _, m := range selectors {
		some, err := of(q, m)
		if err != nil {
			return nil, err
		}
		for _, s := range some {
			seen[s] = struct{}{}
		}
	}
	return limited(seen, nil), nil
}
