package conformance_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// TestChatsWithBoto3 holds what a Python program sees.
func TestChatsWithBoto3(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	got := script(t, "python3", "py/chat.py", start(t))
	want := parsed(t, `{
		"slack": {"Kind": "slack", "PathParameters": 2}, "pager": {"Kind": "pagerduty", "HasRoutingKey": true},
		"subscription": ["false", "https", true],
		"chat": ["/services/T0/B0", "Deployment", "web is out"],
		"ALARM": ["/v2/enqueue", "trigger", "slow", true], "OK": ["/v2/enqueue", "resolve", "slow", true], "actions": true,
		"removed": {}, "without": ["/plain", "Notification", "again"]
	}`)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
}

// TestChatsWithCLI follows docs/chat.md: Slack hears of an alarm, Teams of what is
// published.
func TestChatsWithCLI(t *testing.T) {
	t.Parallel()
	at := start(t)
	a, c := newCLI(t, at), chats{newRouter(at), at}
	url, calls, _ := receiver(t, nil)
	text := func(line string, more ...string) string {
		t.Helper()
		return fmt.Sprint(a.seen(t, line, more...))
	}
	connection := text("events create-connection --name chat --authorization-type API_KEY --query ConnectionArn --auth-parameters",
		`{"ApiKeyAuthParameters": {"ApiKeyName": "X-Unused", "ApiKeyValue": "unused"}}`)
	made := func(name, path string) string {
		t.Helper()
		arn := text("events create-api-destination --query ApiDestinationArn --cli-input-json",
			`{"Name": "`+name+`", "ConnectionArn": "`+connection+`", "HttpMethod": "POST", "InvocationEndpoint": "`+url+path+`"}`)
		if status, answer := c.template(t, http.MethodPut, name, `{"Kind": "`+name+`"}`); status != http.StatusOK {
			t.Fatalf("%s: %s", name, answer)
		}
		return arn
	}
	slack, teams := made("slack", "/services"), made("teams", "/workflows")
	a.seen(t, "cloudwatch put-metric-alarm --alarm-name slow --namespace App --metric-name Latency --statistic Average --period 60 --evaluation-periods 1 "+
		"--threshold 200 --comparison-operator GreaterThanThreshold --alarm-actions "+slack+" --ok-actions "+slack)
	a.seen(t, "cloudwatch set-alarm-state --alarm-name slow --state-value ALARM --state-reason hand")
	if got := nextCall(t, calls); got.uri != "/services" || member(t, got.body, "text") != `ALARM: "slow" in US East (N. Virginia)` {
		t.Errorf("called %s %s", got.uri, got.body)
	}
	topic := text("sns create-topic --name alerts --query TopicArn")
	if sub := text("sns subscribe --protocol https --query SubscriptionArn --topic-arn " + topic + " --notification-endpoint " + teams); !strings.HasPrefix(sub, topic+":") {
		t.Errorf("subscription %s", sub)
	}
	a.seen(t, "sns publish --subject Deployment --message out --topic-arn "+topic)
	if got := nextCall(t, calls); got.uri != "/workflows" || member(t, got.body, "attachments", 0, "content", "body", 1, "inlines", 0, "text") != "out" {
		t.Errorf("called %s %s", got.uri, got.body)
	}
}
