package conformance_test

import (
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	gocmp "github.com/google/go-cmp/cmp"

	"skywatch/event"
)

// TestRuleSchedules has a rule run by its schedule, on a clock that the test
// sets forward, and reads the event from a queue.
func TestRuleSchedules(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	server := serve(t, filepath.Join(t.TempDir(), "data"), now)
	r := newRouter(server)
	url, arn := r.queue(t, "ticks")
	put := func(name, expression string, state types.RuleState) {
		t.Helper()
		if _, err := r.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: &name, ScheduleExpression: &expression, State: state}); err != nil {
			t.Fatal(err)
		}
	}
	put("minutely", "cron(* * * * ? *)", types.RuleStateDisabled)
	if _, err := r.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("minutely"), Targets: []types.Target{{Id: aws.String("q"), Arn: &arn}}}); err != nil {
		t.Fatal(err)
	}
	from := now()
	if _, err := r.EnableRule(t.Context(), &eventbridge.EnableRuleInput{Name: aws.String("minutely")}); err != nil {
		t.Fatal(err)
	}
	ahead.Add(int64(time.Minute))
	put("other", "rate(5 minutes)", types.RuleStateEnabled) // the ticker looks at its clock
	var e event.Event
	body := r.next(t, url)
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		t.Fatal(err)
	}
	want := `{"version":"0","id":"` + e.ID + `","detail-type":"Scheduled Event","source":"aws.events","account":"` + account +
		`","time":"` + e.Time.Format(time.RFC3339) + `","region":"us-east-1","resources":["arn:aws:events:us-east-1:` + account + `:rule/minutely"],"detail":{}}`
	if body != want || len(e.ID) != 36 || e.Time.Second() != 0 || e.Time.Before(from) || e.Time.After(now()) {
		t.Errorf("received %s, want %s", body, want)
	}
	described, err := r.DescribeRule(t.Context(), &eventbridge.DescribeRuleInput{Name: aws.String("other")})
	if err != nil || *described.ScheduleExpression != "rate(5 minutes)" || described.EventPattern != nil {
		t.Errorf("%+v %v", described, err)
	}
	listed, err := r.ListRules(t.Context(), &eventbridge.ListRulesInput{})
	if err != nil || len(listed.Rules) != 2 || *listed.Rules[0].ScheduleExpression != "cron(* * * * ? *)" || *listed.Rules[1].ScheduleExpression != "rate(5 minutes)" {
		t.Errorf("%+v %v", listed, err)
	}
	answer, err := client.Get(server + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	figures, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if err != nil || !strings.Contains(string(figures), "\nskywatch_schedule_ticks_total 1\n") || !strings.Contains(string(figures), "\nskywatch_schedule_ticks_missed_total 0\n") {
		t.Errorf("%v in the figures: %s", err, lines(string(figures), "skywatch_schedule_"))
	}
}

func lines(text, with string) string {
	var out []string
	for line := range strings.Lines(text) {
		if strings.Contains(line, with) {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

// TestSchedulesPython has boto3 put schedules: what it reads back, and what it
// is refused.
func TestSchedulesWithBoto3(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	got := script(t, "python3", "py/schedules.py", start(t))
	want := parsed(t, `{
		"rules": [["both", "cron(0 9 ? * MON-FRI *)", "{\"source\": [\"shop\"]}", "ENABLED"], ["hourly", "rate(1 hour)", null, "DISABLED"]],
		"described": "rate(1 hour)",
		"refusals": {
			"rate(1 hours)": ["ValidationException", "Parameter ScheduleExpression is not valid."],
			"rate(10 seconds)": ["ValidationException", "Parameter ScheduleExpression is not valid."],
			"cron(0 9 * * * *)": ["ValidationException", "Parameter ScheduleExpression is not valid."],
			"at(2030-01-01T00:00:00)": ["ValidationException", "Parameter ScheduleExpression is not valid."],
			"other bus": ["ValidationException", "ScheduleExpression is supported only on the default event bus."]
		}
	}`)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
}

// TestSchedulesCLI makes the tour of docs/schedules.md with the command line.
func TestSchedulesCLI(t *testing.T) {
	t.Parallel()
	a := newCLI(t, start(t))
	made := a.seen(t, "events put-rule --name nightly --schedule-expression", "cron(30 2 * * ? *)")
	if diff := gocmp.Diff(parsed(t, `{"RuleArn": "arn:aws:events:us-east-1:`+account+`:rule/nightly"}`), made); diff != "" {
		t.Errorf("made (-want +got):\n%s", diff)
	}
	if got := a.seen(t, "events describe-rule --name nightly --query ScheduleExpression"); got != "cron(30 2 * * ? *)" {
		t.Errorf("described %v", got)
	}
	_, errs, err := a.run(t, "events put-rule --name nightly --schedule-expression", "rate(5 minute)")
	if err == nil || !strings.Contains(errs, "An error occurred (ValidationException) when calling the PutRule operation: Parameter ScheduleExpression is not valid.") {
		t.Errorf("%v %s", err, errs)
	}
}
