package tally

import (
	"skywatch/ingest/gather"
	"skywatch/metric"
)

// Namespace is where SQS's metrics are.
const Namespace = "AWS/SQS"

// Figures by their index. The first are counted as things happen, from age on
// they are measured at the end of a minute.
const (
	sent = iota
	received
	deleted
	emptyReceives
	deduplicated
	numCounts // those before are zero where nothing happens

	sentSize = iota - 1
	age
	visible
	notVisible
	delayed
	groups
	noisyGroups
	numFigures
)

// Figures lists the metrics of a queue. Names, units and the one dimension are
// those of "Available CloudWatch metrics for Amazon SQS" (developer guide).
func Figures() []gather.Figure {
	count := func(name, means string) gather.Figure {
		return gather.Figure{Name: name, Unit: metric.Count, Means: means}
	}
	all := [numFigures]gather.Figure{
		sent:          count("NumberOfMessagesSent", "messages added to the queue; one sample a call or a transaction. What a redrive policy or a move task brings is not sent"),
		received:      count("NumberOfMessagesReceived", "messages that receivers got"),
		deleted:       count("NumberOfMessagesDeleted", "deletions that succeeded, those of a message that was gone included"),
		emptyReceives: count("NumberOfEmptyReceives", "receive calls that got no message"),
		deduplicated:  count("NumberOfDeduplicatedSentMessages", "messages that a FIFO queue did not add, since it knew their deduplication id; FIFO queues only"),
		sentSize:      {Name: "SentMessageSize", Unit: metric.Bytes, Spread: true, Means: "size of the messages sent, with their attributes; nothing in a minute without any"},
		age:           {Name: "ApproximateAgeOfOldestMessage", Unit: metric.Seconds, Means: "age of the oldest message, 0 in an empty queue. In a standard queue a message that was received three times does not count; in a FIFO queue it does, as it blocks its group. In a dead-letter queue it counts from when the message came there"},
		visible:       count("ApproximateNumberOfMessagesVisible", "messages that can be received"),
		notVisible:    count("ApproximateNumberOfMessagesNotVisible", "messages in flight: received, neither deleted nor visible again"),
		delayed:       count("ApproximateNumberOfMessagesDelayed", "messages whose delay is not over"),
		groups:        count("ApproximateNumberOfGroupsWithInflightMessages", "message groups with messages in flight; FIFO queues only"),
		noisyGroups:   count("ApproximateNumberOfNoisyGroups", "message groups of a standard queue with more than their share in flight; only where groups have any in flight"),
	}
	return all[:]
}
