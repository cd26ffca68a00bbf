package alarms

import (
	"strings"
	"testing"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets"
)

const (
	stopAction   = "arn:aws:automate:us-east-1:ec2:stop"
	legacyReboot = "arn:aws:swf:us-east-1:123456789012:action/actions/AWS_EC2.InstanceId.Reboot/1.0"
	opsItem      = "arn:aws:ssm:us-east-1:123456789012:opsitem:2#CATEGORY=Performance"
	responsePlan = "arn:aws:ssm-incidents::123456789012:response-plan/plan"
)

// carrier carries to what it names beside an outbox.
type carrier struct {
	Outbox
	to string
}

func (c carrier) Carries(target string) bool { return target == c.to }

func TestFarActionsAreChecked(t *testing.T) {
	t.Parallel()
	onInstance := []metric.Dimension{{Name: "InstanceId", Value: "i-1"}, {Name: "Host", Value: "a"}}
	const invalidUse = "Invalid use of EC2 action. An EC2 action can only be used if the alarm is monitoring an EC2 instance."
	for _, c := range []struct {
		arn  string
		of   []metric.Dimension
		want string // the message's beginning
	}{
		{stopAction, onInstance, ""},
		{legacyReboot, onInstance, ""},
		{"arn:aws:automate:us-east-1:ec2:terminate", onInstance, ""},
		{"arn:aws:automate:us-east-1:ec2:recover", onInstance, ""},
		{stopAction, nil, invalidUse},
		{legacyReboot, []metric.Dimension{{Name: "Host", Value: "i-1"}}, invalidUse},
		{"arn:aws:automate:eu-west-1:ec2:stop", onInstance, "Invalid region eu-west-1 specified. Only us-east-1 is supported."},
		{"arn:aws:swf:us-east-1:123456789012:action/actions/AWS_EC2.InstanceId.Recover/1.0", onInstance, "The action arn:aws:swf:us-east-1:123456789012:action/actions/AWS_EC2.InstanceId.Recover/1.0 needs a driver: "},
		{"arn:aws:automate:us-east-1:ec2:start", onInstance, "Alarms have no action that starts an instance (arn:aws:automate:us-east-1:ec2:start). Name a Lambda function"},
		{"arn:aws:automate:us-east-1:ec2:hibernate", onInstance, "Invalid arn syntax: "},
		{"arn:aws:swf:us-east-1:123456789012:action/actions/other/1.0", onInstance, "Invalid arn syntax: "},
		{opsItem, nil, ""},
		{responsePlan, nil, ""},
		{"arn:aws:ssm-incidents::123456789012:responseplan/plan", nil, ""}, // as the API reference spells it
		{"arn:aws:ssm-incidents::123456789012:response-plan/", nil, "Invalid arn syntax: "},
		{"arn:aws:ssm-incidents::nobody:response-plan/plan", nil, "Invalid arn syntax: "},
		{"arn:aws:ssm:us-east-1:123456789012:opsitem:4", nil, ""},
		{"arn:aws:ssm:us-east-1:123456789012:opsitem:5", nil, "Invalid arn syntax: "},
		{"arn:aws:ssm:us-east-1:123456789012:opsitem:", nil, "Invalid arn syntax: "},
		{"arn:aws:ssm:us-east-1:nobody:opsitem:1", nil, "Invalid arn syntax: "},
		{"arn:aws:ssm:us-east-1:123456789012:opsitem:1#CATEGORY=Luck", nil, "Invalid arn syntax: "},
		{"arn:aws:ssm:eu-west-1:123456789012:opsitem:1", nil, "Invalid region eu-west-1 specified."},
		{"arn:aws:aiops:us-east-1:123456789012:investigation-group/g", nil, "Investigation groups as alarm actions"},
		{"arn:aws:ssm:us-east-1:123456789012:document/d", nil, "Invalid arn syntax: "},
	} {
		s := newTestService(t)
		s.opts.Outbox = carrier{s.opts.Outbox, "arn:aws:automate:us-east-1:ec2:recover"}
		p := cpu()
		p.AlarmActions, p.Dimensions = []string{c.arn}, c.of
		got := ""
		if err := s.Put(t.Context(), tenant, p, at(0)); err != nil {
			got = fault.Of(err).Message
		}
		if (got == "") != (c.want == "") || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q", c.arn, got)
		}
	}
}

// An action on an instance names the alarm's own; each runs once for a change of
// state, and what AWS runs in ALARM only does not run in another state.
func TestFarActions(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	put(t, s, at(0), func(p *Put) {
		p.Dimensions = []metric.Dimension{{Name: "InstanceId", Value: "i-1"}}
		p.AlarmActions = []string{stopAction, opsItem, responsePlan}
		p.OKActions = []string{legacyReboot, opsItem, responsePlan}
	})
	s.set(t, "cpu", Alarming, at(1))
	s.set(t, "cpu", OK, at(2))
	got := map[string]int{}
	for _, d := range deliveries(t, s.opts.Catalog) {
		got[d.Target]++
		_, instance := targets.InstanceAction(d.Target)
		if want := map[bool]string{true: `{"InstanceId":"i-1"}`}[instance]; string(d.Parameters) != want {
			t.Errorf("%s gets %s", d.Target, d.Parameters)
		}
		err := s.opts.Catalog.Update(t.Context(), func(tx *catalog.Tx) error {
			return s.ActionOutcome(tx, targets.Outcome{Delivery: d, At: at(3), Err: "NO_RESOURCE: why"})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(got) != 4 || got[stopAction] != 1 || got[legacyReboot] != 1 || got[opsItem] != 1 || got[responsePlan] != 1 {
		t.Errorf("deliveries to %v", got)
	}
	items := history(t, s, HistoryQuery{AlarmName: "cpu", Type: Action})
	if len(items) != 4 || !strings.HasPrefix(items[0].Summary, "Failed to execute action arn:aws:") || !strings.HasSuffix(items[0].Summary, `"NO_RESOURCE: why"`) {
		t.Errorf("history %+v", items)
	}
}
