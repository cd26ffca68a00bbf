package history_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"skywatch/conformance/oracle"
	"skywatch/conformance/oracle/history"
)

var (
	seed = flag.Uint64("seed", uint64(time.Now().UnixNano()), "seed of the random histories")
	show = flag.Int("show", 0, "print so many operations of the history")
)

// outcome is what the model makes of an operation.
type outcome struct {
	errs   oracle.Errors
	points int
	notes  []string // what was to be seen in the answer
}

func play(m *oracle.Model, op history.Op) outcome {
	switch {
	case op.Put != nil:
		return outcome{errs: m.PutMetricData(op.At, op.Tenant, *op.Put)}
	case op.List != nil:
		out, errs := m.ListMetrics(op.At, op.Tenant, *op.List)
		o := outcome{errs: errs, points: len(out.Metrics)}
		if len(out.Metrics) > oracle.ListPageSize {
			o.notes = append(o.notes, "second page of metrics")
		}
		if len(out.Doubtful) > 0 {
			o.notes = append(o.notes, "doubtful metric")
		}
		return o
	case op.Statistics != nil:
		out, errs := m.GetMetricStatistics(op.At, op.Tenant, *op.Statistics)
		o := outcome{errs: errs, points: len(out.Datapoints)}
		if o.points > 0 {
			o.notes = append(o.notes, tier(op.At.Sub(op.Statistics.StartTime), op.Statistics.Period))
		}
		for _, p := range out.Datapoints {
			o.see(p.Statistics)
			o.see(p.ExtendedStatistics)
			if len(p.ExtendedStatistics) < len(op.Statistics.ExtendedStatistics) {
				o.notes = append(o.notes, "statistic not available")
			}
		}
		return o
	}
	out, errs := m.GetMetricData(op.At, op.Tenant, *op.Data)
	o := outcome{errs: errs, points: out.Points()}
	for _, r := range out.Results {
		if len(r.Messages) > 0 {
			o.notes = append(o.notes, r.Messages[0].Code)
		}
	}
	if op.Data.MaxDatapoints != nil && o.points > *op.Data.MaxDatapoints {
		o.notes = append(o.notes, "second page of points")
	}
	return o
}

func (o *outcome) see(answers map[string]oracle.Answer) {
	for name := range answers {
		o.notes = append(o.notes, name)
		if answers[name].Distinct > 3 {
			o.notes = append(o.notes, "several values")
		}
		if answers[name].Open {
			o.notes = append(o.notes, "open answer")
		}
	}
}

// tier names the data behind an answer.
func tier(age time.Duration, period int) string {
	const day = 24 * time.Hour
	switch {
	case period < 60:
		return "sub-minute tier"
	case age < 15*day:
		return "minute tier"
	case age < 63*day:
		return "five-minute tier"
	}
	return "hour tier"
}

func newGenerator(t *testing.T) *history.Generator {
	t.Helper()
	t.Logf("replay with -seed %d", *seed)
	return history.New(*seed, history.DefaultConfig())
}

func TestSeedDecides(t *testing.T) {
	t.Parallel()
	a, b := newGenerator(t), newGenerator(t)
	for i := range 300 {
		if x, y := a.Next().String(), b.Next().String(); x != y {
			t.Fatalf("operation %d:\n%s\n%s", i, x, y)
		}
	}
}

// Valid requests are accepted by the model, and broken ones refused.
func TestHistoryMeansWhatItSays(t *testing.T) {
	t.Parallel()
	for _, contested := range []bool{false, true} {
		t.Run(fmt.Sprintf("contested %v", contested), func(t *testing.T) {
			t.Parallel()
			t.Logf("replay with -seed %d", *seed)
			config := history.DefaultConfig()
			config.Contested = contested
			checkHistory(t, history.New(*seed, config))
		})
	}
}

func checkHistory(t *testing.T, g *history.Generator) {
	t.Helper()
	m := oracle.New()
	for i := range 3000 {
		op := g.Next()
		if i < *show {
			fmt.Println(op)
		}
		if strings.Contains(op.String(), "\n") {
			t.Errorf("more than a line: %q", op)
		}
		if o := play(m, op); (op.Breaks != "") != (len(o.errs) > 0) {
			t.Fatalf("%s\n%v", op, o.errs)
		}
	}
}

// Every kind of operation, of breach, of error code and of answer comes up;
// a fixed seed, because rare ones may be absent from some history.
func TestHistoryReachesEverything(t *testing.T) {
	t.Parallel()
	g, m := history.New(1, history.DefaultConfig()), oracle.New()
	seen := make(map[string]int)
	reads, found := 0, 0
	for range 8000 {
		op := g.Next()
		o := play(m, op)
		seen[op.Kind()]++
		for _, name := range strings.Split(op.Breaks, "+") {
			seen[name]++
		}
		for _, err := range o.errs {
			seen[err.Code]++
		}
		for _, note := range o.notes {
			seen[note]++
		}
		if op.Put == nil && op.Breaks == "" {
			reads++
			found += min(o.points, 1)
		}
	}
	for _, name := range expected() {
		if seen[name] == 0 {
			t.Errorf("never: %s", name)
		}
	}
	if found*2 < reads {
		t.Errorf("%d of %d reads found anything", found, reads)
	}
	t.Logf("%d of %d reads found something; seen: %v", found, reads, seen)
}

func expected() []string {
	return append(history.Breaches(),
		"PutMetricData", "ListMetrics", "GetMetricStatistics", "GetMetricData",
		oracle.InvalidParameterValue, oracle.InvalidParameterCombination, oracle.MissingParameter, oracle.ValidationError,
		oracle.MultipleUnits, "second page of points", "several values", "open answer",
		"sub-minute tier", "minute tier", "five-minute tier", "hour tier", "second page of metrics", "doubtful metric", "statistic not available",
		"SampleCount", "Sum", "Average", "Minimum", "Maximum",
		"p0", "p99.9", "p100", "tm90", "wm90", "tc90", "ts90", "IQM", "TM(10%:90%)", "TC(0:100)", "PR(:100)", "WM(1:99.875)")
}

// On the real clock no timestamp is near a limit.
func TestRealClock(t *testing.T) {
	t.Parallel()
	config := history.DefaultConfig()
	config.Now = time.Now
	g := history.New(*seed, config)
	for range 500 {
		op := g.Next()
		if op.Put == nil || op.Breaks != "" {
			continue
		}
		late := op.At.Add(5 * time.Minute)
		if errs := oracle.New().PutMetricData(late, op.Tenant, *op.Put); errs != nil {
			t.Fatalf("%s\nlater: %v", op, errs)
		}
		for _, d := range op.Put.MetricData {
			if d.Timestamp == nil {
				t.Fatalf("no timestamp: %s", op)
			}
		}
	}
}
