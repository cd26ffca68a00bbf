package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"skywatch/api/wire"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// Caller is who sent a request, as far as its signature says.
type Caller struct {
	metric.Tenant
	AccessKeyID string
	// Service is the signing name in the credential scope, empty where the
	// request has none.
	Service string
	// Signed is false for a request without any signature.
	Signed bool
	// Verified says that the signature was checked and is good.
	Verified bool
	// Payload is the SHA-256 of the body as sent.
	Payload [sha256.Size]byte
}

// mustBeFor refuses a good signature that was made for another service.
func (c Caller) mustBeFor(s *wire.Service) error {
	if c.Verified && c.Service != s.SigningName {
		return fault.New(fault.BadSignature, "Credential should be scoped to correct service: '%s'.", s.SigningName)
	}
	return nil
}

// Authenticator says who sent a request. In enforced mode an unsigned or badly
// signed request is a fault of one of the authentication kinds; allowUnsigned
// is set where the operation takes unsigned calls too.
type Authenticator interface {
	Authenticate(r *http.Request, body []byte, allowUnsigned bool) (Caller, error)
}

// Options are what a Handler needs beside the rooms.
type Options struct {
	Auth   Authenticator
	Logger *slog.Logger
	Now    func() time.Time
	// PublicURL replaces the URL at which callers reach us, where set.
	PublicURL string
	// BasePath precedes the paths of REST-JSON requests ("/sky"), where set; the
	// other protocols do not look at what is in front.
	BasePath string
	// MaxInFlight bounds the requests that are worked on, and idleShare times
	// as many those that only arrive or wait; a request beyond is answered with
	// Throttling.
	MaxInFlight int
	// Stopping, where set, ends when the server begins to stop: operations that
	// only wait for something to come are answered then with what there is.
	Stopping context.Context
	// Called, where set, hears of every call that changed something, or tried to,
	// before it is answered.
	Called func(context.Context, APICall)
	// Observe, where set, hears of every answered request.
	Observe func(Answer)
}

// Answer tells of a request that was answered.
type Answer struct {
	Service   string
	Operation string
	Protocol  wire.Protocol
	Code      string // empty: success
	Status    int
	Took      time.Duration
	BodyBytes int
}

// Handler answers the AWS protocols. It is safe for concurrent use.
type Handler struct {
	opts     Options
	services map[*wire.Service]map[string]*Operation
	paths    map[*wire.Service]paths // of the services that speak REST-JSON
	// Requests whose body is on its way, that are worked on, and that wait.
	arriving, working, waiting slots
	// Packages of functions on their way: they take much memory.
	packages slots
}

// NewHandler returns a handler of the operations that the rooms make possible.
func NewHandler(rooms Rooms, o Options) *Handler {
	tables := rooms.tables()
	return &Handler{
		opts: o, services: tables, paths: pathsOf(tables),
		packages: newSlots(mostPackages),
		arriving: newSlots(idleShare * o.MaxInFlight), working: newSlots(o.MaxInFlight), waiting: newSlots(idleShare * o.MaxInFlight),
	}
}

// request is a request on its way through the handler.
type request struct {
	http    *http.Request
	body    []byte // decompressed
	id      string
	target  target
	started time.Time // by the machine's clock
	read    int       // bytes of the body as sent
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := &request{http: r, id: uuid.NewString(), started: time.Now()}
	extra := make(http.Header)
	out, err := h.answer(q, extra)
	resp, code := h.encode(q, out, err)
	h.send(w, q, resp, extra)
	if h.opts.Observe != nil {
		h.opts.Observe(Answer{
			Service: q.target.service.SigningName, Operation: q.target.known(), Protocol: q.target.protocol,
			Code: code, Status: resp.Status, Took: time.Since(q.started), BodyBytes: q.read,
		})
	}
}

// answer works a request up to the output of its operation.
func (h *Handler) answer(q *request, extra http.Header) (out any, err error) {
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, fmt.Errorf("operation %s panicked: %v", q.target.name, p)
		}
	}()
	sent, err := h.receive(q)
	if err != nil {
		if q.target = guess(q.http); q.target.protocol == wire.RESTJSON {
			q.target, _ = h.restRoute(q.http) // the answer is in the words of its service
		}
		return nil, err
	}
	q.target, err = h.route(q)
	if err != nil {
		return nil, err
	}
	op := q.target.op
	caller, err := h.opts.Auth.Authenticate(q.http, sent, op != nil && op.unsigned)
	if err == nil {
		err = caller.mustBeFor(q.target.service)
	}
	if err != nil {
		return nil, err
	}
	if op == nil {
		return nil, unknown(q.target)
	}
	return h.call(q, op, caller, extra)
}

