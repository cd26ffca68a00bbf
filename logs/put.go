package logs

import (
	"context"
	"errors"
	"time"

	"skywatch/catalog"
	"skywatch/journal"
)

// The limits of one Put (PutLogEvents).
const (
	maxBatchBytes = 1 << 20
	maxSpan       = 24 * time.Hour
	maxPast       = 14 * 24 * time.Hour
	maxFuture     = 2 * time.Hour
)

// Rejected says which events of a batch were left out, as indexes into it. Nil
// is none.
type Rejected struct {
	TooOldEnd   *int // those before are older than 14 days
	ExpiredEnd  *int // those before are older than the group keeps them
	TooNewStart *int // those from here on are more than 2 hours ahead
}

// Put adds events, which are in order of time, to a stream, and says which it
// left out.
func (s *Service) Put(ctx context.Context, n StreamName, batch []Event) (out Rejected, err error) {
	if err := checkBatch(batch); err != nil {
		return out, err
	}
	var g Group
	var st Stream
	err = s.Catalog.View(func(r catalog.Reader) (err error) {
		g, st, err = getStream(r, n)
		return err
	})
	if err != nil {
		return out, err
	}
	from, to, out := s.window(&g, batch)
	if from >= to {
		return out, nil
	}
	return out, s.add(ctx, n.GroupName, st.Log, batch[from:to])
}

func checkBatch(batch []Event) error {
	bytes := 0
	for i := range batch {
		bytes += len(batch[i].Message) + eventOverhead
		if i > 0 && batch[i].Time.Before(batch[i-1].Time) {
			return invalid("logEvents", "Log events in a single PutLogEvents request must be in chronological order.")
		}
	}
	switch {
	case len(batch) == 0:
		return nil
	case bytes > maxBatchBytes:
		return invalid("logEvents", "Upload too large: %d bytes exceeds limit of %d", bytes, maxBatchBytes)
	case batch[len(batch)-1].Time.Sub(batch[0].Time) > maxSpan:
		return invalid("logEvents", "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
	}
	return nil
}

// window finds which events of a batch are taken: those in [from, to).
func (s *Service) window(g *Group, batch []Event) (from, to int, out Rejected) {
	now := s.now()
	old, kept, ahead := now.Add(-maxPast), s.oldest(g), now.Add(maxFuture)
	tooOld, expired := 0, 0
	for to = len(batch); to > 0 && batch[to-1].Time.After(ahead); to-- {
	}
	for i := range batch {
		if batch[i].Time.Before(old) {
			tooOld = i + 1
		}
		if batch[i].Time.Before(kept) {
			expired = i + 1
		}
	}
	if tooOld > 0 {
		out.TooOldEnd = &tooOld
	}
	if expired > 0 {
		out.ExpiredEnd = &expired
	}
	if to < len(batch) {
		out.TooNewStart = &to
	}
	return max(tooOld, expired), to, out
}

// add appends events to a stream's log, under IDs that keep their order.
//
// The log comes before what is extracted: who puts again after an error has the
// events twice, and what was extracted once.
func (s *Service) add(ctx context.Context, g GroupName, log string, batch []Event) error {
	now := s.now()
	id := s.order.take(len(batch), now)
	records := make([]journal.Record, len(batch))
	for i := range batch {
		batch[i].Ingested = now
		records[i] = batch[i].record(id(i))
	}
	if err := s.write(ctx, g, log, records); err != nil || s.Extract == nil {
		return err
	}
	return s.Extract(ctx, g, batch)
}

func (s *Service) write(ctx context.Context, g GroupName, log string, records []journal.Record) error {
	added, err := s.Journal.Append(ctx, log, records...)
	if errors.Is(err, journal.ErrNoLog) { // deleted since it was found
		return noStream()
	}
	if err != nil {
		return err
	}
	bytes := added.Bytes - stampBytes*added.Records
	s.counts.events.Add(added.Records)
	s.counts.bytes.Add(bytes)
	if s.Incoming != nil && added.Records > 0 {
		s.Incoming(g, int(added.Records), int(bytes))
	}
	return nil
}
