package conformance_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"skywatch/server"
	"skywatch/targets/mail"
	"skywatch/targets/mail/mailtest"
)

// chats is a server with API destinations that have templates.
type chats struct {
	router
	server string
}

// template sets a destination's template, and returns the answer.
func (c chats) template(t *testing.T, method, name, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, c.server+"/skywatch/v1/destinations/"+name+"/template", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return do(t, req)
}

// chat makes a destination at an endpoint with a template.
func (c chats) chat(t *testing.T, name, endpoint, template string) string {
	t.Helper()
	arn := c.connect(t, name, endpoint, types.ConnectionAuthorizationTypeBasic, basicParameters)
	if status, answer := c.template(t, http.MethodPut, name, template); status != http.StatusOK {
		t.Fatalf("template of %s: %d %s", name, status, answer)
	}
	return arn
}

// alarm makes an alarm with actions on ALARM and OK.
func (c chats) alarm(t *testing.T, name string, actions ...string) {
	t.Helper()
	_, err := c.cw.PutMetricAlarm(t.Context(), minimal(name, func(in *cloudwatch.PutMetricAlarmInput) { in.AlarmActions, in.OKActions = actions, actions }))
	if err != nil {
		t.Fatal(err)
	}
}

func (c chats) set(t *testing.T, name string, state cwtypes.StateValue) {
	t.Helper()
	_, err := c.cw.SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{AlarmName: &name, StateValue: state, StateReason: aws.String("by <hand>")})
	if err != nil {
		t.Fatal(err)
	}
}

// member reads a member of a JSON object, by names and places.
func member(t *testing.T, body string, path ...any) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			if l, _ := v.([]any); step < len(l) {
				v = l[step]
			} else {
				v = nil
			}
		}
	}
	s, _ := v.(string)
	return s
}

// TestChats has an alarm reach a chat, a topic another, and PagerDuty hear of the
// beginning and the end of the same thing by both ways.
func TestChats(t *testing.T) {
	t.Parallel()
	at := start(t)
	c := chats{newRouter(at), at}
	url, calls, _ := receiver(t, nil)
	const key = "0123456789abcdef0123456789ABCDEF"
	slack := c.chat(t, "slack", url+"/services/*/*", `{"Kind":"slack","PathParameterValues":["T000","s3cret"]}`)
	teams := c.chat(t, "teams", url+"/teams", `{"Kind":"teams"}`)
	pager := c.chat(t, "pager", url+"/v2/enqueue", `{"Kind":"pagerduty","RoutingKey":"`+key+`"}`)
	topic, err := c.sns.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("alerts")})
	if err != nil {
		t.Fatal(err)
	}
	for _, arn := range []string{teams, pager} {
		sub, err := c.sns.Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: topic.TopicArn, Protocol: aws.String("https"), Endpoint: &arn})
		if err != nil || !strings.HasPrefix(*sub.SubscriptionArn, *topic.TopicArn+":") {
			t.Fatalf("subscribed %s: %v", show(sub), err)
		}
	}

	c.alarm(t, "slow", slack)
	c.set(t, "slow", cwtypes.StateValueAlarm)
	got := nextCall(t, calls)
	if got.uri != "/services/T000/s3cret" || member(t, got.body, "blocks", 0, "text", "text") != `:red_circle: ALARM: "slow" in US East (N. Virginia)` ||
		member(t, got.body, "blocks", 1, "text", "text") != "by &lt;hand&gt;" {
		t.Errorf("Slack was called with %s %s", got.uri, got.body)
	}
	eventually(t, 10*time.Second, "no action in the history", func() bool {
		h, err := c.cw.DescribeAlarmHistory(t.Context(), &cloudwatch.DescribeAlarmHistoryInput{AlarmName: aws.String("slow"), HistoryItemType: cwtypes.HistoryItemTypeAction})
		return err == nil && len(h.AlarmHistoryItems) == 1 && *h.AlarmHistoryItems[0].HistorySummary == "Successfully executed action "+slack
	})

	// Through a topic, where the message is in an envelope.
	c.alarm(t, "full", *topic.TopicArn)
	c.set(t, "full", cwtypes.StateValueAlarm)
	arn := alarmARN("us-east-1", "full")
	for range 2 {
		switch got := nextCall(t, calls); got.uri {
		case "/teams":
			if member(t, got.body, "attachments", 0, "content", "body", 0, "inlines", 0, "text") != `ALARM: "full" in US East (N. Virginia)` {
				t.Errorf("Teams was called with %s", got.body)
			}
		case "/v2/enqueue":
			if member(t, got.body, "event_action") != "trigger" || member(t, got.body, "dedup_key") != arn || member(t, got.body, "routing_key") != key ||
				member(t, got.body, "payload", "severity") != "critical" {
				t.Errorf("PagerDuty was called with %s", got.body)
			}
		}
	}
	// The end comes by the alarm itself, and is of the same incident.
	c.alarm(t, "full", pager)
	c.set(t, "full", cwtypes.StateValueOk)
	if got := nextCall(t, calls); got.body != `{"routing_key":"`+key+`","event_action":"resolve","dedup_key":"`+arn+`"}` {
		t.Errorf("PagerDuty was called with %s", got.body)
	}

	// A rule that says nothing of its input leaves the form to the template; one
	// that does, has it.
	c.rule(t, "default", "orders", `{"source":["shop"]}`, types.Target{Id: aws.String("a"), Arn: &slack})
	c.order(t, `{"id":"o-1"}`)
	if got := nextCall(t, calls); member(t, got.body, "text") != "order from shop" {
		t.Errorf("an event as %s", got.body)
	}
	c.rule(t, "default", "orders", `{"source":["shop"]}`, types.Target{Id: aws.String("a"), Arn: &slack, InputPath: aws.String("$.detail")})
	c.order(t, `{"id":"o-2"}`)
	if got := nextCall(t, calls); got.body != `{"id":"o-2"}` || got.uri != "/services/T000/s3cret" {
		t.Errorf("an input of its own as %s %s", got.uri, got.body)
	}

	// Nothing that can be read tells a secret.
	_, shown := c.template(t, http.MethodGet, "slack", "")
	_, keyed := c.template(t, http.MethodGet, "pager", "")
	_, log := look(t, at+"/skywatch/v1/deliveries?limit=100")
	d, err := c.DescribeApiDestination(t.Context(), &eventbridge.DescribeApiDestinationInput{Name: aws.String("slack")})
	if err != nil {
		t.Fatal(err)
	}
	if all := shown + keyed + log + show(d); strings.Contains(all, "s3cret") || strings.Contains(all, key) || !strings.Contains(keyed, `"HasRoutingKey":true`) || !strings.Contains(shown, `"PathParameters":2`) {
		t.Errorf("shown: %s", all)
	}
}

