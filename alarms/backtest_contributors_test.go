package alarms

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// tides answers a PromQL query with hosts that come and go by the time.
type tides struct{}

func (tides) CheckVector(string) error { return nil }

func (tides) Vector(_ context.Context, _ metric.Tenant, _ string, at metric.Instant) (all []Element, err error) {
	minute := int(at / metric.Minute.Millis())
	for host := 1; host <= 4; host++ {
		if minute%(3*host+1) < 2*host-1 {
			all = append(all, Element{map[string]string{"host": fmt.Sprint(host)}, float64(minute % 7)})
		}
	}
	return all, nil
}

// An alarm with contributors goes in a back-test through the states that it and
// they went through live.
func TestBacktestOfContributors(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		begin := time.Now()
		past := Past{Source: l.store, Answers: Answers{PromQL: tides{}}}
		l.evaluator.Stop()
		l.service.opts.Vectors = tides{}
		l.start(EvaluatorOptions{Answers: past.Answers})
		l.put(onPromQLWith(60, 120, 20))
		time.Sleep(time.Hour + 9*time.Second)
		synctest.Wait()
		p := cpu()
		onPromQLWith(60, 120, 20)(p)
		b := Backtest{Tenant: tenant, Alarm: p, Start: begin, End: time.Now(), Initial: OK}
		course, err := l.service.Backtest(l.Context(), past, b, time.Now())
		if err != nil {
			l.Fatal(err)
		}
		var tried []string
		for _, tr := range course.Transitions {
			tried = append(tried, fmt.Sprintf("Alarm updated from %s to %s", tr.From, tr.To))
		}
		var recorded []string
		for _, item := range history(l, l.service, HistoryQuery{AlarmName: "cpu", Type: StateUpdate, Ascending: true, Max: 100}) {
			recorded = append(recorded, item.Summary)
		}
		if diff := cmp.Diff(recorded, tried); diff != "" || len(tried) < 4 {
			l.Errorf("(-live +back-test)\n%s", diff)
		}
		states := map[string]State{}
		for _, tr := range course.Contributors {
			states[tr.Attributes["host"]] = tr.Value
		}
		inAlarm, _, err := l.service.Contributors(Key{tenant, "cpu"}, "")
		if err != nil {
			l.Fatal(err)
		}
		for _, c := range inAlarm {
			if states[c.Attributes["host"]] != Alarming {
				l.Errorf("host %s is in ALARM, back-tested it is %s", c.Attributes["host"], states[c.Attributes["host"]])
			}
			delete(states, c.Attributes["host"])
		}
		for host, state := range states {
			if state == Alarming {
				l.Errorf("host %s is OK, back-tested it is in ALARM", host)
			}
		}
		// Nobody who answers: nothing that could be tried.
		if _, err := l.service.Backtest(l.Context(), Past{Source: l.store}, b, time.Now()); fault.Of(err).Kind != fault.Validation {
			l.Errorf("without answers: %v", err)
		}
	})
}
