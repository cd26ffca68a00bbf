package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"skywatch/alarms"
	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/metric/sketch"
	"skywatch/targets"
)

// crowds are alarms that an evaluator in this process evaluates, each on a metric
// of its own.
var crowds = []struct {
	name, goal string
	alarms     int
	sketches   bool // the data have more than one value
	define     func(*alarms.Put)
}{
	{"100,000 alarms on averages", "≤ 5 %", 100_000, false, nil},
	{"1,000,000 alarms on averages", "≤ 50 %", 1_000_000, false, nil},
	{"10,000 alarms on p99", "", 10_000, true, func(p *alarms.Put) { p.Statistic, p.ExtendedStatistic = "", "p99" }},
	{"10,000 alarms on metric math", "", 10_000, false, onMath},
}

// onMath has an alarm judge a metric by way of an expression.
func onMath(p *alarms.Put) {
	yes, no := true, false
	p.Queries = []alarms.Query{
		{ID: "rate", Expression: "100 * m / (m + 1)", ReturnData: &yes},
		{ID: "m", ReturnData: &no, Metric: &alarms.MetricStat{
			Namespace: p.Namespace, MetricName: p.MetricName, Dimensions: p.Dimensions, Stat: p.Statistic, Period: metric.Period(p.Period),
		}},
	}
	p.Namespace, p.MetricName, p.Dimensions, p.Statistic, p.Period = "", "", nil, "", 0
}

// measureCrowd has an evaluator alone, in this process, evaluate many alarms over
// some minutes of a clock that is moved by hand, with a datum for each alarm and
// minute, half of them after the minute has passed. All CPU time of the process
// counts, the making of the data and the memory's cleaning as well.
func measureCrowd(ctx context.Context, b *bench) (figures []figure, err error) {
	for _, kind := range crowds {
		if kind.alarms > 100_000 && !b.million {
			continue
		}
		b.progress("crowd: %s", kind.name)
		c, err := newCrowd(ctx, filepath.Join(b.dir, "crowd"), b.sized(kind.alarms), kind.define)
		if err != nil {
			return nil, err
		}
		c.sketches = kind.sketches
		share, late, err := c.measure(ctx)
		if err := c.close(); err != nil {
			return nil, err
		}
		if err != nil {
			return nil, err
		}
		figures = append(figures,
			value(kind.name+", each evaluated every minute", 100*share, "% of a core", kind.goal, fmt.Sprintf("3 minutes of virtual time; %s evaluations of an alarm in a minute", number(late))),
			value(kind.name+": live heap of the evaluator", c.heap/1024/float64(c.n), "KiB per alarm", "", "a datum for each minute"),
			value(kind.name+": read and followed", c.start.Seconds()*1e6/float64(c.n), "µs CPU per alarm", "", "when the evaluator starts"),
		)
	}
	return figures, nil
}

// crowd is many alarms and their evaluator.
type crowd struct {
	n         int
	sketches  bool
	dir       string
	catalog   *catalog.DB
	evaluator *alarms.Evaluator
	clock     *virtual
	metrics   []metric.ID
	start     time.Duration // CPU of the evaluator's start
	before    float64       // the live heap before it
	heap      float64
}

