package topic_test

import (
	"slices"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/targets"
	"skywatch/targets/queue"
)

// What comes to a FIFO topic through the outbox goes in the order in which it was
// caused, whatever the order in which it is carried.
func TestDeliveriesToFifoTopicInOrder(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := name("states.fifo")
	r.must(r.topics.Create(t.Context(), n, map[string]string{"FifoTopic": "true"}, nil))
	q := queue.Name{Tenant: tenant, Queue: "states.fifo"}
	r.must(r.queues.Create(t.Context(), q, map[string]string{"FifoQueue": "true"}, nil))
	_, err := r.topics.Subscribe(t.Context(), n, "sqs", q.ARN(), map[string]string{"RawMessageDelivery": "true"}, base)
	r.must(err)
	made := func(id, group string, at time.Duration) targets.Delivery {
		return targets.Delivery{
			ID: id, Tenant: tenant, Cause: "alarm", Target: n.ARN(), Kind: "test", Message: id, Group: group, Deduplication: id, Created: r.clock.Now().Add(at),
		}
	}
	r.must(r.db.Update(t.Context(), func(tx *catalog.Tx) error { // carried by ID
		return r.outbox.Enqueue(tx, made("a-later", "g", time.Second), made("b-first", "g", 0), made("c-other", "h", time.Minute))
	}))
	next := func() string {
		for {
			if o := r.ended(""); o.Delivery.Kind == "test" { // the others are the queue's
				return o.Delivery.ID
			}
		}
	}
	if before := []string{next(), next()}; slices.Contains(before, "a-later") {
		t.Fatalf("first were %v", before)
	}
	r.clock.advance(time.Second)
	if got := next(); got != "a-later" {
		t.Errorf("last was %s", got)
	}
	var bodies []string
	for _, m := range r.receive("states.fifo") {
		if m.Body != "c-other" {
			bodies = append(bodies, m.Body)
		}
	}
	if len(bodies) != 2 || bodies[0] != "b-first" || bodies[1] != "a-later" {
		t.Errorf("in the queue %v", bodies)
	}
}