// receive reads the body, which a client may send as slowly as it likes.
func (h *Handler) receive(q *request) (sent []byte, err error) {
	release, err := h.arriving.take()
	if err != nil {
		return nil, err
	}
	defer release()
	if bodyLimit(q.http) > maxPayloadBody {
		release, err := h.packages.take()
		if err != nil {
			return nil, err
		}
		defer release()
	}
	return readBody(q)
}

func (h *Handler) call(q *request, op *Operation, caller Caller, extra http.Header) (any, error) {
	stage := h.working
	if op.waits {
		stage = h.waiting
	}
	release, err := stage.take()
	if err != nil {
		return nil, err
	}
	defer release()
	in := op.newInput()
	request := &wire.Request{Method: q.http.Method, Labels: q.target.labels, Form: q.http.URL.Query(), Header: q.http.Header, Body: q.body}
	if err := q.target.protocol.Decode(&op.Operation, request, in); err != nil {
		return nil, err
	}
	if op.handle == nil {
		return nil, unknown(q.target)
	}
	out, err := h.perform(q, op, caller, extra, request, in)
	h.tell(q, op, caller, in, out, err)
	return out, err
}

// perform checks the input and does what it asks for.
func (h *Handler) perform(q *request, op *Operation, caller Caller, extra http.Header, request *wire.Request, in any) (any, error) {
	if err := op.check(in); err != nil {
		return nil, err
	}
	ctx := q.http.Context()
	if op.waits && h.opts.Stopping != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(h.opts.Stopping, cancel)()
	}
	return op.handle(ctx, &Call{
		Tenant: caller.Tenant, Now: h.opts.Now(), RequestID: q.id, AccessKeyID: caller.AccessKeyID, payload: caller.Payload,
		BaseURL: h.baseURL(q.http), BasePath: h.opts.BasePath, Header: q.http.Header, Response: extra,
		sent: func(member string) bool { return q.target.protocol.Sent(request, member) },
	}, in)
}

func (h *Handler) baseURL(r *http.Request) string {
	if h.opts.PublicURL != "" {
		return h.opts.PublicURL
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// encode makes the response of an output or an error and logs what is ours to
// mend. code is empty for success.
func (h *Handler) encode(q *request, out any, err error) (resp wire.Response, code string) {
	t := q.target
	if err == nil {
		resp, err = t.protocol.Encode(&t.op.Operation, q.id, out)
		if err == nil {
			return resp, ""
		}
	}
	e := wireError(t.service, err)
	if e.Status >= http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
		h.opts.Logger.Error("request failed", "operation", t.name, "request_id", q.id, "err", err)
	}
	queryMode := q.http.Header.Get("X-Amzn-Query-Mode") == "true"
	if t.rpc() && t.service.QueryCompatible && !queryMode && e.Sender && !early(e.Status) {
		// Clients that do not know the query codes get 400 for every fault of
		// theirs (cloudwatch.md 1.6, recorded).
		e.Status = http.StatusBadRequest
	}
	resp = t.protocol.EncodeError(t.service, q.id, e)
	if t.rpc() && t.service.QueryCompatible && queryMode {
		who := "Sender"
		if !e.Sender {
			who = "Receiver"
		}
		resp.Header.Set("X-Amzn-Query-Error", e.Code+";"+who)
	}
	return resp, e.Code
}

// early reports whether a status is of a refusal that comes before the
// operation is reached, from who asks or how large the body is. It is the same
// for every client (cloudwatch.md 1.7 and 2, design.md section 2).
func early(status int) bool {
	return status == http.StatusForbidden || status == http.StatusRequestEntityTooLarge
}

// requestIDHeader is spelled as AWS sends it, which is not Go's canonical form.
const requestIDHeader = "x-amzn-RequestId"

func (h *Handler) send(w http.ResponseWriter, q *request, resp wire.Response, extra http.Header) {
	header := w.Header()
	for k, v := range extra {
		header[k] = v
	}
	for k, v := range resp.Header {
		header[k] = v
	}
	header[requestIDHeader] = []string{q.id}
	header.Set("Content-Length", strconv.Itoa(len(resp.Body)))
	w.WriteHeader(resp.Status)
	if _, err := w.Write(resp.Body); err != nil {
		h.opts.Logger.Debug("answer not sent", "request_id", q.id, "err", err)
	}
}
