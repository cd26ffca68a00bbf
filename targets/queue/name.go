package queue

import (
	"regexp"
	"strings"

	"skywatch/internal/arn"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// Name is a queue's full name.
type Name struct {
	metric.Tenant
	Queue string
}

// ARN returns the queue's resource name.
func (n Name) ARN() string { return arn.New("sqs", n.Region, n.Account, n.Queue).String() }

func (n Name) key() []string { return []string{n.Account, n.Region, n.Queue} }

// fifoSuffix ends the names of FIFO queues.
const fifoSuffix = ".fifo"

var queueName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

func (n Name) check() error {
	if base, ok := strings.CutSuffix(n.Queue, fifoSuffix); ok && queueName.MatchString(base) {
		return refused("FIFO queues are")
	}
	if !queueName.MatchString(n.Queue) {
		return fault.New(fault.InvalidValue, "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length").On("QueueName")
	}
	return nil
}

// refused is the error of what SQS has and we do not.
func refused(what string) error {
	return fault.New(fault.Unsupported, "%s not supported by this version of Skywatch.", what)
}

// on names the kind of thing a fault is about, for SQS's own codes.
func on(subject string, err *fault.Error) error {
	err.Subject = subject
	return err
}

func noQueue() error {
	return on("queue", fault.New(fault.NotFound, "The specified queue does not exist."))
}