func newCrowd(ctx context.Context, dir string, n int, define func(*alarms.Put)) (*crowd, error) {
	db, err := catalog.Open(catalog.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	c := &crowd{n: n, dir: dir, catalog: db, clock: &virtual{}, metrics: make([]metric.ID, n)}
	c.clock.at.Store(time.Date(2026, 11, 22, 12, 0, 30, 0, time.UTC).UnixNano())
	s := alarms.NewService(alarms.Options{Catalog: db, Outbox: targets.NewOutbox(nil)})
	if err := c.put(ctx, s, define); err != nil {
		return nil, err
	}
	c.before = float64(ownHeap())
	begin := ownCPU()
	c.evaluator = alarms.NewEvaluator(s, alarms.EvaluatorOptions{Clock: c.clock})
	if err := c.evaluator.Start(nothing{}, nothing{}); err != nil {
		return nil, err
	}
	_, err = c.evaluator.Settle(ctx)
	c.start = ownCPU() - begin
	return c, err
}

// put makes the alarms, many in a transaction.
func (c *crowd) put(ctx context.Context, s *alarms.Service, define func(*alarms.Put)) error {
	const atOnce = 1000
	for from := 0; from < c.n; from += atOnce {
		err := c.catalog.Update(ctx, func(tx *catalog.Tx) error {
			for i := from; i < min(from+atOnce, c.n); i++ {
				if err := s.PutIn(tx, metric.Tenant{Account: account, Region: region}, c.alarm(i, define), c.clock.Now()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// alarm is the definition of one; its metric is noted.
func (c *crowd) alarm(i int, define func(*alarms.Put)) *alarms.Put {
	host := metric.Dimension{Name: "Host", Value: fmt.Sprintf("host-%07d", i)}
	tenant := metric.Tenant{Account: account, Region: region}
	c.metrics[i] = metric.ID{Tenant: tenant, Namespace: "Bench/Crowd", Name: "CPUUtilization", Dimensions: []metric.Dimension{host}}
	threshold := float64(80 + i%20)
	p := &alarms.Put{
		Name: "cpu-high-" + host.Value, Namespace: "Bench/Crowd", MetricName: "CPUUtilization", Dimensions: []metric.Dimension{host},
		Statistic: "Average", Period: 60, EvaluationPeriods: 3, DatapointsToAlarm: 2, Threshold: &threshold, Comparison: "GreaterThanThreshold",
	}
	if define != nil {
		define(p)
		threshold += 100
	}
	return p
}

func (c *crowd) close() error {
	c.evaluator.Stop()
	return errors.Join(c.catalog.Close(), os.RemoveAll(c.dir))
}

// measure runs some minutes in which all alarms become OK and then some in which
// nothing changes, and returns which share of a core those took, and how often
// an alarm was evaluated in each.
func (c *crowd) measure(ctx context.Context) (share, often float64, err error) {
	const warm, minutes = 3, 3
	for range warm {
		if err := c.minute(ctx); err != nil {
			return 0, 0, err
		}
	}
	c.heap = float64(ownHeap()) - c.before
	before, used := c.evaluator.Stats(), ownCPU()
	for range minutes {
		if err := c.minute(ctx); err != nil {
			return 0, 0, err
		}
	}
	used = ownCPU() - used
	now := c.evaluator.Stats()
	often = float64(now.Evaluations-before.Evaluations) / float64(minutes*c.n)
	if now.Dropped > 0 || now.Following != int64(c.n) || now.Transitions != int64(c.n) || often < 1 {
		return 0, 0, fmt.Errorf("the evaluator was not in order: %+v, before %+v", now, before)
	}
	return used.Seconds() / (minutes * 60), often, nil
}

// minute lets one pass with a datum for each alarm.
func (c *crowd) minute(ctx context.Context) error {
	begin := c.clock.Now().Truncate(time.Minute)
	if err := c.send(ctx, begin, 0, c.n/2); err != nil {
		return err
	}
	if err := c.until(ctx, begin.Add(time.Minute+time.Second)); err != nil {
		return err
	}
	if err := c.send(ctx, begin, c.n/2, c.n); err != nil {
		return err
	}
	return c.until(ctx, begin.Add(90*time.Second))
}

// send tells of a datum of each of some metrics, at a pace that the evaluator
// keeps up with.
func (c *crowd) send(ctx context.Context, minute time.Time, from, to int) error {
	const atOnce = 2048
	for i := from; i < to; i++ {
		if i%atOnce == 0 {
			if _, err := c.evaluator.Settle(ctx); err != nil {
				return err
			}
		}
		o := metric.Observation{
			ID: c.metrics[i], Tier: metric.Minute,
			Datapoint: metric.Datapoint{Start: metric.At(minute), Unit: metric.Percent, Set: metric.Single(float64(i % 50))},
		}
		if c.sketches {
			o.Datapoint.Distribution = sketch.New()
			o.Datapoint.Set = metric.StatisticSet{}
			for v := range 20 {
				o.Datapoint.Distribution.Add(float64(v), 1)
				o.Datapoint.Set = o.Datapoint.Set.Merge(metric.Single(float64(v)))
			}
		}
		c.evaluator.Observe(o)
	}
	_, err := c.evaluator.Settle(ctx)
	return err
}

// until moves the clock to a time, by little steps.
func (c *crowd) until(ctx context.Context, to time.Time) error {
	for c.clock.Now().Before(to) {
		c.clock.at.Add(int64(50 * time.Millisecond))
		if _, err := c.evaluator.Settle(ctx); err != nil {
			return err
		}
	}
	return nil
}

// virtual is a clock that is moved by hand. Whoever waits for it has to be told
// of a move otherwise: settling does.
type virtual struct{ at atomic.Int64 }

// Now implements targets.Clock.
func (v *virtual) Now() time.Time { return time.Unix(0, v.at.Load()).UTC() }

// Wake implements targets.Clock.
func (v *virtual) Wake(t time.Time) (<-chan time.Time, func()) {
	c := make(chan time.Time, 1)
	if now := v.Now(); !t.After(now) {
		c <- now
	}
	return c, func() {}
}

// nothing is a store without data.
type nothing struct{}

func (nothing) Watch(metric.ID)   {}
func (nothing) Unwatch(metric.ID) {}

func (nothing) Read(context.Context, metric.ID, metric.Period, metric.Instant, metric.Instant, func(metric.Datapoint)) error {
	return nil
}

func (nothing) Metrics(context.Context, metric.Filter, []byte, func(metric.Listing) bool) error {
	return nil
}
