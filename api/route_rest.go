package api

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"skywatch/api/sigv4"
	"skywatch/api/wire"
	"skywatch/internal/fault"
)

// paths are the operations of one service that speaks REST-JSON, by method and
// number of segments, so that a service of a hundred paths is not tried regexp
// by regexp; where two fit a request the one with fewer labels wins.
type paths map[shapeOfPath][]*path

// shapeOfPath is what requests for an operation have in common at first sight.
type shapeOfPath struct {
	method   string
	segments int
}

// path leads to an operation: /schedules/{Name}.
type path struct {
	operation *Operation
	segments  []string
	labels    int
	query     url.Values // that tells it from another one with the same segments
}

// pathsOf finds the paths of the services that have some.
func pathsOf(tables map[*wire.Service]map[string]*Operation) map[*wire.Service]paths {
	all := map[*wire.Service]paths{}
	for s, ops := range tables {
		found := paths{}
		for _, op := range ops {
			if op.http != nil {
				found.add(op)
			}
		}
		if len(found) > 0 {
			all[s] = found
		}
	}
	return all
}

func (p paths) add(op *Operation) {
	literal, query, _ := strings.Cut(op.http.URI, "?")
	added := &path{operation: op, segments: segments(literal)}
	added.query, _ = url.ParseQuery(query) // the model's
	for _, s := range added.segments {
		if strings.HasPrefix(s, "{") {
			added.labels++
		}
	}
	k := shapeOfPath{op.http.Method, len(added.segments)}
	p[k] = append(p[k], added)
	slices.SortFunc(p[k], func(x, y *path) int { return cmp.Or(x.labels-y.labels, len(y.query)-len(x.query)) })
}

// segments splits an escaped path. A slash at its end says nothing.
func segments(escaped string) []string {
	return strings.Split(strings.Trim(escaped, "/"), "/")
}

// find returns the operation that a request asks for, and the labels of its
// path. The path is split before it is unescaped: a label may hold a slash.
func (p paths) find(method, escaped string, query url.Values) (*Operation, map[string]string) {
	given := segments(escaped)
	for _, candidate := range p[shapeOfPath{method, len(given)}] {
		if labels, ok := candidate.match(given); ok && candidate.asked(query) {
			return candidate.operation, labels
		}
	}
	return nil, nil
}

// asked reports whether a query has what the path's own has.
func (p *path) asked(query url.Values) bool {
	for name := range p.query {
		if query.Get(name) != p.query.Get(name) {
			return false
		}
	}
	return true
}

func (p *path) match(given []string) (map[string]string, bool) {
	labels := make(map[string]string, p.labels)
	for i, s := range p.segments {
		plain, err := url.PathUnescape(given[i])
		switch {
		case err != nil:
			return nil, false
		case strings.HasPrefix(s, "{") && plain != "":
			labels[strings.Trim(s, "{}")] = plain
		case s != plain:
			return nil, false
		}
	}
	return labels, true
}

// restRoute finds service and operation of a REST-JSON request by its method
// and path, within the service that it is signed for, if it is.
func (h *Handler) restRoute(r *http.Request) (target, error) {
	t := target{protocol: wire.RESTJSON, service: monitoring}
	escaped := strings.TrimPrefix(r.URL.EscapedPath(), h.opts.BasePath)
	scope, signed, err := sigv4.ParseScope(sigv4.RequestOf(r, nil))
	signed = signed && err == nil
	for _, s := range all {
		if h.paths[s] == nil || signed && scope.Service != s.SigningName {
			continue
		}
		if signed {
			t.service = s
		}
		if op, labels := h.paths[s].find(r.Method, escaped, r.URL.Query()); op != nil {
			t.service, t.op, t.name, t.labels = s, op, op.Name, labels
			return t, nil
		}
	}
	if t.service != monitoring {
		return t, fault.New(fault.UnknownOperation, "No operation of the service has the method %s and this path.", r.Method)
	}
	return t, fault.New(fault.UnknownOperation, "The request is of no protocol that is served here: it has no Action, no X-Amz-Target, "+
		"no smithy-protocol header, and no path of a service.")
}