// TestChatRefusals holds the answers of the path for templates.
func TestChatRefusals(t *testing.T) {
	t.Parallel()
	at := start(t)
	c := chats{newRouter(at), at}
	c.connect(t, "chat", "https://example.com/", types.ConnectionAuthorizationTypeBasic, basicParameters)
	for _, row := range []struct {
		method, name, body string
		status             int
		want               string
	}{
		{http.MethodGet, "chat", "", 404, "The api-destination 'chat' has no template."},
		{http.MethodDelete, "chat", "", 404, "The api-destination 'chat' has no template."},
		{http.MethodPut, "other", `{"Kind":"slack"}`, 404, "Failed to describe the api-destination(s). An api-destination 'other' does not exist."},
		{http.MethodPut, "chat", `{"Kind":"slack","Colour":"red"}`, 400, `The body is not JSON of the form {"Kind","Body"?,"ContentType"?,"RoutingKey"?,"PathParameterValues"?}.`},
		{http.MethodPut, "chat", `{"Kind":"irc"}`, 400, "Kind must be slack, teams, pagerduty or text."},
		{http.MethodPut, "chat", `{"Kind":"pagerduty"}`, 400, "A template of Kind pagerduty needs a RoutingKey, or a connection with the body parameter routing_key."},
		{http.MethodPut, "chat", `{"Kind":"text","Body":"{{range 1000000000}}{{end}}"}`, 400, "does more than its body and its message should need"},
		{http.MethodPut, "chat", `{"Kind":"text","Body":"{{.Title}}"}`, 200, `"Kind":"text","Body":"{{.Title}}"`},
		{http.MethodGet, "chat", "", 200, `"Kind":"text","Body":"{{.Title}}"`},
		{http.MethodDelete, "chat", "", 200, "{}"},
		{http.MethodGet, "chat", "", 404, "The api-destination 'chat' has no template."},
	} {
		status, answer := c.template(t, row.method, row.name, row.body)
		if status == http.StatusOK && strings.Contains(answer, row.want) && row.status == status {
			continue
		}
		if status != row.status || !strings.Contains(member(t, answer, "Error"), row.want) {
			t.Errorf("%s %s %s: %d %s, want %d %s", row.method, row.name, row.body, status, answer, row.status, row.want)
		}
	}
}

