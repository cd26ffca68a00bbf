package alarms

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/metric"
)

// TestBacktestAgreesWithLive has random alarms evaluated live, on random data that
// arrive before the instants at which their periods are closed, and then
// back-tested on what is stored: state, reason and reason data of every
// transition are the same. SKYWATCH_SEED repeats a run.
func TestBacktestAgreesWithLive(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("SKYWATCH_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Run(fmt.Sprintf("SKYWATCH_SEED=%d", seed), func(t *testing.T) {
		inBubble(t, EvaluatorOptions{}, func(l *live) {
			r := rehearsal{l, rand.New(rand.NewPCG(seed, 6))}
			r.run()
		})
	})
}

// rehearsal is one live run.
type rehearsal struct {
	*live
	random *rand.Rand
}

const (
	rehearsed = 60 // alarms
	// metricsOf are how many metrics there are by the minute, and as many by the
	// second.
	metricsOf = 4
)

func (r *rehearsal) run() {
	begin := time.Now()
	puts := make([]*Put, rehearsed)
	for i := range puts {
		puts[i] = r.alarm(i)
		if err := r.service.Put(r.Context(), tenant, puts[i], begin); err != nil {
			r.Fatalf("%+v: %v", puts[i], err)
		}
	}
	synctest.Wait()
	for end := begin.Add(2 * time.Hour); time.Now().Before(end); {
		time.Sleep(time.Duration(500+r.random.IntN(20_000)) * time.Millisecond)
		r.append()
	}
	// Every instant is decided until the last whole minute, and none since.
	time.Sleep(time.Until(time.Now().Truncate(time.Minute).Add(time.Minute + 9*time.Second)))
	synctest.Wait()
	transitions := 0
	for _, p := range puts {
		transitions += r.compare(p, begin)
	}
	if transitions < 5*rehearsed {
		r.Errorf("%d transitions of %d alarms compare too little", transitions, rehearsed)
	}
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// alarm makes a request. Alarms of short periods are on metrics by the second.
func (r *rehearsal) alarm(i int) *Put {
	threshold := float64(20 + r.random.IntN(60))
	p := &Put{
		Name: fmt.Sprintf("alarm-%d", i), EvaluationPeriods: 1 + r.random.IntN(5), Threshold: &threshold,
		Comparison:       string(pick(r.random, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual)),
		TreatMissingData: pick(r.random, "", "missing", "ignore", "breaching", "notBreaching"),
	}
	if r.random.IntN(2) == 0 {
		p.DatapointsToAlarm = 1 + r.random.IntN(p.EvaluationPeriods)
	}
	period := metric.Period(pick(r.random, 10, 20, 30, 60, 60, 120, 300, 900))
	name := r.metric(period < metric.Minute)
	if r.random.IntN(4) == 0 {
		p.Queries = []Query{
			{ID: "e", Expression: pick(r.random, "a+FILL(b,1)", "a-b", "RUNNING_SUM(a)/10", "IF(a>50,a,b)", "FILL(a,REPEAT)", "DIFF(a)"), ReturnData: new(true)},
			{ID: "a", Metric: &MetricStat{Namespace: "App", MetricName: name, Stat: "Average", Period: period}, ReturnData: new(false)},
			{ID: "b", Metric: &MetricStat{Namespace: "App", MetricName: r.metric(period < metric.Minute), Stat: "Maximum", Period: period}, ReturnData: new(false)},
		}
		return p
	}
	p.Namespace, p.MetricName, p.Period = "App", name, int(period)
	p.Unit = pick(r.random, "", "", "Percent", "Count")
	if p.Statistic = pick(r.random, "Average", "Sum", "Maximum", "Minimum", "SampleCount", ""); p.Statistic == "" {
		p.ExtendedStatistic = pick(r.random, "p50", "p90", "TM(10%:90%)", "IQM")
		if p.ExtendedStatistic[0] == 'p' {
			p.LowSamples = pick(r.random, "", "ignore", "evaluate")
		}
	}
	return p
}

func (r *rehearsal) metric(bySecond bool) string {
	n := r.random.IntN(metricsOf)
	if bySecond {
		n += metricsOf
	}
	return fmt.Sprintf("M%d", n)
}

// append sends samples of this moment, or of a little while ago: of the same 10 s
// or the same minute.
func (r *rehearsal) append() {
	now := time.Now()
	for range 1 + r.random.IntN(6) {
		bySecond := r.random.IntN(2) == 0
		grain := time.Minute
		if bySecond {
			grain = 10 * time.Second
		}
		since := now.Sub(now.Truncate(grain))
		s := value(now.Add(-time.Duration(r.random.Int64N(int64(since)+1))), float64(r.random.IntN(100)))
		s.ID.Name, s.HighResolution = r.metric(bySecond), bySecond
		s.Unit = pick(r.random, metric.Percent, metric.Percent, metric.Percent, metric.Count)
		r.store.append(s)
	}
	synctest.Wait()
}

// compare returns how many transitions of an alarm were compared.
func (r *rehearsal) compare(p *Put, begin time.Time) int {
	course, err := r.service.Backtest(r.Context(), Past{Source: r.store}, Backtest{Tenant: tenant, Alarm: p, Start: begin, End: time.Now()}, time.Now())
	if err != nil {
		r.Fatal(err)
	}
	type change struct{ From, To, Reason, Data string }
	var tried, recorded []change
	for _, t := range course.Transitions {
		tried = append(tried, change{string(t.From), string(t.To), t.Reason, t.ReasonData})
	}
	for _, item := range history(r, r.service, HistoryQuery{AlarmName: p.Name, Type: StateUpdate, Ascending: true, Max: 100}) {
		var data struct {
			OldState, NewState struct {
				StateValue, StateReason string
				StateReasonData         json.RawMessage
			}
		}
		if err := json.Unmarshal([]byte(item.Data), &data); err != nil {
			r.Fatal(err)
		}
		recorded = append(recorded, change{data.OldState.StateValue, data.NewState.StateValue, data.NewState.StateReason, string(data.NewState.StateReasonData)})
	}
	tried = tried[:min(len(tried), 100)]
	if diff := cmp.Diff(recorded, tried); diff != "" {
		r.Errorf("%s differs (-live +back-test)\n%s%+v", p.Name, diff, *p)
	}
	return len(tried)
}
