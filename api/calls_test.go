package api

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// What changes something is told of, data and reads are not.
func TestWhatIsTold(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"PutRule": true, "SetAlarmState": true, "DeleteQueue": true, "PurgeQueue": true, "CreateSchedule": true, "TagResource": true,
		"PutMetricData": false, "PutEvents": false, "SendMessageBatch": false, "ReceiveMessage": false, "Publish": false,
		"GetQueueUrl": false, "ListRules": false, "DescribeAlarms": false, "TestEventPattern": false,
	} {
		if changes(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

// A shape is told without what was not sent and without its secrets.
func TestToldShape(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		shape any
		want  string
	}{
		{&eventbridge.PutRuleInput{Name: new("r"), EventPattern: new(`{"a":["<&>"]}`), Tags: []types.Tag{{Key: new("k"), Value: new("")}}}, `{"eventPattern":"{\"a\":[\"<&>\"]}","name":"r","tags":[{"key":"k","value":""}]}`},
		{&cloudwatch.PutMetricAlarmInput{AlarmName: new("a"), Threshold: new(0.0), ActionsEnabled: new(false)}, `{"actionsEnabled":false,"alarmName":"a","threshold":0}`},
		{&eventbridge.StartReplayInput{EventStartTime: new(time.Unix(0, 0))}, `{"eventStartTime":"1970-01-01T00:00:00Z"}`},
		{
			&eventbridge.CreateConnectionInput{Name: new("c"), AuthParameters: &types.CreateConnectionAuthRequestParameters{
				BasicAuthParameters: &types.CreateConnectionBasicAuthRequestParameters{Username: new("u"), Password: new("secret")},
			}}, `{"authParameters":"HIDDEN_DUE_TO_SECURITY_REASONS","name":"c"}`,
		},
		{&sns.SubscribeInput{Protocol: new("https"), Endpoint: new("https://user:secret@host/x")}, `{"endpoint":"HIDDEN_DUE_TO_SECURITY_REASONS","protocol":"https"}`},
		{&sns.SubscribeInput{Protocol: new("email"), Endpoint: new("a@host")}, `{"endpoint":"a@host","protocol":"email"}`},
		{&eventbridge.PutRuleInput{Description: new(strings.Repeat("x", mostTold))}, `{"omitted":true}`},
		{(*struct{})(nil), "null"},
		{nil, "null"},
	} {
		if got := strings.TrimSpace(string(told(c.shape))); got != c.want || !json.Valid([]byte(got)) {
			t.Errorf("%.200s, want %s", got, c.want)
		}
	}
}
