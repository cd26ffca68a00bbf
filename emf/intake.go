package emf

import (
	"context"
	"errors"
	"time"

	"skywatch/ingest"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// Intake takes documents. It is safe for concurrent use.
type Intake struct {
	Rules *ingest.Ingester // what a datum must be
	To    ingest.Appender
}

// full is how many bytes of data, estimated, a Batch keeps at once.
const full = 8 << 20

// Batch collects the data of documents of one tenant. It is for one goroutine.
type Batch struct {
	in      *Intake
	tenant  metric.Tenant
	samples []metric.Sample
	bytes   int
}

// Batch returns an empty one.
func (in *Intake) Batch(t metric.Tenant) *Batch { return &Batch{in: in, tenant: t} }

// Add takes the data of a document, if the text is one. An error is an *Error,
// and nothing of the document is taken then.
func (b *Batch) Add(now time.Time, text string) (found bool, err error) {
	rows, found, err := Read(text)
	if err != nil || !found {
		return found, err
	}
	samples, err := b.in.Rules.Samples(now, b.tenant, rows)
	if err != nil {
		return true, refused(rows, err)
	}
	n := size(samples)
	if n > maxDataBytes {
		return true, invalid("The document makes more than %d bytes of data.", maxDataBytes)
	}
	b.samples, b.bytes = append(b.samples, samples...), b.bytes+n
	return true, nil
}

// refused is what a rule of data says, with the metric at fault.
func refused(rows []ingest.Row, err error) error {
	var at *ingest.RowError
	if !errors.As(err, &at) {
		return err
	}
	return invalid("Metric %q of namespace %q: %s", *rows[at.Row].Name, *rows[at.Row].Namespace, fault.Of(at.Err).Message)
}

// size estimates what samples take in the store's log.
func size(samples []metric.Sample) int {
	n := 0
	for i := range samples {
		s := &samples[i]
		n += 128 + len(s.ID.Namespace) + len(s.ID.Name) + 16*len(s.Values)
		for _, d := range s.ID.Dimensions {
			n += len(d.Name) + len(d.Value)
		}
	}
	return n
}

// Full reports whether the data should be kept before more are added.
func (b *Batch) Full() bool { return b.bytes >= full }

// Keep makes what was added durable and empties the batch. After an error
// nothing was kept, and everything is still in the batch.
func (b *Batch) Keep(ctx context.Context) error {
	if len(b.samples) == 0 {
		return nil
	}
	if err := b.in.To.Append(ctx, b.samples); err != nil {
		return err
	}
	clear(b.samples)
	b.samples, b.bytes = b.samples[:0], 0
	return nil
}

// Tally is what became of texts.
type Tally struct {
	Taken         int // documents whose data are kept
	ParsingErrors int
	Invalid       int // documents whose metrics break a rule
}

// Take keeps the data of those texts that are documents, and counts those that
// are wrong. The only error is that the data cannot be kept.
func (in *Intake) Take(ctx context.Context, now time.Time, t metric.Tenant, n int, text func(i int) string) (Tally, error) {
	var out Tally
	b := in.Batch(t)
	for i := range n {
		out.note(b.Add(now, text(i)))
		if b.Full() {
			if err := b.Keep(ctx); err != nil {
				return out, err
			}
		}
	}
	return out, b.Keep(ctx)
}

func (t *Tally) note(found bool, err error) {
	var e *Error
	switch {
	case !found:
	case err == nil:
		t.Taken++
	case errors.As(err, &e) && e.Validation:
		t.Invalid++
	default:
		t.ParsingErrors++
	}
}
