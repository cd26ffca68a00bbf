package trial

import (
	"fmt"
	"math/rand/v2"
	"time"

	"skywatch/conformance/oracle"
	"skywatch/conformance/oracle/alarm"
)

// Ages that all data of a trial are younger than: PutMetricData takes two weeks
// (3.3), and data of a second are kept for 3 h (section 4).
const (
	coarseAge = 14*24*time.Hour - time.Hour
	fineAge   = 3*time.Hour - 10*time.Minute
)

// Namespace is where the metrics of all trials are.
const Namespace = "Trials"

// Trial is an alarm, the data of its metric, and the range of its back-test.
type Trial struct {
	Definition alarm.Definition
	Data       []oracle.Datum // in order of arrival
	Start, End time.Time
	Initial    alarm.State

	// Expression is what an alarm on metric math computes from Inputs, which it
	// calls a, b and so on; the definition has no metric and statistic then.
	Expression string
	Inputs     []oracle.MetricStat
}

// Generator makes trials.
type Generator struct {
	*rand.Rand
	now time.Time
	n   int
}

// New makes trials that are asked at now.
func New(random *rand.Rand, now time.Time) *Generator {
	return &Generator{Rand: random, now: now}
}

func one[T any](g *Generator, list ...T) T { return list[g.IntN(len(list))] }

// chance is true n times of a hundred.
func (g *Generator) chance(n int) bool { return g.IntN(100) < n }

// between is a whole number from low to high.
func (g *Generator) between(low, high int) int { return low + g.IntN(high-low+1) }

// Trial makes one, on a metric of its own.
func (g *Generator) Trial() Trial {
	g.n++
	t := Trial{Definition: g.definition(), Initial: one(g, alarm.States()...)}
	t.Definition.Metric = oracle.Metric{Namespace: Namespace, MetricName: fmt.Sprintf("m%d", g.n)}
	if g.chance(30) {
		t.Definition.Metric.Dimensions = []oracle.Dimension{{Name: "Host", Value: "a"}}
	}
	d := t.Definition
	t.End = g.end(d)
	t.Start = t.End.Add(-time.Duration(g.between(1, maxInstants)) * d.Cadence())
	t.Data = g.data(t)
	for i := range t.Data {
		t.Data[i].MetricName, t.Data[i].Dimensions = d.Metric.MetricName, d.Metric.Dimensions
	}
	g.Shuffle(len(t.Data), func(i, j int) { t.Data[i], t.Data[j] = t.Data[j], t.Data[i] })
	return t
}

// maxInstants is about how many instants a trial has at most.
const maxInstants = 60

// end is where a range ends so that its oldest data are young enough; some ends are
// no instants.
func (g *Generator) end(d alarm.Definition) time.Time {
	age := coarseAge
	if d.Period < 60 {
		age = fineAge
	}
	age -= maxInstants*d.Cadence() + time.Duration(d.Range()+2)*seconds(d.Period)
	end := g.now.Add(-time.Duration(g.Int64N(int64(age)))).Truncate(time.Second)
	if g.chance(50) {
		end = end.Truncate(d.Cadence())
	}
	return end
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// Run is what the model says of the trial: its verdicts, and whether one of
// them is doubtful.
func (t Trial) Run(tenant oracle.Tenant, arrived time.Time) (all []alarm.Verdict, doubtful bool, err error) {
	m := oracle.New()
	in := oracle.PutMetricDataInput{Namespace: Namespace, MetricData: t.Data}
	if errs := m.PutMetricData(arrived, tenant, in); len(t.Data) > 0 && len(errs) > 0 {
		return nil, false, fmt.Errorf("data of the trial: %s", errs)
	}
	if t.Expression != "" {
		all, err = t.runMath(m, tenant)
	} else {
		source := alarm.Remember(alarm.From(m, tenant, t.Definition))
		all = alarm.Backtest(t.Definition, source, t.Start, t.End, t.Initial)
	}
	for _, v := range all {
		doubtful = doubtful || v.Doubtful
	}
	return all, doubtful, err
}
