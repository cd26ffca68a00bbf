package alarms

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/alarms/mute"
	"skywatch/metric"
	"skywatch/query"
)

const pagerFunction = "arn:aws:lambda:us-east-1:123456789012:function:pager"

// asking answers questions from the store of the test.
func (l *live) asking() EvaluatorOptions {
	return EvaluatorOptions{Answers: Answers{Insights: query.New(l.store, []byte("key"), query.Limits{})}}
}

// insightsOn makes a request one for an alarm on a query in Metrics Insights.
func insightsOn(text string) func(*Put) {
	return func(p *Put) {
		yes := true
		p.Namespace, p.MetricName, p.Statistic, p.Period = "", "", "", 0
		p.Queries = []Query{{ID: "q", Expression: text, Period: metric.Minute, ReturnData: &yes}}
	}
}

// of appends a sample of a host's metric of this moment.
func (l *live) of(host string, v float64) {
	s := value(time.Now(), v)
	s.ID.Dimensions = []metric.Dimension{{Name: "Host", Value: host}}
	l.store.append(s)
	synctest.Wait()
}

func TestInsightsIsLive(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.evaluator.Stop()
		l.start(l.asking())
		l.put(insightsOn("SELECT MAX(CPU) FROM App"))
		l.sleepUntil("00:10:30")
		l.of("a", 10)
		l.of("b", 80)
		l.sleepUntil("00:11:06")
		l.is(Alarming)
	})
}

// Contributors live: states, history, deliveries and events in one commit, kept
// over a restart.
func TestContributorsAreLive(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.evaluator.Stop()
		l.start(l.asking())
		l.put(func(p *Put) {
			insightsOn("SELECT MAX(CPU) FROM SCHEMA(App, Host) GROUP BY Host ORDER BY MAX() DESC")(p)
			p.AlarmActions, p.OKActions = []string{topic, pagerFunction}, []string{topic}
		})
		l.sleepUntil("00:10:30")
		l.of("a", 10)
		l.of("b", 80)
		l.sleepUntil("00:11:30")
		l.is(Alarming)
		l.of("a", 90)
		l.of("b", 80)
		l.evaluator.Stop()
		l.start(l.asking())
		l.sleepUntil("00:12:30")
		l.is(Alarming)
		l.of("a", 90)
		l.of("b", 10)
		l.sleepUntil("00:20:30") // both are gone
		l.is(InsufficientData)
		type told struct{ To, Who string }
		var got []told
		for _, d := range deliveries(l, l.service.opts.Catalog) {
			if d.Target != topic {
				continue
			}
			var n notification
			if err := json.Unmarshal([]byte(d.Message), &n); err != nil {
				l.Fatal(err)
			}
			got = append(got, told{string(n.OldStateValue) + " -> " + string(n.NewStateValue), n.AlarmContributorAttributes["Host"]})
		}
		want := []told{{"OK -> ALARM", "b"}, {"OK -> ALARM", "a"}, {"ALARM -> OK", "b"}, {"ALARM -> OK", "a"}}
		if diff := cmp.Diff(want, got); diff != "" {
			l.Errorf("messages (-want +got)\n%s", diff)
		}
		var types []string
		for _, it := range history(l, l.service, HistoryQuery{AlarmName: "cpu", Ascending: true}) {
			types = append(types, it.Summary)
		}
		if diff := cmp.Diff([]string{`Alarm "cpu" created`, "Alarm updated from INSUFFICIENT_DATA to ALARM", "Alarm updated from ALARM to INSUFFICIENT_DATA"}, types); diff != "" {
			l.Errorf("history of the alarm (-want +got)\n%s", diff)
		}
		of := history(l, l.service, HistoryQuery{AlarmName: "cpu", Contributor: contributorID(map[string]string{"Host": "a"}), Ascending: true})
		if len(of) != 2 || of[0].Type != ContributorStateUpdate || of[0].Attributes["Host"] != "a" {
			l.Errorf("history of a contributor %+v", of)
		}
		if a := describe(l, l.service, "cpu"); len(a.contributors) != 0 {
			l.Errorf("%d contributors are left", len(a.contributors))
		}
	})
}

// failingColumns cannot be answered for a while.
type failingColumns struct {
	by    Columns
	until time.Time
}

