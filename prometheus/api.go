package prometheus

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/gorilla/mux"

	"skywatch/metric"
	"skywatch/query/promql"
)

// Options of an API.
type Options struct {
	Engine *promql.Engine
	// Append makes samples of remote write durable; after an error that is not
	// known.
	Append func(context.Context, []metric.RawSeries) error
	// Authenticate says whose request it is; its error is told with status 401.
	Authenticate func(r *http.Request, body []byte) (metric.Tenant, error)
	Now          func() time.Time
	Logger       *slog.Logger
}

// API answers the HTTP API. It is safe for concurrent use.
type API struct{ Options }

// New returns an API.
func New(o Options) *API { return &API{o} }

// maxBody bounds the form of a request.
const maxBody = 4 << 20

// Mount adds the paths to r.
func (a *API) Mount(r *mux.Router) {
	for path, answer := range map[string]func(*request) (any, error){
		"/query": a.query, "/query_range": a.queryRange, "/series": a.series, "/labels": a.labels,
		"/format_query": a.format,
	} {
		r.HandleFunc("/api/v1"+path, a.handle(answer)).Methods(http.MethodGet, http.MethodPost)
	}
	for path, answer := range map[string]func(*request) (any, error){
		"/label/{name}/values": a.labelValues, "/metadata": a.metadata, "/status/buildinfo": a.buildInfo,
	} {
		r.HandleFunc("/api/v1"+path, a.handle(answer)).Methods(http.MethodGet)
	}
	r.HandleFunc("/api/v1/write", a.write).Methods(http.MethodPost)
	ready := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "Skywatch is ready.\n") }
	r.HandleFunc("/-/ready", ready).Methods(http.MethodGet, http.MethodHead)
	r.HandleFunc("/-/healthy", ready).Methods(http.MethodGet, http.MethodHead)
}

// request is a request after authentication, with the parameters of its query
// string and its form.
type request struct {
	*http.Request
	promql.Caller
	form url.Values
}

// handle authenticates, reads the parameters, and writes what answer says.
func (a *API) handle(answer func(*request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			a.fail(w, bad("the body cannot be read: %v", err))
			return
		}
		tenant, err := a.Authenticate(r, body)
		if err != nil {
			a.fail(w, &apiError{"unauthorized", http.StatusUnauthorized, err})
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if err := r.ParseForm(); err != nil {
			a.fail(w, bad("the parameters cannot be read: %v", err))
			return
		}
		if err := promql.Bounded(r.Form.Get("query")); err != nil {
			a.fail(w, parameter("query", err))
			return
		}
		data, err := answer(&request{r, promql.Caller{Tenant: tenant, Now: metric.At(a.Now())}, r.Form})
		if err != nil {
			a.fail(w, err)
			return
		}
		a.succeed(w, data)
	}
}
