package alarms

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// live is a service with its evaluator over a store in memory.
type live struct {
	*Service
	*Evaluator
	store *store
}

func startLive(t *testing.T, s *Service, st *store) *live {
	t.Helper()
	e := NewEvaluator(s, EvaluatorOptions{})
	st.observer = e
	if err := e.Start(st, st); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Stop)
	return &live{s, e, st}
}

// sleepUntil sleeps to a clock time of the bubble's first day (2000-01-01).
func sleepUntil(clock string) {
	at, err := time.Parse(time.DateTime, "2000-01-01 "+clock)
	if err != nil {
		panic(err)
	}
	time.Sleep(time.Until(at))
	synctest.Wait()
}

func (l *live) state(t *testing.T) State {
	t.Helper()
	return describe(t, l.Service, "cpu").Value
}

// The corridor: a datum, the close of its minute, the settling time, and then
// state, history and delivery at once.
func TestBreachReachesTheOutbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := startLive(t, newTestService(t), newStore())
		if err := l.Put(t.Context(), tenant, cpu(), time.Now()); err != nil {
			t.Fatal(err)
		}
		sleepUntil("00:10:30")
		l.store.append(value(time.Now(), 80))
		sleepUntil("00:11:04")
		if got := l.state(t); got != InsufficientData {
			t.Fatalf("%s before the data have settled", got)
		}
		sleepUntil("00:11:06")
		a := describe(t, l.Service, "cpu")
		if a.Value != Alarming {
			t.Fatalf("state %s, want ALARM", a.Value)
		}
		sent := deliveries(t, l.Service.opts.Catalog)
		if len(sent) != 1 || sent[0].Target != topic || sent[0].Subject != `ALARM: "cpu" in US East (N. Virginia)` {
			t.Fatalf("sent %+v", sent)
		}
		items, _, err := l.History(tenant, HistoryQuery{AlarmName: "cpu", Ascending: true})
		if err != nil {
			t.Fatal(err)
		}
		var summaries []string
		for _, it := range items {
			summaries = append(summaries, it.Summary)
		}
		if diff := cmp.Diff([]string{`Alarm "cpu" created`, "Alarm updated from INSUFFICIENT_DATA to ALARM"}, summaries); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		l.Stop()
	})
}

