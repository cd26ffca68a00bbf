package function

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

const (
	// pollWait is how long a poller waits for the first message of a batch.
	pollWait = 20 * time.Second
	// hiddenFor is how long a batch is hidden at least beyond its window and the
	// time that its function may take.
	hiddenFor = 5 * time.Second
	// mostQueuePollers bounds those of one mapping: more batches do not run at
	// once on one machine (ours).
	mostQueuePollers = 32
)

// QueueSource has functions work on what is in queues. It is a Source.
type QueueSource struct{ queues Queues }

// NewQueueSource returns the source of queues.
func NewQueueSource(q Queues) *QueueSource { return &QueueSource{q} }

// Check implements Source.
func (q *QueueSource) Check(_ catalog.Reader, m *Mapping) error {
	if m.Batch == 0 {
		m.Batch = presetsBatch
	}
	fifo := strings.HasSuffix(m.Source, ".fifo")
	switch {
	case m.Batch < 1 || m.Batch > mostBatch:
		return invalid("BatchSize", "BatchSize must be 1 to %d.", mostBatch) // wording (inferred)
	case fifo && m.Batch > mostMapped:
		return invalid("BatchSize", "BatchSize of a FIFO queue must be 1 to %d.", mostMapped) // wording (inferred)
	case fifo && m.Window > 0:
		return invalid("MaximumBatchingWindowInSeconds", "Batching window is not supported for FIFO queues.") // wording (inferred)
	case m.Batch > mostMapped && m.Window == 0: // API reference of CreateEventSourceMapping
		return invalid("BatchSize", "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
	}
	if _, err := q.queues.Visibility(m.Source); err != nil {
		return invalid("EventSourceArn", "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.")
	}
	return nil
}

// Deleted implements Source: what is under way appears in the queue again.
func (q *QueueSource) Deleted(*catalog.Tx, *Mapping) error { return nil }

// Pollers implements Source.
func (q *QueueSource) Pollers(m *Mapping) int {
	if m.Concurrent == 0 {
		return mostConcurrent
	}
	return min(m.Concurrent, mostQueuePollers)
}

// Poll implements Source: each of its pollers takes batch after batch.
func (q *QueueSource) Poll(ctx context.Context, m Mapping, w *Worker) {
	var owned sync.WaitGroup
	defer owned.Wait()
	for _, at := range w.stands {
		owned.Go(func() {
			defer at.end()
			for ctx.Err() == nil {
				if err := q.oneBatch(ctx, &m, w, at); err != nil {
					w.Rest(ctx, at, err)
				}
			}
		})
	}
}

// oneBatch receives a batch, has the function work on it, and deletes what it
// is done with. What it is not done with appears again when its visibility ends,
// as in AWS: by then the function is not running any more.
func (q *QueueSource) oneBatch(ctx context.Context, m *Mapping, w *Worker, at *stand) error {
	timeout, err := w.Ready()
	if err != nil {
		return err // before messages are received in vain
	}
	hide, err := q.queues.Visibility(m.Source)
	if err != nil {
		return err
	}
	batch, err := q.gather(ctx, m, w, at, max(hide, m.Window+timeout+hiddenFor))
	if err != nil || len(batch) == 0 {
		return err
	}
	done, again, err := q.work(ctx, m, w, batch)
	// What was done is deleted also if we stop now.
	ctx = context.WithoutCancel(ctx)
	if len(done) > 0 {
		if err := q.queues.Delete(ctx, m.Source, done); err != nil {
			return err
		}
	}
	if len(again) > 0 && fault.Is(err, fault.Throttled) { // nobody has seen it
		return q.queues.Show(ctx, m.Source, again)
	}
	return err
}

// work invokes the function with a batch.
func (q *QueueSource) work(ctx context.Context, m *Mapping, w *Worker, batch []Message) (done, again []string, err error) {
	batch, traces := straight(batch, w)
	if len(batch) == 0 {
		return nil, nil, nil
	}
	event, err := m.event(batch)
	if err != nil {
		return nil, nil, err
	}
	r, err := w.Invoke(ctx, Call{Payload: event, RequestID: uuid.NewString(), Trace: joined(traces)})
	if err != nil || r.Error != "" {
		return nil, receipts(batch), err
	}
	done, again = m.done(batch, r.Payload)
	return done, again, nil
}

// straight leaves out the messages that run in a circle: they stay in the queue
// until its redrive policy, or their age, takes them from it (inferred). It
// returns the trace headers of the others, too.
func straight(all []Message, w *Worker) (batch []Message, traces []string) {
	for i := range all {
		trace := all[i].System["AWSTraceHeader"]
		if len(lineage(trace)) > 0 && w.Circular(trace) {
			w.circular()
			continue
		}
		batch = append(batch, all[i])
		if trace != "" {
			traces = append(traces, trace)
		}
	}
	return batch, traces
}

// gather receives a batch: until it is full, or no more fits into an event, or
// its window is over, which begins with the first message that the mapping's filters let through. The
// others are deleted, as in AWS.
func (q *QueueSource) gather(ctx context.Context, m *Mapping, w *Worker, at *stand, hide time.Duration) (batch []Message, err error) {
	wait, until := pollWait, time.Time{}
	size := 0
	for len(batch) < m.Batch {
		most := min(m.Batch-len(batch), mostMapped)
		room := fits(size, most)
		if room == 0 {
			return batch, nil
		}
		got, err := q.queues.Receive(ctx, m.Source, Receive{Most: most, Bytes: room, Wait: wait, Hide: hide, Rests: at.rest})
		if err != nil || len(got) == 0 && (ctx.Err() != nil || !w.s.now().Before(until)) {
			return batch, err
		}
		wanted, unwanted, err := m.sift(got, w)
		if err == nil && len(unwanted) > 0 {
			err = q.queues.Delete(context.WithoutCancel(ctx), m.Source, receipts(unwanted))
		}
		if err != nil {
			return batch, err
		}
		batch = append(batch, wanted...)
		more, err := m.size(wanted)
		if err != nil {
			return batch, err
		}
		size += more
		now := w.s.now()
		if until.IsZero() && len(batch) > 0 {
			until = now.Add(m.Window)
		}
		if until.IsZero() {
			continue
		}
		if wait = min(until.Sub(now), pollWait); wait <= 0 {
			return batch, nil
		}
	}
	return batch, nil
}
