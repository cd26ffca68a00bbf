package targets

import (
	"cmp"
	"context"
	"strings"

	"skywatch/catalog"
	"skywatch/internal/arn"
)

// Kind is a kind of target; an ARN says of which kind it is.
type Kind string

// The kinds that this house knows the ARNs of.
const (
	Topic        Kind = "sns"
	Subscription Kind = "sns-subscription"
	Queue        Kind = "sqs"
	// ScalingPolicy is a policy of a group of instances.
	ScalingPolicy Kind = "autoscaling"
	// ScalablePolicy is a policy of a scalable target, whose ARNs are of the same
	// service.
	ScalablePolicy Kind = "autoscaling-resource"
	// Of EventBridge, whose ARNs name several kinds of things.
	Bus         Kind = "event-bus"
	Destination Kind = "api-destination"
	Archive     Kind = "archive"
	// Of Lambda: a function, and the line in which its invocations wait.
	Function   Kind = "lambda"
	Invocation Kind = "lambda-invocation"
)

// LogGroup is the kind of CloudWatch Logs's ARNs.
const LogGroup Kind = "logs"

// Stream is the kind of Kinesis's ARNs.
const Stream Kind = "kinesis"

// InvocationPrefix begins the resource part of the ARN, of our own making, of a
// function's line of invocations.
const InvocationPrefix = "invocation:"

// KindOf tells the kind of a target from its ARN: the service, except where a
// service has several kinds. It is empty for what is not an ARN.
func KindOf(target string) Kind {
	a, err := arn.Parse(target)
	if err != nil {
		return ""
	}
	if a.Service == "sns" && strings.Contains(a.Resource, ":") { // topic:id
		return Subscription
	}
	if a.Service == "lambda" && strings.HasPrefix(a.Resource, InvocationPrefix) {
		return Invocation
	}
	if a.Service == "autoscaling" && scalable(a.Resource) {
		return ScalablePolicy
	}
	if a.Service == "events" {
		kind, _, _ := strings.Cut(a.Resource, "/")
		return Kind(kind)
	}
	return Kind(a.Service)
}

// scalable reports whether a policy is of a scalable target:
// scalingPolicy:UUID:resource/NS/RESOURCE:policyName/P.
func scalable(resource string) bool {
	rest, ok := strings.CutPrefix(resource, "scalingPolicy:")
	_, rest, cut := strings.Cut(rest, ":")
	return ok && cut && strings.HasPrefix(rest, "resource/")
}

// Target carries deliveries to all targets of one kind.
type Target struct {
	inside  func(*catalog.Tx, Delivery) error
	direct  bool
	outside func(context.Context, Delivery) error
	// together is of Idempotent targets.
	together func(context.Context, []Delivery) []error
	pace     Pace // nil: as fast as it goes
	apart    int  // how many at once; 0: they are not
}

// Inside is a target of this house: deliver acts within the transaction that
// removes the delivery, so effect, removal and outcome are one commit. An
// error undoes all of it and is the attempt's failure.
func Inside(deliver func(*catalog.Tx, Delivery) error) Target { return Target{inside: deliver} }

// Outside is a target beyond this house: send acts outside of any transaction,
// at least once. It returns nil once the target has taken the delivery.
func Outside(send func(context.Context, Delivery) error) Target { return Target{outside: send} }

// Apart returns the target, one attempt of which says nothing of the next: how
// one ends, and how long it takes, is of its delivery's making. As many as there
// said here are under way to each from the first on, whatever became of others;
// 0: as many as to any target.
func (t Target) Apart(most int) Target {
	t.apart = cmp.Or(most, perTarget)
	return t
}
