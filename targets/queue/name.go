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

// fifo reports whether the queue is a FIFO queue: its name says so.
func (n Name) fifo() bool { return strings.HasSuffix(n.Queue, fifoSuffix) }

// check holds the name of a new queue against the rules of its kind.
func (n Name) check(attributes map[string]string) error {
	if attributes["FifoQueue"] == "true" {
		base, ok := strings.CutSuffix(n.Queue, fifoSuffix)
		if !ok || !queueName.MatchString(base) || len(n.Queue) > 80 {
			return fault.New(fault.InvalidValue, "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "+
				"must end with .fifo suffix and be 1 to 80 in length").On("QueueName")
		}
		return nil
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
