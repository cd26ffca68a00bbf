package destination

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"skywatch/targets"
	"skywatch/targets/webhook"
)

// given are the HttpParameters of a rule's target, dynamic values filled in:
// the Parameters of a delivery.
type given struct {
	PathParameterValues   []string
	HeaderParameters      map[string]string
	QueryStringParameters map[string]string
}

// call makes the call of a delivery, whole but for the token of an OAuth
// connection. An error is one of the delivery: no attempt would fare better.
func call(to *Destination, a *Auth, t *storedTemplate, d *targets.Delivery) (webhook.Request, error) {
	r := webhook.Request{Method: to.Method, Total: callTime, Close: true}
	var g given
	if len(d.Parameters) > 0 {
		if err := json.Unmarshal(d.Parameters, &g); err != nil {
			return r, fmt.Errorf("read HttpParameters: %w", err)
		}
	}
	added := a.Invocation
	if added == nil {
		added = &Parameters{}
	}
	form, err := t.shape(d)
	if err != nil {
		return r, err
	}
	if g.PathParameterValues == nil {
		g.PathParameterValues = form.path
	}
	if r.URL, err = address(to.Endpoint, &g, added); err != nil {
		return r, err
	}
	if r.Header, err = headers(&g, added, a, form.contentType, d.ID); err != nil {
		return r, err
	}
	if to.Method != http.MethodGet && to.Method != http.MethodHead { // these have no body (inferred)
		r.Body, err = merge([]byte(form.body), added.Body)
	}
	return r, err
}

// headers are the defaults, then the target's, then the connection's, then
// what cannot be set. kind is the content type of a template, or empty.
func headers(g *given, added *Parameters, a *Auth, kind, id string) (http.Header, error) {
	h := http.Header{}
	h.Set("Content-Type", cmp.Or(kind, contentType))
	for name, value := range g.HeaderParameters {
		if !headerName.MatchString(name) || !sendable(value) {
			return nil, fmt.Errorf("the target's header %q has a name or a value that cannot be sent", name)
		}
		if settable(name) {
			h.Set(name, value)
		}
	}
	set(h, added.Header)
	switch a.Type {
	case Basic:
		h.Set("Authorization", basic(a.Username, a.Password))
	case APIKey:
		h.Set(a.KeyName, a.KeyValue)
	}
	h.Set("User-Agent", userAgent)
	h.Set("Range", "bytes=0-1048575")
	h.Set("Accept-Encoding", "gzip,deflate")
	h.Set(deliveryID, id)
	return h, nil
}

// address is the endpoint with its path parameters filled in, and with the
// query of the target and the connection.
func address(endpoint string, g *given, added *Parameters) (string, error) {
	path, query, _ := strings.Cut(endpoint, "?")
	path, err := fillPath(path, g.PathParameterValues)
	if err != nil {
		return "", err
	}
	if query != "" {
		path += "?" + query
	}
	more := url.Values{}
	for name, value := range g.QueryStringParameters {
		more.Set(name, value)
	}
	each(added.Query, more.Set)
	return withQuery(path, more)
}

// withQuery adds to the query of a URL, over what is there of the same name.
func withQuery(text string, more url.Values) (string, error) {
	if len(more) == 0 {
		return text, nil
	}
	u, err := url.Parse(text)
	if err != nil {
		return "", errors.New("the endpoint is not a URL")
	}
	all := u.Query()
	for name, values := range more {
		all[name] = values
	}
	u.RawQuery = all.Encode()
	return u.String(), nil
}

// fillPath puts the path parameters, escaped, in the place of each * in turn.
// As many as there are places must be given (inferred), and none may lead to
// another path.
func fillPath(path string, values []string) (string, error) {
	parts := strings.Split(path, "*")
	if len(parts)-1 != len(values) {
		return "", fmt.Errorf("the endpoint has %d path parameters, the target gives %d", len(parts)-1, len(values))
	}
	if len(values) == 0 {
		return path, nil
	}
	var b strings.Builder
	b.WriteString(parts[0])
	for i, v := range values {
		if strings.TrimSpace(v) == "" {
			return "", fmt.Errorf("path parameter %d is empty", i+1)
		}
		b.WriteString(url.PathEscape(v))
		b.WriteString(parts[i+1])
	}
	for segment := range strings.SplitSeq(b.String(), "/") {
		if segment == "." || segment == ".." {
			return "", fmt.Errorf("the path parameters make a path with the step %q", segment)
		}
	}
	return b.String(), nil
}
