package otlp

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gorilla/mux"

	"skywatch/ingest"
	"skywatch/metric"
)

// Options of a Receiver.
type Options struct {
	// Check brings rows into normal form: ingest.Ingester's Samples.
	Check func(now time.Time, t metric.Tenant, rows []ingest.Row) ([]metric.Sample, error)
	// AppendOnce (as in ingest.BatchAppender) and AppendRaw make data durable; after
	// an error that is not known.
	AppendOnce func(context.Context, metric.BatchID, []metric.Sample) (repeated bool, err error)
	AppendRaw  func(context.Context, []metric.RawSeries) error
	// Authenticate says whose request it is; its error is told with status 401.
	Authenticate func(r *http.Request, body []byte) (metric.Tenant, error)
	Now          func() time.Time
	Logger       *slog.Logger
}

// Receiver answers OTLP/HTTP. It is safe for concurrent use.
type Receiver struct {
	Options
	working chan struct{} // holds one element for each request under way

	taken, refused atomic.Int64 // points
}

// Stats are counts of points since the start.
type Stats struct{ Taken, Refused int64 }

// Stats tells how many points were stored and how many were refused.
func (rc *Receiver) Stats() Stats { return Stats{rc.taken.Load(), rc.refused.Load()} }

// maxWorking bounds the requests under way. One more is asked to come again.
const maxWorking = 64

// storeWait is how long a request waits for the store: less than the ten seconds
// that senders wait for the answer (the SDKs' OTEL_EXPORTER_OTLP_TIMEOUT).
const storeWait = 8 * time.Second

// New returns a Receiver.
func New(o Options) *Receiver { return &Receiver{Options: o, working: make(chan struct{}, maxWorking)} }

// Mount adds the path to r.
func (rc *Receiver) Mount(r *mux.Router) {
	r.HandleFunc("/v1/metrics", rc.serve).Methods(http.MethodPost)
}

// serve answers in the encoding of the request.
func (rc *Receiver) serve(w http.ResponseWriter, r *http.Request) {
	enc, err := encodingOf(r.Header.Get("Content-Type"))
	if err == nil {
		err = rc.receive(w, r, enc)
	}
	if err != nil {
		refuse(w, enc, err)
	}
}

// receive takes a request, or says why not.
func (rc *Receiver) receive(w http.ResponseWriter, r *http.Request, enc encoding) error {
	select {
	case rc.working <- struct{}{}:
		defer func() { <-rc.working }()
	default:
		return &refusal{http.StatusTooManyRequests, "there are too many requests at once"}
	}
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	tenant, err := rc.Authenticate(r, body)
	if err != nil {
		return &refusal{http.StatusUnauthorized, err.Error()}
	}
	plain, err := decompress(r.Header.Get("Content-Encoding"), body)
	if err != nil {
		return err
	}
	request, err := enc.decode(plain)
	if err != nil {
		return err
	}
	in := &intake{check: rc.Check, tenant: tenant, now: rc.Now()}
	in.request(request)
	if err := rc.store(r.Context(), in, batchOf(tenant, plain)); err != nil {
		return err
	}
	rc.taken.Add(in.points - in.rejected)
	rc.refused.Add(in.rejected)
	accept(w, enc, in)
	return nil
}

// batchOf knows a request again by its bytes. The protocol has no word for it and
// needs none: each point carries its time in nanoseconds, and of one stream and
// interval there is one point (the data model's single writer).
func batchOf(t metric.Tenant, body []byte) metric.BatchID {
	o := ingest.Origin{Tenant: t, Door: "OTLP", Invocation: "body", Payload: sha256.Sum256(body)}
	return o.BatchID()
}

// store makes what was taken durable, raw series first: see the package's
// promises.
func (rc *Receiver) store(ctx context.Context, in *intake, batch metric.BatchID) error {
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	err := rc.AppendRaw(ctx, in.raw)
	if err == nil {
		_, err = rc.AppendOnce(ctx, batch, in.samples)
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return &refusal{http.StatusTooManyRequests, "the store is behind"}
	case err != nil:
		rc.Logger.Error("metrics of OTLP cannot be stored", "err", err)
		return &refusal{http.StatusServiceUnavailable, "the metrics cannot be stored now"}
	}
	return nil
}
