package conformance_test

import (
	"encoding/json"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"skywatch/server"
)

// TestAPICallEvents holds that, where it is switched on, each call that changes
// something is an event: also one that is refused, and without its secrets.
func TestAPICallEvents(t *testing.T) {
	t.Parallel()
	cfg := server.DefaultConfig()
	cfg.Listen, cfg.DataDir, cfg.APICallEvents = "127.0.0.1:0", filepath.Join(t.TempDir(), "data"), true
	s, err := server.New(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	r := newRouter(s.URL())
	url, arn := r.queue(t, "calls")
	r.rule(t, "default", "calls", `{"detail-type":["AWS API Call via CloudTrail"],"detail":{"eventName":["CreateConnection","DeleteRule","DisableAlarmActions","DescribeRule"]}}`,
		types.Target{Id: aws.String("q"), Arn: &arn})

	_, err = r.CreateConnection(t.Context(), &eventbridge.CreateConnectionInput{
		Name: aws.String("c"), AuthorizationType: types.ConnectionAuthorizationTypeBasic,
		AuthParameters: &types.CreateConnectionAuthRequestParameters{
			BasicAuthParameters: &types.CreateConnectionBasicAuthRequestParameters{Username: aws.String("u"), Password: aws.String("a-secret")},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = r.DescribeRule(t.Context(), &eventbridge.DescribeRuleInput{Name: aws.String("calls")})
	if _, err = r.DeleteRule(t.Context(), &eventbridge.DeleteRuleInput{Name: aws.String("calls")}); err == nil {
		t.Fatal("a rule with targets is deleted")
	}
	if _, err = r.cw.DisableAlarmActions(t.Context(), &cloudwatch.DisableAlarmActionsInput{AlarmNames: []string{"none"}}); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for range 3 {
		body := r.next(t, url)
		if strings.Contains(body, "a-secret") {
			t.Errorf("the secret is told: %s", body)
		}
		var e struct {
			Source string
			Detail struct {
				EventName, EventSource, ErrorCode, RecipientAccountID, SourceIPAddress string
				RequestParameters                                                      json.RawMessage
			}
		}
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			t.Fatal(err)
		}
		d := e.Detail
		if d.RecipientAccountID != account || d.SourceIPAddress != "127.0.0.1" || e.Source+".amazonaws.com" != "aws."+d.EventSource {
			t.Errorf("%s", body)
		}
		got[d.EventName] = d.ErrorCode + " " + string(d.RequestParameters)
	}
	for name, want := range map[string]string{
		"CreateConnection":    ` {"authParameters":"HIDDEN_DUE_TO_SECURITY_REASONS","authorizationType":"BASIC","name":"c"}`,
		"DeleteRule":          `ValidationException {"name":"calls"}`,
		"DisableAlarmActions": ` {"alarmNames":["none"]}`,
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
}