// TestChatAfterRestart holds that a template is there in the next life of a
// server, secrets included.
func TestChatAfterRestart(t *testing.T) {
	t.Parallel()
	url, calls, _ := receiver(t, nil)
	dir := filepath.Join(t.TempDir(), "data")
	live := func(f func(chats)) {
		t.Run("", func(t *testing.T) {
			at := serveWith(t, server.DefaultConfig(), dir, time.Now)
			f(chats{newRouter(at), at})
		})
	}
	live(func(c chats) {
		c.alarm(t, "slow", c.chat(t, "slack", url+"/*", `{"Kind":"slack","PathParameterValues":["s3cret"]}`))
	})
	live(func(c chats) {
		c.set(t, "slow", cwtypes.StateValueAlarm)
		if got := nextCall(t, calls); got.uri != "/s3cret" || !strings.Contains(member(t, got.body, "text"), `ALARM: "slow"`) {
			t.Errorf("called %s %s", got.uri, got.body)
		}
	})
}

// TestAlarmToFifoTopic has an alarm's states arrive in their order, in one group.
func TestAlarmToFifoTopic(t *testing.T) {
	t.Parallel()
	at := start(t)
	c := chats{newRouter(at), at}
	topic, err := c.sns.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("ledger.fifo"), Attributes: map[string]string{"FifoTopic": "true"}})
	if err != nil {
		t.Fatal(err)
	}
	queue := makeQueue(t, c.sqs, "ledger.fifo", map[string]string{"FifoQueue": "true"})
	_, err = c.sns.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: topic.TopicArn, Protocol: aws.String("sqs"), Endpoint: aws.String("arn:aws:sqs:us-east-1:" + account + ":ledger.fifo"),
		Attributes: map[string]string{"RawMessageDelivery": "true"},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.alarm(t, "slow", *topic.TopicArn)
	for _, state := range []cwtypes.StateValue{cwtypes.StateValueAlarm, cwtypes.StateValueOk} {
		c.set(t, "slow", state)
		out, err := c.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &queue, WaitTimeSeconds: 20, MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{"All"}})
		if err != nil || len(out.Messages) != 1 {
			t.Fatalf("%s: %s %v", state, show(out), err)
		}
		m := out.Messages[0]
		if member(t, *m.Body, "NewStateValue") != string(state) || m.Attributes["MessageGroupId"] != alarmARN("us-east-1", "slow") || m.Attributes["MessageDeduplicationId"] == "" {
			t.Errorf("%s: %s", state, show(m))
		}
		if _, err := c.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &queue, ReceiptHandle: m.ReceiptHandle}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAlarmByMail has an alarm arrive in a mailbox as a mail for people.
func TestAlarmByMail(t *testing.T) {
	t.Parallel()
	relay := mailtest.Start(t, mailtest.Options{})
	cfg := server.DefaultConfig()
	cfg.SMTPHost, cfg.SMTPFrom, cfg.SMTPTLS = relay.Addr, "sky@sky.example", string(mail.Plain)
	at := serveWith(t, cfg, filepath.Join(t.TempDir(), "data"), time.Now)
	c := chats{newRouter(at), at}
	next := func() mailtest.Mail {
		t.Helper()
		select {
		case m := <-relay.Mails:
			return m
		case <-time.After(30 * time.Second):
			t.Fatal("no mail")
			return mailtest.Mail{}
		}
	}
	topic, err := c.sns.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("ops")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.sns.Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: topic.TopicArn, Protocol: aws.String("email"), Endpoint: aws.String("a@b.example")}); err != nil {
		t.Fatal(err)
	}
	confirm(t, link.FindString(next().Text))
	c.alarm(t, "slow <b>", *topic.TopicArn)
	c.set(t, "slow <b>", cwtypes.StateValueAlarm)
	got := next()
	if got.Subject != `ALARM: "slow <b>" in US East (N. Virginia)` || !strings.Contains(got.Text, "\nby <hand>\n") || !strings.Contains(got.Text, "- State change: INSUFFICIENT_DATA -> ALARM\n") ||
		!strings.Contains(got.HTML, "slow &lt;b&gt;") || strings.Contains(got.HTML, "<hand>") {
		t.Errorf("mail %+v", got)
	}
}
