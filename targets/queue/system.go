package queue

import (
	"strconv"
	"time"
)

// SystemAttributes are the attributes of a message that the queue gives it, by
// the names that receivers know them by.
func (r *Received) SystemAttributes() map[string]string {
	millis := func(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
	all := map[string]string{
		"SenderId": r.Sender, "SentTimestamp": millis(r.SentAt),
		"ApproximateReceiveCount": strconv.Itoa(r.Receives), "ApproximateFirstReceiveTimestamp": millis(r.First),
	}
	if trace, ok := r.System["AWSTraceHeader"]; ok {
		all["AWSTraceHeader"] = trace.String
	}
	for name, v := range map[string]string{
		"DeadLetterQueueSourceArn": r.Source, "MessageGroupId": r.Group, "MessageDeduplicationId": r.Deduplication, "SequenceNumber": r.Sequence,
	} {
		if v != "" {
			all[name] = v
		}
	}
	return all
}
