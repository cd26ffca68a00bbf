package targets

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"skywatch/internal/fault"
)

func TestFailureOf(t *testing.T) {
	t.Parallel()
	throttled := &Failure{Code: Throttling, Err: errors.New("429")}
	for _, c := range []struct {
		err       error
		code      string
		permanent bool
	}{
		{throttled, Throttling, false},
		{fmt.Errorf("send: %w", throttled), Throttling, false},
		{fault.New(fault.NotFound, "gone"), NoResource, true},
		{fault.New(fault.Denied, "no"), NoPermissions, true},
		{fault.New(fault.Throttled, "slow"), Throttling, false},
		{fault.New(fault.LimitExceeded, "full"), Throttling, false},
		{fault.New(fault.Unavailable, "later"), ServerError, false},
		{fault.New(fault.InvalidValue, "wrong"), ClientError, true},
		{fault.New(fault.Unsupported, "never"), ClientError, true},
		{fmt.Errorf("dial: %w", context.DeadlineExceeded), Timeout, false},
		{errors.New("connection refused"), ServerError, false},
	} {
		if f := failureOf(c.err); f.Code != c.code || f.Permanent != c.permanent {
			t.Errorf("%v: %s, permanent %v", c.err, f.Code, f.Permanent)
		}
	}
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]Kind{
		"arn:aws:sns:us-east-1:1:t":              Topic,
		"arn:aws:sns:us-east-1:1:t:5f1":          Subscription,
		"arn:aws:sqs:us-east-1:1:q":              Queue,
		"arn:aws:lambda:us-east-1:1:function:f":  "lambda",
		"arn:aws:events:us-east-1:1:event-bus/b": Bus,
		"arn:aws:autoscaling:us-east-1:1:scalingPolicy:u:autoScalingGroupName/resource/:policyName/p":         ScalingPolicy,
		"arn:aws:autoscaling:us-east-1:1:scalingPolicy:u:resource/custom-resource/https://h:1/x:policyName/p": ScalablePolicy,
		"q": "",
		"":  "",
	} {
		if got := KindOf(target); got != want {
			t.Errorf("%q is a %q", target, got)
		}
	}
}

func TestBackOffStaysWithinItsBounds(t *testing.T) {
	t.Parallel()
	for attempt := 1; attempt <= MaxRetries+1; attempt++ {
		least, most := GeneralRetry().delay(attempt, 0), GeneralRetry().delay(attempt, 0.999999)
		whole := longestDelay
		if attempt <= 10 {
			whole = min(whole, firstDelay<<(attempt-1))
		}
		if least != whole/2 || most > whole || most < whole*99/100 {
			t.Errorf("after attempt %d: %v to %v", attempt, least, most)
		}
	}
}
