package topic_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/targets"
	"skywatch/targets/queue"
	"skywatch/targets/topic"
)

// fifo makes a FIFO topic and a queue that is subscribed to it raw.
func (r *rig) fifo(attributes map[string]string, queues ...string) topic.Name {
	r.t.Helper()
	n := name("t.fifo")
	all := map[string]string{"FifoTopic": "true"}
	for k, v := range attributes {
		all[k] = v
	}
	r.must(r.topics.Create(r.t.Context(), n, all, nil))
	for _, q := range queues {
		qn := queue.Name{Tenant: tenant, Queue: q}
		var of map[string]string
		if q[len(q)-1] == 'o' { // q.fifo
			of = map[string]string{"FifoQueue": "true"}
		}
		r.must(r.queues.Create(r.t.Context(), qn, of, nil))
		_, err := r.topics.Subscribe(r.t.Context(), n, "sqs", qn.ARN(), map[string]string{"RawMessageDelivery": "true"}, base)
		r.must(err)
	}
	return n
}

func bodies(got []queue.Received) (all []string) {
	for _, m := range got {
		all = append(all, m.Body)
	}
	return all
}

// Messages of a group arrive in order, in FIFO queues by their group and
// deduplication id, in standard ones too.
func TestFifoOrder(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.fifo(nil, "q.fifo", "plain")
	var entries []topic.Entry
	for i := range 10 {
		entries = append(entries, topic.Entry{ID: fmt.Sprint(i), Message: topic.Message{Body: fmt.Sprint(i), Group: "g", Deduplication: fmt.Sprint("d", i)}})
	}
	results, err := r.topics.PublishBatch(t.Context(), n, entries)
	r.must(err)
	var sequences []string
	for _, is := range results {
		r.must(is.Err)
		sequences = append(sequences, is.Sequence)
	}
	if !slices.IsSorted(sequences) || len(slices.Compact(sequences)) != 10 {
		t.Errorf("sequence numbers %v", sequences)
	}
	got := r.receive("q.fifo")
	if want := []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}; !slices.Equal(bodies(got), want) {
		t.Errorf("the FIFO queue has %v", bodies(got))
	}
	if m := got[3]; m.Group != "g" || m.Deduplication != "d3" {
		t.Errorf("a message of %s, %s", m.Group, m.Deduplication)
	}
	if got := r.receive("plain"); len(got) != 10 {
		t.Errorf("the standard queue has %v", bodies(got))
	}
}

func TestFifoDeduplication(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.fifo(map[string]string{"ContentBasedDeduplication": "true"}, "plain")
	publish := func(m topic.Message) topic.Published {
		t.Helper()
		is, err := r.topics.Publish(t.Context(), n, m)
		r.must(err)
		return is
	}
	first := publish(topic.Message{Body: "m", Group: "g"})
	if again := publish(topic.Message{Body: "m", Group: "other"}); again != first {
		t.Errorf("the same body is %+v, was %+v", again, first)
	}
	publish(topic.Message{Body: "m", Group: "g", Deduplication: "own"})
	r.clock.jump(5*time.Minute - time.Millisecond)
	if again := publish(topic.Message{Body: "m", Group: "g"}); again != first {
		t.Errorf("within the window: %+v", again)
	}
	r.clock.jump(time.Millisecond)
	late := publish(topic.Message{Body: "m", Group: "g"})
	if late.Sequence <= first.Sequence || late.MessageID == first.MessageID {
		t.Errorf("after the window: %+v after %+v", late, first)
	}
	if got := r.receive("plain"); len(got) != 3 {
		t.Errorf("the queue has %v", bodies(got))
	}
	r.must(r.topics.SetAttribute(t.Context(), n, "FifoThroughputScope", "MessageGroup"))
	if a, b := publish(topic.Message{Body: "m", Group: "a"}), publish(topic.Message{Body: "m", Group: "b"}); a == b {
		t.Error("groups share deduplication ids")
	}
}

// What a FIFO topic sends in an envelope tells its place in the order.
func TestFifoEnvelope(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.fifo(nil)
	qn := queue.Name{Tenant: tenant, Queue: "q"}
	r.must(r.queues.Create(t.Context(), qn, nil, nil))
	_, err := r.topics.Subscribe(t.Context(), n, "sqs", qn.ARN(), nil, base)
	r.must(err)
	is, err := r.topics.Publish(t.Context(), n, topic.Message{Body: "m", Group: "g", Deduplication: "d"})
	r.must(err)
	var e map[string]any
	if err := json.Unmarshal([]byte(r.receive("q")[0].Body), &e); err != nil {
		t.Fatal(err)
	}
	if e["SequenceNumber"] != is.Sequence || e["MessageId"] != is.MessageID {
		t.Errorf("envelope %v of %+v", e, is)
	}
	verify(t, func(name string) string { s, _ := e[name].(string); return s }, e["SigningCertURL"].(string)[len(base):])
}

// A FIFO topic's dead letters go to a FIFO queue, in their group.
func TestFifoDeadLetter(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.fifo(nil)
	dead := queue.Name{Tenant: tenant, Queue: "dead.fifo"}
	r.must(r.queues.Create(t.Context(), dead, map[string]string{"FifoQueue": "true"}, nil))
	gone := queue.Name{Tenant: tenant, Queue: "gone.fifo"}
	_, err := r.topics.Subscribe(t.Context(), n, "sqs", gone.ARN(), map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + dead.ARN() + `"}`, "RawMessageDelivery": "true"}, base)
	r.must(err)
	_, err = r.topics.Publish(t.Context(), n, topic.Message{Body: "m", Group: "g", Deduplication: "d"})
	r.must(err)
	if o := <-r.outcomes; o.Code != targets.NoResource || !o.Buried {
		t.Errorf("ended %+v", o)
	}
	if got := r.receive("dead.fifo"); len(got) != 1 || got[0].Body != "m" || got[0].Group != "g" || got[0].Attributes["ERROR_CODE"].String != targets.NoResource {
		t.Errorf("dead letters %+v", got)
	}
}

// Only so many subscribe to a FIFO topic.
func TestFifoSubscriptions(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.fifo(nil)
	for i := range 101 {
		_, err := r.topics.Subscribe(t.Context(), n, "sqs", queue.Name{Tenant: tenant, Queue: fmt.Sprint("q", i)}.ARN(), nil, base)
		if want := ""; i < 100 && told(err) != want || i == 100 && told(err) != "Subscription quota reached: a FIFO topic can have 100 subscriptions" {
			t.Fatalf("%d: %v", i, err)
		}
	}
	// A batch that fans out widely arrives, all of it.
	var entries []topic.Entry
	for i := range 10 {
		entries = append(entries, topic.Entry{ID: fmt.Sprint(i), Message: topic.Message{Body: "m", Group: "g", Deduplication: fmt.Sprint(i)}})
		r.must(r.queues.Create(t.Context(), queue.Name{Tenant: tenant, Queue: fmt.Sprint("q", i)}, nil, nil))
	}
	results, err := r.topics.PublishBatch(t.Context(), n, entries)
	r.must(err)
	for _, is := range results {
		r.must(is.Err)
	}
	for i := range 10 {
		if got := r.receive(fmt.Sprint("q", i)); len(got) != 10 {
			t.Errorf("q%d has %d", i, len(got))
		}
	}
}
