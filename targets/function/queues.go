package function

import (
	"context"
	"time"

	"skywatch/targets"
)

// Queues are what a QueueSource takes messages from; a queue is named by its ARN.
type Queues interface {
	// Visibility is how long a queue hides what is received; a fault if there is
	// no such queue.
	Visibility(queue string) (time.Duration, error)
	// Receive waits for up to most messages, at most 10, and hides them for the
	// time given.
	Receive(ctx context.Context, queue string, most int, wait, hide time.Duration) ([]Message, error)
	// Delete removes messages that were received, Show makes them visible at once.
	Delete(ctx context.Context, queue string, receipts []string) error
	Show(ctx context.Context, queue string, receipts []string) error
}

// Message is one that was received.
type Message struct {
	ID, Receipt, Body, BodyMD5, AttributesMD5 string
	// System are the attributes that the queue gives it.
	System     map[string]string
	Attributes map[string]targets.Attribute
}
