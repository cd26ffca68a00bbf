package forward

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Media types of bodies.
const (
	formType   = "application/x-www-form-urlencoded; charset=utf-8"
	json10Type = "application/x-amz-json-1.0"
	json11Type = "application/x-amz-json-1.1"
	restType   = "application/json"
)

// request makes the call's request, unsigned, and returns its body beside it.
func (c *Call) request(ctx context.Context, s service, endpoint string) (*http.Request, []byte, error) {
	method, header, at := http.MethodPost, http.Header{}, endpoint+"/"
	body, err := c.body(s)
	if err != nil {
		return nil, nil, err
	}
	switch s.protocol {
	case query:
		header.Set("Content-Type", formType)
	case json10, json11:
		header.Set("Content-Type", map[protocol]string{json10: json10Type, json11: json11Type}[s.protocol])
		header.Set("X-Amz-Target", s.prefix+"."+c.Action)
	default:
		method, header = cmp.Or(c.Method, method), maps.Clone(c.Header)
		if header == nil {
			header = http.Header{}
		}
		at = endpoint + "/" + strings.TrimPrefix(c.Path, "/") // escaped already
		if len(c.Query) > 0 {
			at += "?" + c.Query.Encode()
		}
		if len(body) > 0 && header.Get("Content-Type") == "" {
			header.Set("Content-Type", restType)
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, at, bytes.NewReader(body))
	if err != nil {
		return nil, nil, fmt.Errorf("make request: %w", err)
	}
	req.Header = header
	return req, body, nil
}

func (c *Call) body(s service) ([]byte, error) {
	switch {
	case s.protocol == query:
		form := url.Values{"Action": {c.Action}, "Version": {s.version}}
		for _, name := range slices.Sorted(maps.Keys(c.Form)) {
			form[name] = c.Form[name]
		}
		return []byte(form.Encode()), nil
	case s.protocol == rest && c.Input == nil:
		return c.Body, nil
	case c.Input == nil:
		return []byte("{}"), nil
	}
	body, err := json.Marshal(c.Input)
	if err != nil {
		return nil, fmt.Errorf("write the input of %s: %w", c.Action, err)
	}
	return body, nil
}