func (f failingColumns) Columns(ctx context.Context, now metric.Instant, t metric.Tenant, queries []query.DataQuery, start, end metric.Instant) ([]query.Column, bool, error) {
	if time.Now().Before(f.until) {
		return nil, false, errors.New("disk is away")
	}
	return f.by.Columns(ctx, now, t, queries, start, end)
}

// What cannot be read leaves the state, and says so until it can.
func TestEvaluationFailure(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.evaluator.Stop()
		o := l.asking()
		o.Answers.Insights = failingColumns{o.Answers.Insights, time.Now().Add(90 * time.Second)}
		l.start(o)
		l.put(insightsOn("SELECT MAX(CPU) FROM App"))
		l.sleepUntil("00:01:06")
		l.evaluation(EvaluationFailure)
		l.is(InsufficientData)
		l.of("a", 80)
		l.sleepUntil("00:02:06")
		l.evaluation("")
		l.is(Alarming)
	})
}

// Mute windows hold what contributors would do; at their end those that are still
// in another state do it.
func TestContributorsAreMuted(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.evaluator.Stop()
		l.start(l.asking())
		l.put(func(p *Put) {
			insightsOn("SELECT MAX(CPU) FROM SCHEMA(App, InstanceId) GROUP BY InstanceId ORDER BY MAX() DESC")(p)
			p.TreatMissingData = "ignore"
			p.AlarmActions = []string{"arn:aws:automate:us-east-1:ec2:stop"}
		})
		k := MuteKey{Tenant: tenant, Name: "night"}
		if err := l.service.PutMuteRule(l.Context(), k, MuteDefinition{
			Schedule: mute.Definition{Expression: "cron(* * * * *)", Duration: "PT1M"}, Targets: []string{"cpu"},
		}, nil, time.Now()); err != nil {
			l.Fatal(err)
		}
		instance := func(id string, v float64) {
			s := value(time.Now(), v)
			s.ID.Dimensions = []metric.Dimension{{Name: "InstanceId", Value: id}}
			l.store.append(s)
			synctest.Wait()
		}
		l.sleepUntil("00:10:30")
		instance("i-1", 80)
		instance("i-2", 80)
		l.sleepUntil("00:11:30")
		l.is(Alarming)
		instance("i-1", 80)
		instance("i-2", 10)
		l.sleepUntil("00:12:30")
		if n := len(deliveries(l, l.service.opts.Catalog)); n != 0 {
			l.Fatalf("%d deliveries while muted", n)
		}
		if err := l.service.DeleteMuteRule(l.Context(), k, time.Now()); err != nil {
			l.Fatal(err)
		}
		sent := deliveries(l, l.service.opts.Catalog)
		if len(sent) != 1 || string(sent[0].Parameters) != `{"InstanceId":"i-1"}` {
			l.Errorf("%d deliveries: %+v", len(sent), sent)
		}
	})
}

// An alarm that gets another definition within a mute window has no contributors
// any more, and tells of none at its end.
func TestMutedContributorsOfAnotherDefinition(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.evaluator.Stop()
		l.start(l.asking())
		l.put(func(p *Put) {
			insightsOn("SELECT MAX(CPU) FROM SCHEMA(App, Host) GROUP BY Host ORDER BY MAX() DESC")(p)
			p.TreatMissingData, p.AlarmActions = "ignore", []string{topic}
		})
		k := MuteKey{Tenant: tenant, Name: "night"}
		if err := l.service.PutMuteRule(l.Context(), k, MuteDefinition{
			Schedule: mute.Definition{Expression: "cron(* * * * *)", Duration: "PT1H"}, Targets: []string{"cpu"},
		}, nil, time.Now()); err != nil {
			l.Fatal(err)
		}
		l.sleepUntil("00:10:30")
		l.of("a", 80)
		l.sleepUntil("00:11:30")
		l.is(Alarming)
		l.put(func(p *Put) { p.TreatMissingData, p.AlarmActions = "ignore", []string{topic} })
		if err := l.service.DeleteMuteRule(l.Context(), k, time.Now()); err != nil {
			l.Fatal(err)
		}
		for _, d := range deliveries(l, l.service.opts.Catalog) {
			if strings.Contains(d.Message, "AlarmContributor") {
				l.Errorf("told of a contributor: %s", d.Message)
			}
		}
	})
}
