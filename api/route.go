package api

import (
	"mime"
	"net/http"
	"net/url"
	"strings"

	"skywatch/api/sigv4"
	"skywatch/api/wire"
	"skywatch/internal/fault"
)

// target is what a request asks for.
type target struct {
	protocol wire.Protocol
	service  *wire.Service
	name     string            // the operation as asked for
	op       *Operation        // nil: the service has no such operation
	labels   map[string]string // values of the path's labels, in REST-JSON
}

// rpc reports whether the protocol is one of the JSON and CBOR family.
func (t target) rpc() bool {
	return t.protocol == wire.CBOR || t.protocol == wire.JSON10 || t.protocol == wire.JSON11
}

// known returns the operation's name where it is one of the model's: a name
// that a client made up must not become a label of our own metrics.
func (t target) known() string {
	if t.op == nil {
		return ""
	}
	return t.name
}

// all lists the services in the order in which an ambiguous request is
// matched.
var all = []*wire.Service{monitoring, events, scheduling, functions, messaging, queueing, logging, streaming, scalingService, appScaling, tokens, users, machines, links, taggedThings}

// route finds protocol, service and operation, in the order of cloudwatch.md
// 1.1. Also on an error the target says how to answer.
func (h *Handler) route(q *request) (target, error) {
	t := guess(q.http)
	switch t.protocol {
	case wire.Query:
		form := actionForm(q)
		t.name = form.Get("Action")
		t.service = h.queryService(q.http, form)
		if t.name == "" {
			// curl -d says that everything it sends is a form.
			if rest, err := h.restRoute(q.http); err == nil {
				return rest, nil
			}
			return t, fault.New(fault.MissingAction, "The request must contain the parameter Action.")
		}
		if t.service.EC2 {
			t.protocol = wire.EC2Query
		}
		if v := form.Get("Version"); v != "" && v != t.service.Version {
			return t, unknownAction(t.name, v)
		}
		if t.service.XMLNamespace == "" { // it never spoke Query
			return t, unknownAction(t.name, t.service.Version)
		}
	case wire.CBOR:
		if q.http.Header.Get("Smithy-Protocol") != "rpc-v2-cbor" {
			return t, fault.New(fault.UnknownOperation, "The header smithy-protocol must be rpc-v2-cbor.")
		}
		switch service, _, ok := cborPath(q.http.URL.Path); {
		case !ok:
			return t, fault.New(fault.UnknownOperation, "The path of a CBOR request must end in /service/<service>/operation/<operation>.")
		case service != t.service.TargetPrefix:
			return t, fault.New(fault.UnknownOperation, "The service %q is not known.", service)
		}
	case wire.RESTJSON:
		return h.restRoute(q.http)
	default:
		if !strings.HasPrefix(q.http.Header.Get("X-Amz-Target"), t.service.TargetPrefix+".") {
			return t, fault.New(fault.UnknownOperation, "The target %q is not known.", q.http.Header.Get("X-Amz-Target"))
		}
	}
	t.op = h.services[t.service][t.name]
	return t, nil
}

// guess finds what can be told from the request line and the headers.
func guess(r *http.Request) target {
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	amz := r.Header.Get("X-Amz-Target")
	service, op, ok := cborPath(r.URL.Path)
	switch {
	case ok || r.Header.Get("Smithy-Protocol") == "rpc-v2-cbor":
		return target{protocol: wire.CBOR, service: byPrefix(service), name: op}
	case amz != "":
		prefix, op, _ := strings.Cut(amz, ".")
		p := wire.JSON10
		if mediaType == "application/x-amz-json-1.1" {
			p = wire.JSON11
		}
		return target{protocol: p, service: byPrefix(prefix), name: op}
	case mediaType == "application/x-www-form-urlencoded" || r.URL.Query().Has("Action") || r.Method == http.MethodGet && r.URL.Path == "/":
		return target{protocol: wire.Query, service: monitoring}
	}
	return target{protocol: wire.RESTJSON, service: monitoring}
}

// cborPath matches the tail of an RPC v2 path, whatever is in front of it.
func cborPath(path string) (service, op string, ok bool) {
	parts := strings.Split(path, "/")
	if n := len(parts); n >= 4 && parts[n-4] == "service" && parts[n-2] == "operation" {
		return parts[n-3], parts[n-1], true
	}
	return "", "", false
}

// byPrefix finds a service by what its operations' names begin with. Those that
// speak only REST-JSON have no such prefix: an empty one names nobody.
func byPrefix(prefix string) *wire.Service {
	for _, s := range all {
		if s.TargetPrefix == prefix && prefix != "" {
			return s
		}
	}
	return monitoring
}

// actionForm returns Action and Version, from the query string or the body.
func actionForm(q *request) url.Values {
	form := q.http.URL.Query()
	if form.Get("Action") != "" {
		return form
	}
	for pair := range strings.SplitSeq(string(q.body), "&") {
		k, v, _ := strings.Cut(pair, "=")
		if k == "Action" || k == "Version" {
			if v, err := url.QueryUnescape(v); err == nil {
				form.Set(k, v)
			}
		}
	}
	return form
}

// queryService picks the service of a Query request: by the credential scope,
// then by the API version, which is different for each of ours, then by the
// operation (the links in a topic's messages carry nothing else).
func (h *Handler) queryService(r *http.Request, form url.Values) *wire.Service {
	if c, ok, err := sigv4.ParseScope(sigv4.RequestOf(r, nil)); ok && err == nil {
		for _, s := range all {
			if s.SigningName == c.Service {
				return s
			}
		}
	}
	for _, s := range all {
		if v := form.Get("Version"); v == s.Version || v == "" && h.services[s][form.Get("Action")] != nil {
			return s
		}
	}
	return monitoring
}

// unknown is the refusal of an operation that the service does not have or we
// do not offer.
func unknown(t target) error {
	if t.op != nil {
		return fault.New(fault.UnknownOperation, "The operation %s is not offered by this version of Skywatch.", t.name)
	}
	if t.protocol == wire.Query || t.protocol == wire.EC2Query {
		return unknownAction(t.name, t.service.Version)
	}
	return fault.New(fault.UnknownOperation, "The operation %s is not known.", t.name)
}

func unknownAction(name, version string) error {
	return fault.New(fault.UnknownOperation, "Could not find operation %s for version %s", name, version)
}
