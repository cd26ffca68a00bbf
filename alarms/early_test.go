package alarms

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// tale is something that happens to an alarm at a time of its story.
type tale struct {
	after time.Duration // the one before
	close bool          // then wait for the next instant and a little more
	kind  int
	age   time.Duration
	value float64
}

// play plays tales to an evaluator, and returns every state with its time.
func play(t *testing.T, tales []tale, period, n int, blind bool) (states []string) {
	synctest.Test(t, func(tb *testing.T) {
		s, st := newTestService(tb), newStore()
		e := NewEvaluator(s, EvaluatorOptions{Queue: 4, blind: blind})
		st.observer = e
		if err := e.Start(st, st); err != nil {
			tb.Fatal(err)
		}
		defer e.Stop()
		alarm := func(threshold float64) {
			put(tb, s, time.Now(), func(p *Put) {
				p.Period, p.EvaluationPeriods, p.DatapointsToAlarm, *p.Threshold = period, n, 1, threshold
			})
		}
		alarm(50)
		for _, step := range tales {
			time.Sleep(step.after)
			if step.close {
				cadence := time.Duration(min(period, 60)) * time.Second
				time.Sleep(time.Until(time.Now().Truncate(cadence).Add(cadence + step.after%(6*time.Second))))
			}
			synctest.Wait()
			switch step.kind {
			case 0:
				s.set(tb, "cpu", OK, time.Now())
			case 1:
				alarm(step.value)
			default:
				sample := value(time.Now().Add(-step.age), step.value)
				sample.HighResolution = period < 60 && step.kind%2 == 0
				st.append(sample)
			}
			synctest.Wait()
		}
		time.Sleep(20 * time.Minute)
		synctest.Wait()
		for _, it := range history(tb, s, HistoryQuery{Ascending: true}) {
			states = append(states, fmt.Sprint(it.At.Time().Format("15:04:05.000 "), it.Summary, it.Data))
		}
	})
	return states
}

var earlySeed = flag.Uint64("early.seed", 0, "seed of TestLookingEarlyChangesNothing, printed by an earlier run")

// Whatever happens when, alarms that are looked at before they are due do what
// they would do if each evaluation were made when it is due, at the same time.
func TestLookingEarlyChangesNothing(t *testing.T) {
	t.Parallel()
	seed := *earlySeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-early.seed=%d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 12 {
		period, n := []int{10, 60, 60, 120}[rng.IntN(4)], 1+rng.IntN(3)
		scale := time.Duration(period) * time.Second / 4
		tales := make([]tale, 1+rng.IntN(40))
		for i := range tales {
			tales[i] = tale{
				after: time.Duration(rng.Int64N(int64(scale))).Truncate(time.Millisecond),
				close: rng.IntN(2) == 0,
				kind:  rng.IntN(13),
				age:   time.Duration(rng.IntN(6)) * scale,
				value: []float64{10, 50, 60, 90}[rng.IntN(4)],
			}
		}
		early := play(t, tales, period, n, false)
		due := play(t, tales, period, n, true)
		if diff := cmp.Diff(due, early); diff != "" {
			t.Fatalf("%+v\n(-when due +early)\n%s", tales, diff)
		}
	}
}
