package topic

import (
	"encoding/json"
	"strings"

	"skywatch/internal/arn"
	"skywatch/targets"
)

// redrivePolicy is where the messages go that a subscription's endpoint does
// not take.
type redrivePolicy struct {
	DeadLetter string `json:"deadLetterTargetArn"`
}

// checkRedrive holds a RedrivePolicy of a subscription against SNS's rules: a
// queue of the same account and region, a FIFO one for a FIFO topic. That the
// queue exists is found when a message goes there.
func checkRedrive(n Name, reason, text string) error {
	wrong := func(why string) error { return invalid(reason + "RedrivePolicy: " + why).On("RedrivePolicy") }
	var p redrivePolicy
	if err := strict(text, &p); err != nil {
		return wrong("failed to parse JSON.")
	}
	a, err := arn.Parse(p.DeadLetter)
	fifo := strings.HasSuffix(a.Resource, ".fifo")
	switch {
	case err != nil:
		return wrong("deadLetterTargetArn is an invalid arn")
	case targets.KindOf(p.DeadLetter) != targets.Queue:
		return wrong("deadLetterTargetArn is not an SQS queue arn") // (inferred)
	case n.fifo() && !fifo:
		return wrong("must use a FIFO queue as DLQ for a FIFO topic")
	case fifo && !n.fifo():
		return wrong("must use a standard queue as DLQ for a standard topic") // (inferred)
	case a.Account != n.Account || a.Region != n.Region:
		return wrong("deadLetterTargetArn must be in the account and the region of the subscription") // (inferred)
	}
	return nil
}

// deadLetter is the ARN of the subscription's dead-letter queue, or empty. The
// policy was checked when it was set.
func (s *Subscription) deadLetter() string {
	if s.RedrivePolicy == "" {
		return ""
	}
	var p redrivePolicy
	_ = json.Unmarshal([]byte(s.RedrivePolicy), &p)
	return p.DeadLetter
}
