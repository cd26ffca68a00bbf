package conformance_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// awsCLI runs commands of the command line client against a server, in one
// process of its Python package.
type awsCLI struct {
	server  string
	program *exec.Cmd
	in      *json.Encoder
	out     *json.Decoder
}

// newCLI starts the client, which ends with the test.
func newCLI(t *testing.T, server string) *awsCLI {
	t.Helper()
	needs(t, "the aws CLI", "python3", "-c", "import awscli")
	a := &awsCLI{server: server, program: exec.Command("python3", "py/aws.py")}
	a.program.Env, a.program.Stderr = environmentOfCLI(server), t.Output()
	in, inErr := a.program.StdinPipe()
	out, outErr := a.program.StdoutPipe()
	if err := errors.Join(inErr, outErr, a.program.Start()); err != nil {
		t.Fatal(err)
	}
	a.in, a.out = json.NewEncoder(in), json.NewDecoder(out)
	t.Cleanup(func() {
		if err := errors.Join(in.Close(), a.program.Wait()); err != nil {
			t.Errorf("end of the aws CLI: %v", err)
		}
	})
	return a
}

// environmentOfCLI has AWS_ENDPOINT_URL as the only setting that names us.
func environmentOfCLI(server string) []string {
	return environment("AWS_ENDPOINT_URL="+server, "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_DEFAULT_OUTPUT=json", "AWS_PAGER=", "AWS_MAX_ATTEMPTS=1")
}

// run returns standard output and standard error, and an error where the exit
// status is not zero.
func (a *awsCLI) run(t *testing.T, line string, more ...string) (out, errs string, err error) {
	t.Helper()
	var answer struct {
		Out, Errs string
		Status    int
	}
	if err := errors.Join(a.in.Encode(append(strings.Fields(line), more...)), a.out.Decode(&answer)); err != nil {
		t.Fatalf("aws %s: %v", line, err)
	}
	if answer.Status != 0 {
		err = fmt.Errorf("exit status %d", answer.Status)
	}
	return answer.Out, answer.Errs, err
}

// seen is the JSON that a command prints; a command without output gives nil.
func (a *awsCLI) seen(t *testing.T, line string, more ...string) any {
	t.Helper()
	out, errs, err := a.run(t, line, more...)
	if err != nil {
		t.Fatalf("aws %s: %v\n%s", line, err, errs)
	}
	if strings.TrimSpace(out) == "" {
		return nil
	}
	return parsed(t, out)
}

// TestProgramAWS runs the program itself, as it is installed.
func TestProgramAWS(t *testing.T) {
	t.Parallel()
	needs(t, "the aws CLI", "aws", "--version")
	cmd := exec.CommandContext(t.Context(), "aws", "sts", "get-caller-identity", "--query", "Account", "--output", "text")
	cmd.Env = environmentOfCLI(start(t))
	if out, err := cmd.CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != account {
		t.Errorf("%v %s", err, out)
	}
}

