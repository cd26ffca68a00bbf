package function

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"skywatch/internal/fault"
	"skywatch/targets/function/runtime"
)

const (
	// pollWait is how long a poller waits for the first message of a batch.
	pollWait = 20 * time.Second
	// pollPause is the time after a batch that could not be worked on.
	pollPause = time.Second
	// hiddenFor is how long a batch is hidden at least beyond its window and the
	// time that its function may take.
	hiddenFor = 5 * time.Second
	// mostPollers bounds the goroutines of all mappings.
	mostPollers = 256
)

// mappingsChanged has Poll look at the mappings.
func (s *Service) mappingsChanged() {
	select {
	case s.changes <- struct{}{}:
	default: // it will look anyway
	}
}

// poller polls for one mapping.
type poller struct {
	mapping Mapping
	stop    context.CancelFunc
	count   int
}

// Poll works the mappings until ctx ends, and then waits for the batches under
// way, which it breaks off.
func (s *Service) Poll(ctx context.Context) error {
	var owned sync.WaitGroup
	defer owned.Wait()
	polling, count := map[string]poller{}, 0
	for {
		want, err := s.active()
		if err != nil {
			s.Logger.Error("event source mappings cannot be read", "err", err)
		}
		for arn, p := range polling {
			if m, ok := want[arn]; err == nil && (!ok || !m.same(p.mapping)) {
				p.stop()
				delete(polling, arn)
				count -= p.count
			}
		}
		for arn, m := range want {
			if _, ok := polling[arn]; ok {
				continue
			}
			n := m.Concurrent
			if n == 0 {
				n = mostConcurrent
			}
			if n = min(n, mostPollers-count); n < 1 {
				s.Logger.Error("too many event source mappings: one is not polled", "mapping", arn)
				continue
			}
			one, stop := context.WithCancel(ctx)
			polling[arn] = poller{m, stop, n}
			count += n
			for range n {
				owned.Go(func() { s.poll(one, m) })
			}
		}
		select {
		case <-ctx.Done():
			for _, p := range polling {
				p.stop()
			}
			return nil
		case <-s.changes:
		}
	}
}

// poll takes batch after batch.
func (s *Service) poll(ctx context.Context, m Mapping) {
	for ctx.Err() == nil {
		if err := s.oneBatch(ctx, &m); err != nil && ctx.Err() == nil {
			s.Logger.Debug("batch of an event source mapping", "mapping", m.ARN(), "err", err)
			select {
			case <-ctx.Done():
			case <-time.After(pollPause):
			}
		}
	}
}

// oneBatch receives a batch, has the function work on it, and deletes what it
// is done with. What it is not done with appears again when its visibility ends,
// as in AWS: by then the function is not running any more.
func (s *Service) oneBatch(ctx context.Context, m *Mapping) error {
	f, v, err := s.find(m.Of(), m.Qualifier)
	if err != nil {
		return err
	}
	if s.running.full(m.Of()) || f.Reserved != nil && *f.Reserved == 0 {
		return throttled(reasonAll) // before messages are received in vain
	}
	hide, err := s.Queues.Visibility(m.Queue)
	if err != nil {
		return err
	}
	batch, err := s.gather(ctx, m, max(hide, m.Window+time.Duration(v.Timeout)*time.Second+hiddenFor))
	if err != nil || len(batch) == 0 {
		return err
	}
	event, err := m.event(batch)
	if err != nil {
		return err
	}
	c := Call{Name: m.Of(), Qualifier: m.Qualifier, Payload: event, RequestID: uuid.NewString()}
	if err := c.check(runtime.MaxPayload); err != nil {
		return err
	}
	done, again, err := s.work(ctx, m, &f, &v, &c, batch)
	// What was done is deleted also if we stop now.
	ctx = context.WithoutCancel(ctx)
	if len(done) > 0 {
		if err := s.Queues.Delete(ctx, m.Queue, done); err != nil {
			return err
		}
	}
	if len(again) > 0 && fault.Is(err, fault.Throttled) { // nobody has seen it
		return s.Queues.Show(ctx, m.Queue, again)
	}
	return err
}

// work invokes the function with a batch.
func (s *Service) work(ctx context.Context, m *Mapping, f *Function, v *Version, c *Call, batch []Message) (done, again []string, err error) {
	begun, err := s.begin(f, v, c)
	if err != nil {
		return nil, receipts(batch), err
	}
	r, err := begun(ctx)
	if err != nil || r.Error != "" {
		return nil, receipts(batch), err
	}
	done, again = m.done(batch, r.Payload)
	return done, again, nil
}

// gather receives a batch: until it is full, or its window is over, which
// begins with the first message.
func (s *Service) gather(ctx context.Context, m *Mapping, hide time.Duration) (batch []Message, err error) {
	wait, until := pollWait, time.Time{}
	size := 0
	for len(batch) < m.Batch {
		got, err := s.Queues.Receive(ctx, m.Queue, min(m.Batch-len(batch), mostMapped), wait, hide)
		if err != nil || len(got) == 0 {
			return batch, err
		}
		batch = append(batch, got...)
		for i := range got {
			size += len(got[i].Body)
		}
		now := s.now()
		if until.IsZero() {
			until = now.Add(m.Window)
		}
		if wait = min(until.Sub(now), pollWait); wait <= 0 || size > runtime.MaxPayload/2 { // escapes of JSON take room
			return batch, nil
		}
	}
	return batch, nil
}
