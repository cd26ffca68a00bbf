package otlp_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/mux"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/prompb"

	"skywatch/ingest"
	"skywatch/metric"
	"skywatch/otlp"
)

var (
	tenant = metric.Tenant{Account: "000000000000", Region: "us-east-1"}
	noon   = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
)

// house is the receiver with a store that keeps what it gets.
type house struct {
	http.Handler
	receiver *otlp.Receiver
	raw      []metric.RawSeries
	samples  []metric.Sample
	order    []string // of the stores
	batches  []metric.BatchID
	deny     error  // of Authenticate
	before   func() // runs in Authenticate
	mu       sync.Mutex
	rawErr   error
	err      error
}

func newHouse() *house {
	h := &house{}
	r := mux.NewRouter()
	h.receiver = otlp.New(otlp.Options{
		Check: ingest.New(nil, ingest.Options{}).Samples,
		AppendOnce: func(_ context.Context, batch metric.BatchID, all []metric.Sample) (bool, error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.samples, h.order, h.batches = append(h.samples, all...), append(h.order, "statistic"), append(h.batches, batch)
			return false, h.err
		},
		AppendRaw: func(_ context.Context, all []metric.RawSeries) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.raw, h.order = append(h.raw, all...), append(h.order, "raw")
			return h.rawErr
		},
		Authenticate: func(*http.Request, []byte) (metric.Tenant, error) {
			if h.before != nil {
				h.before()
			}
			return tenant, h.deny
		},
		Now: func() time.Time { return noon }, Logger: slog.New(slog.DiscardHandler),
	})
	h.receiver.Mount(r)
	h.Handler = r
	return h
}

// post sends a body with headers, given as names and values.
func (h *house) post(body []byte, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/v1/metrics", bytes.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func (h *house) json(body string) *httptest.ResponseRecorder {
	return h.post([]byte(body), "Content-Type", "application/json")
}

// take tells what was stored since the last time.
func (h *house) take(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, s := range h.raw {
		for _, r := range s.Samples {
			fmt.Fprintf(&b, "raw %s%s %s %s\n", s.ID.Name, told(s.ID.Dimensions), since(r.Time), rawValue(t, r))
		}
	}
	for i := range h.samples {
		s := &h.samples[i]
		fmt.Fprintf(&b, "datum %s:%s%s %s %s n=%g sum=%.6g min=%.6g max=%.6g", s.ID.Namespace, s.ID.Name, told(s.ID.Dimensions), since(s.Time), s.Unit, s.Set.SampleCount, s.Set.Sum, s.Set.Minimum, s.Set.Maximum)
		for _, w := range s.Values {
			fmt.Fprintf(&b, " %.6g×%g", w.Value, w.Count)
		}
		if s.Incomplete {
			b.WriteString(" and hidden values")
		}
		b.WriteString("\n")
	}
	h.raw, h.samples, h.order = nil, nil, nil
	return b.String()
}

func rawValue(t *testing.T, r metric.RawSample) string {
	t.Helper()
	switch {
	case r.Histogram != nil:
		var m prompb.Histogram
		if err := m.Unmarshal(r.Histogram.Encoded); err != nil {
			t.Fatal(err)
		}
		h := m.ToIntHistogram()
		return fmt.Sprintf("schema=%d %s", h.Schema, h)
	case value.IsStaleNaN(r.Value):
		return "stale"
	}
	return fmt.Sprint(r.Value)
}

func told(ds []metric.Dimension) string {
	if len(ds) == 0 {
		return ""
	}
	var b strings.Builder
	for _, d := range ds {
		fmt.Fprintf(&b, ",%s=%s", d.Name, d.Value)
	}
	return "{" + b.String()[1:] + "}"
}

func since(i metric.Instant) string { return fmt.Sprintf("%+v", i.Time().Sub(noon)) }

func zipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(b)
	_ = z.Close()
	return out.Bytes()
}

func text(w *httptest.ResponseRecorder) string {
	b, _ := io.ReadAll(w.Body)
	return strings.TrimSpace(string(b))
}