// TestAWSCLI makes the tour of the README: put, list, read, an alarm and what
// it does, with AWS_ENDPOINT_URL as the only setting.
func TestAWSCLI(t *testing.T) {
	t.Parallel()
	a, from := newCLI(t, start(t)), recent()
	same := func(what string, got any, want string) {
		t.Helper()
		if diff := gocmp.Diff(parsed(t, want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	if got := a.seen(t, "cloudwatch put-metric-data --namespace App --metric-name Latency --value 212 --unit Milliseconds --dimensions Host=a --timestamp "+clock(from)); got != nil {
		t.Errorf("put-metric-data printed %v", got)
	}
	a.seen(t, "cloudwatch put-metric-data --cli-input-json", "file://"+largeInput(t, from))

	same("metrics", a.seen(t, "cloudwatch list-metrics --namespace App"),
		`{"Metrics": [{"Namespace": "App", "MetricName": "Latency", "Dimensions": [{"Name": "Host", "Value": "a"}]}]}`)
	same("number of the large request's metrics", a.seen(t, "cloudwatch list-metrics --namespace App/Large --query length(Metrics)"), "600")
	same("statistics", a.seen(t, "cloudwatch get-metric-statistics --namespace App --metric-name Latency --dimensions Name=Host,Value=a --statistics Average --period 60 --start-time "+clock(from)+" --end-time "+clock(from.Add(time.Minute))),
		fmt.Sprintf(`{"Label": "Latency", "Datapoints": [{"Timestamp": %d, "Average": 212, "Unit": "Milliseconds"}]}`, from.Unix()))
	same("data", a.seen(t, "cloudwatch get-metric-data --start-time "+clock(from)+" --end-time "+clock(from.Add(time.Minute))+" --metric-data-queries",
		`[{"Id":"a","MetricStat":{"Metric":{"Namespace":"App","MetricName":"Latency","Dimensions":[{"Name":"Host","Value":"a"}]},"Period":60,"Stat":"p99"}}]`),
		fmt.Sprintf(`{"MetricDataResults": [{"Id": "a", "Label": "Latency", "Timestamps": [%d], "Values": [212], "StatusCode": "Complete"}], "Messages": []}`, from.Unix()))
	same("identity", a.seen(t, "sts get-caller-identity"), fmt.Sprintf(`{"Account": "%[1]s", "Arn": "arn:aws:iam::%[1]s:root", "UserId": "%[1]s"}`, account))
	cliAlarm(t, a)

	if _, errs, err := a.run(t, "cloudwatch set-alarm-state --alarm-name nobody --state-value OK --state-reason r"); err == nil || !strings.Contains(errs, "(ResourceNotFound) when calling the SetAlarmState operation") {
		t.Errorf("unknown alarm: %v %s", err, errs)
	}
	if _, errs, err := a.run(t, "cloudwatch list-metric-streams"); err == nil || !strings.Contains(errs, "(InvalidAction) when calling the ListMetricStreams operation") {
		t.Errorf("operation that is not offered: %v %s", err, errs)
	}
}

// largeInput writes a request of more than the 10 KB from which the client
// compresses.
func largeInput(t *testing.T, at time.Time) string {
	t.Helper()
	type datum struct {
		MetricName, Timestamp string
		Value                 float64
	}
	in := struct {
		Namespace  string
		MetricData []datum
	}{Namespace: "App/Large"}
	for i := range 600 {
		in.MetricData = append(in.MetricData, datum{fmt.Sprintf("metric-%d", i), clock(at), float64(i)})
	}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "large.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// cliAlarm makes a topic with a queue and an alarm on it, sets the alarm off by
// hand and reads the message.
func cliAlarm(t *testing.T, a *awsCLI) {
	t.Helper()
	member := func(v any, name string) string {
		t.Helper()
		m, _ := v.(map[string]any)
		s, ok := m[name].(string)
		if !ok {
			t.Fatalf("no %s in %v", name, v)
		}
		return s
	}
	// Version 1 of the client does not use AWS_ENDPOINT_URL for SQS.
	sqs := "--endpoint-url " + a.server + " sqs "
	topic := member(a.seen(t, "sns create-topic --name ops"), "TopicArn")
	queue := member(a.seen(t, sqs+"create-queue --queue-name ops"), "QueueUrl")
	a.seen(t, "sns subscribe --topic-arn "+topic+" --protocol sqs --notification-endpoint arn:aws:sqs:us-east-1:"+account+":ops")
	a.seen(t, "cloudwatch put-metric-alarm --alarm-name slow --namespace App --metric-name Latency --dimensions Name=Host,Value=b --statistic Average --period 60 "+
		"--evaluation-periods 1 --threshold 200 --comparison-operator GreaterThanThreshold --treat-missing-data ignore --alarm-actions "+topic)
	a.seen(t, "cloudwatch set-alarm-state --alarm-name slow --state-value ALARM --state-reason", "by hand")
	if got := a.seen(t, "cloudwatch describe-alarms --alarm-names slow --query MetricAlarms[0].StateValue"); got != "ALARM" {
		t.Errorf("state %v", got)
	}
	body := a.seen(t, sqs+"receive-message --wait-time-seconds 10 --query Messages[0].Body --queue-url "+queue)
	text, _ := body.(string)
	if message, _ := parsed(t, text).(map[string]any); message["Subject"] != `ALARM: "slow" in US East (N. Virginia)` {
		t.Errorf("message %s", text)
	}
	summaries := a.seen(t, "cloudwatch describe-alarm-history --alarm-name slow --query AlarmHistoryItems[].HistorySummary")
	want := []any{"Successfully executed action " + topic, "Alarm updated from INSUFFICIENT_DATA to ALARM", `Alarm "slow" created`}
	if diff := gocmp.Diff(any(want), summaries); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}
