package arn

import (
	"testing"

	"skywatch/metric"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tenant := metric.Tenant{Account: "123456789012", Region: "us-east-1"}
	for s, want := range map[string]ARN{
		"arn:aws:sqs:us-east-1:123456789012:q":                New("sqs", tenant, "q"),
		"arn:aws:sns:us-east-1:123456789012:t:5f1":            New("sns", tenant, "t:5f1"),
		"arn:aws:events:us-east-1:123456789012:event-bus/a:b": New("events", tenant, "event-bus/a:b"),
		"arn:aws:iam::123456789012:root":                      New("iam", metric.Tenant{Account: "123456789012"}, "root"),
	} {
		got, err := Parse(s)
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v", s, got, err)
		}
		if got.String() != s {
			t.Errorf("%s is written as %s", s, got)
		}
	}
	for _, s := range []string{"", "arn", "arn:aws:sqs:us-east-1:1", "arn:aws::us-east-1:1:q", "arn:aws:sqs:us-east-1:1:", "urn:aws:sqs:us-east-1:1:q"} {
		if got, err := Parse(s); err == nil {
			t.Errorf("%q: got %+v", s, got)
		}
	}
}
