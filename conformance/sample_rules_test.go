package conformance_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	gocmp "github.com/google/go-cmp/cmp"
)

// sample is an event as AWS documents it, with what a rule needs to know.
type sample struct {
	text       json.RawMessage
	Source     string
	DetailType string `json:"detail-type"`
	Time       time.Time
	Resources  []string
	Detail     json.RawMessage
}

// sampleRules are patterns on the content of each sample, beside the one on
// its source and kind and the one by wildcard that every sample has.
var sampleRules = map[string]string{
	"autoscaling-launch-successful":           `{"detail":{"AutoScalingGroupName":[{"exists":true}],"StatusCode":[{"anything-but":"Failed"}]}}`,
	"autoscaling-launch-unsuccessful":         `{"detail":{"StatusCode":["Failed"],"StatusMessage":[{"exists":true}]}}`,
	"autoscaling-lifecycle-terminate":         `{"detail":{"LifecycleTransition":[{"suffix":"EC2_INSTANCE_TERMINATING"}]}}`,
	"cloudtrail-api-call":                     `{"detail":{"eventName":[{"exists":true}],"userIdentity":{"type":[{"exists":true}]}}}`,
	"cloudwatch-alarm-configuration-change":   `{"detail":{"operation":["update"],"alarmName":[{"exists":true}]}}`,
	"cloudwatch-alarm-state-change":           `{"detail":{"state":{"value":["ALARM"]}}}`,
	"cloudwatch-composite-alarm-state-change": `{"detail":{"configuration":{"alarmRule":[{"exists":true}]}}}`,
	"codebuild-build-state-change":            `{"detail":{"build-status":["SUCCEEDED","FAILED"]}}`,
	"codedeploy-deployment-state-change":      `{"detail":{"state":[{"anything-but":["START"]}]}}`,
	"codepipeline-execution-state-change":     `{"detail":{"state":[{"equals-ignore-case":"failed"},{"equals-ignore-case":"started"}]}}`,
	"custom-order-event":                      `{"detail":{"amount":[{"numeric":[">",100]}],"customer":{"ip":[{"cidr":"10.0.0.0/8"}]}}}`,
	"ec2-instance-state-change":               `{"detail":{"state":["stopped","terminated"],"instance-id":[{"prefix":"i-"}]}}`,
	"ecs-task-state-change":                   `{"detail":{"containers":{"lastStatus":[{"exists":true}]}}}`,
	"guardduty-finding":                       `{"detail":{"severity":[{"numeric":[">=",4,"<",7]}]}}`,
	"s3-object-created":                       `{"detail":{"object":{"size":[{"numeric":[">",0]}]}}}`,
	"scheduled-event":                         `{"detail":{"none":[{"exists":false}]}}`,
}

// TestSampleRules sends each sample event of AWS's services through three
// rules of its own to a queue each, and by the way past those of all others.
func TestSampleRules(t *testing.T) {
	t.Parallel()
	r := newRouter(startWide(t))
	for name, s := range readSamples(t) {
		if sampleRules[name] == "" {
			t.Errorf("%s has no rule", name)
		}
		t.Run(name, func(t *testing.T) { sampleThroughRules(t, r, name, s) })
	}
}

func readSamples(t *testing.T) map[string]*sample {
	t.Helper()
	files, err := filepath.Glob("../rules/testdata/sample-events/*.json")
	if err != nil || len(files) < len(sampleRules) {
		t.Fatalf("%d sample events: %v", len(files), err)
	}
	all := map[string]*sample{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := &sample{text: text}
		if err := json.Unmarshal(text, s); err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = s
	}
	return all
}

func sampleThroughRules(t *testing.T, r router, name string, s *sample) {
	t.Parallel()
	asJSON := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	bus := name
	if _, err := r.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: &bus}); err != nil {
		t.Fatal(err)
	}
	queues := map[string]string{}
	for rule, pattern := range map[string]string{
		"kind":    asJSON(map[string]any{"source": []string{s.Source}, "detail-type": []string{s.DetailType}}),
		"content": sampleRules[name],
		"any": asJSON(map[string]any{"$or": []any{
			map[string]any{"source": []any{map[string]string{"wildcard": s.Source[:1] + "*" + s.Source[len(s.Source)-2:]}}},
			map[string]any{"detail-type": []string{"none"}},
		}}),
		"none": asJSON(map[string]any{"source": []string{s.Source}, "detail-type": []any{map[string]any{"anything-but": s.DetailType}}}),
	} {
		url, arn := r.queue(t, name+"-"+rule)
		r.rule(t, bus, rule, pattern, types.Target{Id: aws.String("q"), Arn: &arn})
		queues[rule] = url
	}
	out, err := r.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		Time: &s.Time, Source: &s.Source, DetailType: &s.DetailType, Resources: s.Resources, Detail: aws.String(string(s.Detail)), EventBusName: &bus,
	}}})
	if err != nil || out.FailedEntryCount != 0 {
		t.Fatalf("%+v %v", out, err)
	}
	for _, rule := range []string{"kind", "content", "any"} {
		got := parsed(t, r.next(t, queues[rule])).(map[string]any)
		want := parsed(t, string(s.text)).(map[string]any)
		want["id"], want["account"], want["region"] = *out.Entries[0].EventId, account, "us-east-1"
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("rule %s (-want +got)\n%s", rule, diff)
		}
	}
	a, err := r.sqs.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(queues["none"]), AttributeNames: []sqstypes.QueueAttributeName{"ApproximateNumberOfMessages"},
	})
	if err != nil || a.Attributes["ApproximateNumberOfMessages"] != "0" {
		t.Errorf("the queue of a rule that does not match: %+v %v", a, err)
	}
}
