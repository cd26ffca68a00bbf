package arn

import "testing"

func TestParse(t *testing.T) {
	t.Parallel()
	const region, account = "us-east-1", "123456789012"
	for s, want := range map[string]ARN{
		"arn:aws:sqs:us-east-1:123456789012:q":                New("sqs", region, account, "q"),
		"arn:aws:sns:us-east-1:123456789012:t:5f1":            New("sns", region, account, "t:5f1"),
		"arn:aws:events:us-east-1:123456789012:event-bus/a:b": New("events", region, account, "event-bus/a:b"),
		"arn:aws:iam::123456789012:root":                      New("iam", "", account, "root"),
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
