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
	// Receive waits for messages, and hides those that it returns.
	Receive(ctx context.Context, queue string, r Receive) ([]Message, error)
	// Delete removes messages that were received, Show makes them visible at once.
	Delete(ctx context.Context, queue string, receipts []string) error
	Show(ctx context.Context, queue string, receipts []string) error
}

// Receive says what to receive.
type Receive struct {
	Most int // messages, at most 10
	// Bytes bounds the size of all of them together, but for the first.
	Bytes      int
	Wait, Hide time.Duration
	// Rests is called before a wait that lasts until a time, or until changed is
	// closed, and what it returns after it.
	Rests func(until time.Time, changed <-chan struct{}) (back func())
}

// Message is one that was received.
type Message struct {
	ID, Receipt, Body, BodyMD5, AttributesMD5 string
	// System are the attributes that the queue gives it.
	System     map[string]string
	Attributes map[string]targets.Attribute
}
