package alarms

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"skywatch/metric"
)

// What buses and functions are told of a contributor: of itself, and nothing of a
// previous state.
func TestContributorEvent(t *testing.T) {
	t.Parallel()
	yes := true
	a := &Alarm{Key: Key{tenant, "hosts"}, Status: Status{Value: Alarming}, Definition: Definition{
		GroupBy: []string{"Host"}, Period: metric.Minute, EvaluationPeriods: 1,
		Queries: []Query{{ID: "q", Expression: "SELECT MAX(CPU) FROM App GROUP BY Host ORDER BY MAX()", Period: metric.Minute, ReturnData: &yes}},
	}}
	c := &Contributor{ID: "0123456789abcdef", Attributes: map[string]string{"Host": "a"}, Value: Alarming, Reason: "so it is", Transitioned: 1764072000000}
	e := contributorEvent(a, c, nil)
	if e.DetailType != "CloudWatch Alarm Contributor State Change" || e.ID == contributorEvent(a, &Contributor{ID: "fedcba9876543210"}, nil).ID {
		t.Errorf("%+v", e)
	}
	detail := `{"alarmName":"hosts","alarmContributor":{"id":"0123456789abcdef","attributes":{"Host":"a"}},` +
		`"state":{"value":"ALARM","reason":"so it is","timestamp":"2025-11-25T12:00:00.000+0000"},` +
		`"configuration":` + encode(eventConfigurationOf(a)) + `}`
	if diff := cmp.Diff(detail, string(e.Detail)); diff != "" {
		t.Errorf("event (-want +got)\n%s", diff)
	}
	want := `{"source":"aws.cloudwatch","alarmArn":"arn:aws:cloudwatch:us-east-1:123456789012:alarm:hosts","accountId":"123456789012",` +
		`"time":"2025-11-25T12:00:00.000+0000","region":"us-east-1","alarmData":` + detail + `}`
	if diff := cmp.Diff(want, functionEvent(c.of(a), occasion{contributor: c})); diff != "" {
		t.Errorf("invocation (-want +got)\n%s", diff)
	}
}
