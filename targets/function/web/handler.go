package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"skywatch/internal/fault"
	"skywatch/targets/function"
	"skywatch/targets/function/runtime"
)

// Functions are those that have URLs: a *function.Service.
type Functions interface {
	URLOf(id string) (function.URL, error)
	Invoke(ctx context.Context, c function.Call) (function.Answer, error)
}

// Caller is who signed a request.
type Caller struct{ Account, Region, AccessKeyID string }

// Gate says who may send what.
type Gate interface {
	// Guard refuses what a web page of another origin sends, where requests need
	// no signature; allowed are the origins that the URL's owner lets in, and own
	// says that the request's host is the URL's own. sandbox says that pages of
	// this host must be kept from the server's other paths.
	Guard(r *http.Request, own bool, allowed func(origin string) bool) (sandbox bool, err error)
	// Signed says who signed a request for Lambda; a fault where nobody did.
	Signed(r *http.Request, body []byte) (Caller, error)
}

// Options are what a Handler works with.
type Options struct {
	Functions Functions
	Gate      Gate
	// BasePath precedes URLPath.
	BasePath string
	Now      func() time.Time
	Logger   *slog.Logger
}

const (
	// mostAtOnce bounds the requests that are read or wait for their function:
	// each may hold a payload and an answer.
	mostAtOnce = 64
	// maxBody is the longest body: the event that it becomes is held against the
	// limit of payloads.
	maxBody = runtime.MaxPayload
)

// Handler answers requests to function URLs. It is safe for concurrent use.
type Handler struct {
	Options
	slots chan struct{}
}

// NewHandler returns a Handler.
func NewHandler(o Options) *Handler {
	return &Handler{Options: o, slots: make(chan struct{}, mostAtOnce)}
}

// Serves reports whether a request is for a function URL.
func (h *Handler) Serves(r *http.Request) bool {
	_, ok := parse(r, h.BasePath)
	return ok
}

// sandbox keeps a page from being of this server's origin, whose pages may call
// the AWS protocols while these take unsigned requests: a browser takes it for
// one of no origin.
const sandbox = "sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts"

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := uuid.NewString()
	w.Header()["x-amzn-RequestId"] = []string{id} // as AWS spells it
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	default:
		h.refuse(w, id, fault.New(fault.Throttled, "Rate Exceeded."))
		return
	}
	a, _ := parse(r, h.BasePath)
	u, err := h.Functions.URLOf(a.id)
	if err != nil {
		h.refuse(w, id, err)
		return
	}
	boxed, err := h.Gate.Guard(r, a.own, func(origin string) bool { return allows(u.Cors, origin) })
	if err != nil {
		h.refuse(w, id, err)
		return
	}
	origin := r.Header.Get("Origin")
	if u.Cors != nil && preflight(r) {
		permit(u.Cors, origin, w.Header())
		w.WriteHeader(http.StatusOK)
		return
	}
	got, err := h.invoke(w, r, &u, a, id)
	if err != nil {
		share(u.Cors, origin, w.Header())
		h.refuse(w, id, err)
		return
	}
	if u.Cors != nil {
		share(u.Cors, origin, got.header)
	}
	if boxed {
		got.header.Add("Content-Security-Policy", sandbox)
	}
	h.send(w, id, &got)
}

// invoke has the function answer a request.
func (h *Handler) invoke(w http.ResponseWriter, r *http.Request, u *function.URL, a address, id string) (got answer, err error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return got, fault.New(fault.TooLarge, "Request Entity Too Large")
	case err != nil:
		return got, fault.New(fault.Malformed, "The body could not be read.")
	}
	var who *Caller
	if u.Auth == function.AuthIAM {
		signed, err := h.Gate.Signed(r, body)
		if err != nil || signed.Account != u.Account || signed.Region != u.Region {
			return got, fault.New(fault.Denied, "Forbidden") // for whatever reason, as AWS
		}
		who = &signed
	}
	payload, err := newEvent(u, a, r, body, who, id, h.Now())
	if err != nil {
		return got, err
	}
	result, err := h.Functions.Invoke(r.Context(), function.Call{
		Name: u.Name, Qualifier: u.Qualifier, Payload: payload, RequestID: id, Trace: r.Header.Get("X-Amzn-Trace-Id"),
	})
	if err != nil {
		return got, err
	}
	if result.Error != "" {
		return got, fmt.Errorf("%w: %.512s", errFunction, result.Payload)
	}
	return read(result.Payload)
}

// errFunction is of a function that ended with an error.
var errFunction = errors.New("the function failed")

// send writes a function's answer.
func (h *Handler) send(w http.ResponseWriter, id string, a *answer) {
	header := w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	if !bodyless(a.status) {
		header.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	if bodyless(a.status) {
		return
	}
	if _, err := w.Write(a.body); err != nil {
		h.Logger.Debug("answer of a function URL not sent", "request_id", id, "err", err)
	}
}

func bodyless(status int) bool {
	return status == http.StatusNoContent || status == http.StatusNotModified
}

// refuse answers without the function's help, or where that was of none. The
// words are AWS's for Forbidden and Internal Server Error.
func (h *Handler) refuse(w http.ResponseWriter, id string, err error) {
	status, text := http.StatusBadGateway, "Internal Server Error"
	f := fault.Of(err)
	switch {
	case errors.Is(err, errFunction), errors.Is(err, errAnswer):
		h.Logger.Debug("function URL", "request_id", id, "err", err)
	case f.Kind == fault.Internal, f.Kind == fault.Unavailable:
		h.Logger.Error("function URL", "request_id", id, "err", err)
	default:
		status, text = statuses[f.Kind], f.Message
		if status == 0 {
			status = http.StatusBadRequest
		}
	}
	header := w.Header()
	if status == http.StatusForbidden {
		header["x-amzn-ErrorType"] = []string{"AccessDeniedException"}
	}
	header.Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(struct{ Message string }{text})
}

var statuses = map[fault.Kind]int{
	fault.NotFound: http.StatusNotFound, fault.Denied: http.StatusForbidden, fault.Throttled: http.StatusTooManyRequests,
	fault.TooLarge: http.StatusRequestEntityTooLarge,
}
