package runtime

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// The Runtime API's headers (Lambda developer guide, "Using the Lambda
// runtime API").
const (
	headerRequestID = "Lambda-Runtime-Aws-Request-Id"
	headerDeadline  = "Lambda-Runtime-Deadline-Ms"
	headerARN       = "Lambda-Runtime-Invoked-Function-Arn"
	headerTrace     = "Lambda-Runtime-Trace-Id"
	headerClient    = "Lambda-Runtime-Client-Context"
	headerErrorType = "Lambda-Runtime-Function-Error-Type"
	headerErrorBody = "Lambda-Runtime-Function-Error-Body" // a trailer of streamed answers, base64
)

// maxRefusedBody is read of an answer that is too long, so that its sender
// hears 413 instead of a broken connection.
const maxRefusedBody = 64 << 20

// api serves the Runtime API to one environment, on a loopback port of its
// own: clients take AWS_LAMBDA_RUNTIME_API as host:port, some of them without
// a path.
type api struct {
	*exchange
	arn      string
	listener net.Listener
	server   *http.Server
	serving  sync.WaitGroup
}

func serve(x *exchange, arn string, log *slog.Logger) (*api, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a := &api{exchange: x, arn: arn, listener: listener}
	a.server = &http.Server{
		Handler: a.routes(), ConnState: a.count, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	a.serving.Go(func() { _ = a.server.Serve(ownedListener{listener}) })
	return a, nil
}

// count lets close wait for each connection's goroutine.
func (a *api) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		a.serving.Add(1)
	case http.StateClosed, http.StateHijacked:
		a.serving.Done()
	}
}

// address is what AWS_LAMBDA_RUNTIME_API says.
func (a *api) address() string { return a.listener.Addr().String() }

// close ends connections and waits for their handlers; the exchange has ended.
func (a *api) close() {
	_ = a.server.Close()
	a.serving.Wait()
}

func (a *api) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", a.getNext)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", a.postResponse)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", a.postError)
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", a.postInitError)
	return mux
}

func (a *api) getNext(w http.ResponseWriter, r *http.Request) {
	inv, err := a.next(r.Context())
	switch {
	case errors.Is(err, context.Canceled):
		return
	case err != nil:
		a.refuse(w, err, "Ready")
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set(headerRequestID, inv.RequestID)
	h.Set(headerDeadline, strconv.FormatInt(inv.deadline.UnixMilli(), 10))
	h.Set(headerARN, cmp.Or(inv.Arn, a.arn))
	if inv.Trace != "" {
		h.Set(headerTrace, inv.Trace)
	}
	if inv.ClientContext != "" {
		h.Set(headerClient, inv.ClientContext)
	}
	h.Set("Content-Length", strconv.Itoa(len(inv.Payload)))
	_, _ = w.Write(inv.Payload)
}

func (a *api) postResponse(w http.ResponseWriter, r *http.Request) {
	body, ok := a.read(w, r)
	if !ok {
		return
	}
	given := answer{payload: body}
	if kind := r.Trailer.Get(headerErrorType); kind != "" { // a streamed answer that failed on its way
		text, _ := base64.StdEncoding.DecodeString(r.Trailer.Get(headerErrorBody))
		given = failed(kind, text)
	}
	a.accept(w, a.reply(r.PathValue("id"), given), "InvocationResponse")
}

func (a *api) postError(w http.ResponseWriter, r *http.Request) {
	if body, ok := a.read(w, r); ok {
		a.accept(w, a.reply(r.PathValue("id"), failed(r.Header.Get(headerErrorType), body)), "InvocationErrorResponse")
	}
}

func (a *api) postInitError(w http.ResponseWriter, r *http.Request) {
	if body, ok := a.read(w, r); ok {
		a.accept(w, a.failInit(failed(r.Header.Get(headerErrorType), body)), "InitError")
	}
}

// failed takes an error as a runtime words it. One that is not JSON is worded
// anew from its header and text (inferred).
func failed(kind string, body []byte) answer {
	if !json.Valid(body) {
		body = failure{Type: kind, Message: string(body)}.payload()
	}
	return answer{payload: body, failed: true, kind: kind}
}

// read takes a body; when it is too long the call has failed.
func (a *api) read(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxAnswer+1))
	switch {
	case err != nil:
		writeError(w, http.StatusBadRequest, "TruncatedHTTPRequest", "HTTP request detected as truncated")
		return nil, false
	case len(body) > MaxAnswer:
		_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, maxRefusedBody))
		a.tooLarge(w, r.PathValue("id"))
		return nil, false
	}
	return body, true
}

func (a *api) tooLarge(w http.ResponseWriter, id string) {
	const kind = "Function.ResponseSizeTooLarge"
	text := fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", MaxAnswer)
	if err := a.reply(id, failed(kind, failure{Type: kind, Message: text}.payload())); err != nil {
		a.refuse(w, err, "InvocationResponse")
		return
	}
	writeError(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", fmt.Sprintf("Exceeded maximum allowed payload size (%d bytes).", MaxAnswer))
}

func (a *api) accept(w http.ResponseWriter, err error, step string) {
	if err != nil {
		a.refuse(w, err, step)
		return
	}
	writeJSON(w, http.StatusAccepted, map[string]string{"status": "OK"})
}

// refuse answers as AWS's runtime interface emulator does, in code, type and text.
func (a *api) refuse(w http.ResponseWriter, err error, step string) {
	switch {
	case errors.Is(err, errID):
		writeError(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
	case errors.Is(err, errState):
		a.mu.Lock()
		from := a.phase
		a.mu.Unlock()
		writeError(w, http.StatusForbidden, "InvalidStateTransition", fmt.Sprintf("Transition from %s to %s is not allowed.", from, step))
	default: // the environment ends
		writeError(w, http.StatusInternalServerError, "InternalServerError", "Internal Server Error")
	}
}

func writeError(w http.ResponseWriter, status int, kind, text string) {
	writeJSON(w, status, failure{Type: kind, Message: text})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
