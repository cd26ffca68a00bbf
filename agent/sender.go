package agent

import (
	"context"
	"log/slog"
	"time"
)

// sender carries batches from the buffer to the server, one at a time, in
// order. It is the only taker of the buffer.
type sender struct {
	put     func(context.Context, []Datum) error
	buffer  *buffer
	counts  *counts
	log     *slog.Logger
	backoff backoff

	away time.Time // since when the server has been away; zero if it is not
	told uint64    // of counts.dropped, how many the log has told
}

// run sends until the buffer is closed and empty, until an attempt fails after
// it was closed, or until ctx ends.
func (s *sender) run(ctx context.Context) {
	defer s.tellDropped()
	for {
		batch, ok := s.buffer.take(ctx)
		if !ok {
			return
		}
		if s.send(ctx, batch) {
			continue
		}
		if s.buffer.isClosed() || !s.wait(ctx) {
			return
		}
	}
}

// send makes one attempt and reports whether the batch is settled.
func (s *sender) send(ctx context.Context, batch []Datum) bool {
	err := s.put(ctx, batch)
	switch {
	case err == nil:
		s.counts.sent.Add(uint64(len(batch)))
	case poisoned(err):
		s.counts.rejected.Add(uint64(len(batch)))
		s.log.Error("metrics rejected by the server and dropped", "datums", len(batch), "error", err)
	default:
		s.postpone(batch, err)
		return false
	}
	s.buffer.settle(batch)
	s.backoff.reset()
	s.answered()
	return true
}

func (s *sender) postpone(batch []Datum, err error) {
	s.counts.retries.Add(1)
	s.counts.dropped.Add(uint64(s.buffer.putBack(batch)))
	if s.away.IsZero() {
		s.away = time.Now()
		s.log.Warn("metrics cannot be sent and are kept", "error", err)
	}
}

// answered ends an outage.
func (s *sender) answered() {
	if !s.away.IsZero() {
		s.log.Info("metrics can be sent again", "away", time.Since(s.away).Round(time.Millisecond), "buffered", s.buffer.len())
		s.away = time.Time{}
	}
	s.tellDropped()
}

// tellDropped logs what was lost to a full buffer since it did so last: once
// an outage, with the whole number.
func (s *sender) tellDropped() {
	dropped := s.counts.dropped.Load()
	if dropped > s.told {
		s.log.Warn("oldest metrics dropped from a full buffer", "datums", dropped-s.told)
		s.told = dropped
	}
}

// wait lets the back-off pass. Closing the buffer ends it early, for a last
// attempt; it returns false if ctx ended.
func (s *sender) wait(ctx context.Context) bool {
	timer := time.NewTimer(s.backoff.next())
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.buffer.closing:
	case <-ctx.Done():
		return false
	}
	return true
}
