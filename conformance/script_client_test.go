package conformance_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// needs skips a test whose client is not installed, except in CI.
func needs(t *testing.T, what string, check ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), check[0], check[1:]...)
	out, err := cmd.CombinedOutput()
	switch {
	case err == nil:
	case os.Getenv("CI") == "true":
		t.Fatalf("%s is not installed: %v %s", what, err, out)
	default:
		t.Skipf("%s is not installed: %v (make test installs what it can)", what, err)
	}
}

// script runs a program that drives a server and prints what it saw as JSON.
func script(t *testing.T, name string, args ...string) any {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = environment()
	var out, logs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &logs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", name, err, out.Bytes(), logs.Bytes())
	}
	var seen any
	if err := json.Unmarshal(out.Bytes(), &seen); err != nil {
		t.Fatalf("%s printed %q: %v", name, out.Bytes(), err)
	}
	return seen
}

// environment keeps what a machine is configured with away from a client.
func environment(more ...string) []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "AWS_") })
	return append(append(env, "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true", "PYTHONDONTWRITEBYTECODE=1",
		"NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1"), more...)
}

// parsed is JSON text as script returns it.
func parsed(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// TestBoto3 holds what a Python program sees.
func TestBoto3(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	server, from := start(t), recent()
	got := script(t, "python3", "py/cloudwatch.py", server, fmt.Sprint(from.Unix()))
	want := parsed(t, fmt.Sprintf(`{
		"pages": [500, 100],
		"metrics": [{"Namespace": "Boto", "MetricName": "m", "Dimensions": [{"Name": "Host", "Value": "a"}]}],
		"statistics": [{"Timestamp": "%[1]s", "SampleCount": 7, "Sum": 11, "Unit": "Milliseconds", "ExtendedStatistics": {"p100": 2}}],
		"data": {"results": [{"Id": "a", "Label": "m", "Timestamps": ["%[2]s", "%[1]s"], "Values": [0.5, 41], "StatusCode": "Complete"}], "messages": []},
		"alarm": %[3]s,
		"deleted": 200,
		"refusals": {
			"combination": {"exception": "InvalidParameterCombinationException", "code": "InvalidParameterCombination", "message": "The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.", "status": 400, "id": true},
			"notFound": {"exception": "ResourceNotFound", "code": "ResourceNotFound", "message": "", "status": 404, "id": true},
			"validation": {"exception": "ClientError", "code": "ValidationError", "message": "%[4]s", "status": 400, "id": true},
			"token": {"exception": "InvalidNextToken", "code": "InvalidNextToken", "message": "The token supplied is not valid for this request.", "status": 400, "id": true},
			"unknown": {"exception": "ClientError", "code": "InvalidAction", "message": "The operation GetMetricStream is not offered by this version of Skywatch.", "status": 400, "id": true},
			"replay": {"exception": "ResourceNotFoundException", "code": "ResourceNotFoundException", "message": "Replay r does not exist.", "status": 400, "id": true}
		},
		"account": "%[5]s",
		"queue": {"subject": "s", "message": "hello", "topic": "arn:aws:sns:us-east-1:%[5]s:boto"}
	}`, clock(from), clock(from.Add(time.Minute)), alarmSeen("boto", "Boto"), invalidState, account))
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
}

// TestJavaScript holds what a JavaScript program sees.
func TestJavaScript(t *testing.T) {
	t.Parallel()
	needs(t, "the AWS SDK for JavaScript", "node", "--input-type=module", "-e", "await import('./js/node_modules/@aws-sdk/client-cloudwatch/dist-cjs/index.js')")
	server, from := start(t), recent()
	got := script(t, "node", "js/cloudwatch.mjs", server, fmt.Sprint(from.Unix()))
	want := parsed(t, fmt.Sprintf(`{
		"pages": [500, 100],
		"metrics": [{"Namespace": "JS", "MetricName": "m", "Dimensions": [{"Name": "Host", "Value": "a"}]}],
		"statistics": [{"Timestamp": "%[1]s", "SampleCount": 7, "Sum": 11, "Unit": "Milliseconds", "ExtendedStatistics": {"p100": 2}}],
		"data": {"results": [{"Id": "a", "Label": "m", "Timestamps": ["%[2]s", "%[1]s"], "Values": [0.5, 41], "StatusCode": "Complete"}], "messages": []},
		"alarm": %[3]s,
		"deleted": 200,
		"refusals": {
			"combination": {"name": "InvalidParameterCombinationException", "code": "InvalidParameterCombination", "message": "The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.", "status": 400, "fault": "client", "id": true},
			"notFound": {"name": "ResourceNotFound", "code": "ResourceNotFound", "message": "UnknownError", "status": 404, "fault": "client", "id": true},
			"validation": {"name": "ValidationException", "code": "ValidationError", "message": "%[4]s", "status": 400, "fault": "client", "id": true},
			"token": {"name": "InvalidNextToken", "code": "InvalidNextToken", "message": "The token supplied is not valid for this request.", "status": 400, "fault": "client", "id": true},
			"unknown": {"name": "InvalidAction", "code": "InvalidAction", "message": "The operation GetMetricStream is not offered by this version of Skywatch.", "status": 400, "fault": "client", "id": true}
		}
	}`, from.Format("2006-01-02T15:04:05.000Z"), from.Add(time.Minute).Format("2006-01-02T15:04:05.000Z"), alarmSeen("js", "JS"), invalidState))
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
}

const invalidState = "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]"

func clock(t time.Time) string { return t.Format("2006-01-02T15:04:05Z") }

// alarmSeen is the alarm of the scripts, as JSON.
func alarmSeen(name, namespace string) string {
	return fmt.Sprintf(`{"AlarmName": "%s", "AlarmArn": "%s", "AlarmConfigurationUpdatedTimestamp": "a time", "ActionsEnabled": true,
		"OKActions": [], "AlarmActions": [], "InsufficientDataActions": [], "StateValue": "OK", "StateReason": "by hand",
		"StateUpdatedTimestamp": "a time", "StateTransitionedTimestamp": "a time", "Namespace": "%s", "MetricName": "nobody", "Statistic": "Sum", "Dimensions": [],
		"Period": 60, "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "ignore"}`,
		name, alarmARN("us-east-1", name), namespace)
}
