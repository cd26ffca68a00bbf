package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// answer is what a function answers, as HTTP.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// errAnswer is of a function whose answer cannot be sent.
var errAnswer = errors.New("the function's answer is not in the form of an HTTP answer")

// given is an answer as a function words it.
type given struct {
	StatusCode      json.RawMessage            `json:"statusCode"`
	Headers         map[string]json.RawMessage `json:"headers"`
	Body            *json.RawMessage           `json:"body"`
	Cookies         []string                   `json:"cookies"`
	IsBase64Encoded bool                       `json:"isBase64Encoded"`
}

// read takes an answer of payload format 2.0: an object with a statusCode, or
// any JSON, which is then the body of a 200 (Lambda developer guide, "Response
// payload format").
func read(payload []byte) (answer, error) {
	var g given
	if err := json.Unmarshal(payload, &g); err != nil && isObject(payload) && hasStatus(payload) {
		return answer{}, fmt.Errorf("%w: %w", errAnswer, err)
	}
	if g.StatusCode == nil {
		a := answer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}, body: payload}
		if text, ok := textOf(payload); ok {
			a.body = []byte(text)
		}
		return a, nil
	}
	return g.answer()
}

func isObject(b []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(b), []byte("{")) }

func hasStatus(b []byte) bool {
	var all map[string]json.RawMessage
	return json.Unmarshal(b, &all) == nil && all["statusCode"] != nil
}

func textOf(b json.RawMessage) (text string, ok bool) {
	ok = json.Unmarshal(b, &text) == nil && !bytes.Equal(bytes.TrimSpace(b), []byte("null"))
	return text, ok
}

func (g *given) answer() (a answer, err error) {
	text, ok := textOf(g.StatusCode)
	if !ok {
		text = string(g.StatusCode)
	}
	if a.status, err = strconv.Atoi(text); err != nil || a.status < 200 || a.status > 599 { // 1xx end no answer
		return a, fmt.Errorf("%w: statusCode %s", errAnswer, g.StatusCode)
	}
	a.header = http.Header{"Content-Type": {"application/json"}}
	for name, value := range g.Headers {
		if err := a.put(name, value); err != nil {
			return a, err
		}
	}
	for _, c := range g.Cookies {
		if !sendable(c) {
			return a, fmt.Errorf("%w: a cookie is no header", errAnswer)
		}
		a.header.Add("Set-Cookie", c)
	}
	if g.Body == nil || bytes.Equal(*g.Body, []byte("null")) {
		return a, nil
	}
	if text, ok = textOf(*g.Body); !ok {
		return a, fmt.Errorf("%w: body is no string", errAnswer)
	}
	a.body = []byte(text)
	if g.IsBase64Encoded {
		if a.body, err = base64.StdEncoding.DecodeString(text); err != nil {
			return a, fmt.Errorf("%w: body is not in base64", errAnswer)
		}
	}
	return a, nil
}

// connection are the headers that say how bytes travel: they are not the
// function's (RFC 9110, section 7.6.1).
var connection = map[string]bool{
	"Connection": true, "Keep-Alive": true, "Proxy-Authenticate": true, "Proxy-Connection": true, "Te": true, "Trailer": true,
	"Transfer-Encoding": true, "Upgrade": true, "Content-Length": true,
}

// headerName is a token of RFC 9110.
var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// sendable reports whether a header may have a value: no control character but
// the tab is in it.
func sendable(value string) bool {
	return !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F })
}

// put takes a header; a number or a truth value is its text (inferred).
func (a *answer) put(name string, value json.RawMessage) error {
	text, ok := textOf(value)
	if !ok {
		text = string(value)
	}
	if !ok && strings.ContainsAny(text[:1], "{[n") || !headerName.MatchString(name) || !sendable(text) {
		return fmt.Errorf("%w: header %q", errAnswer, name)
	}
	if !connection[http.CanonicalHeaderKey(name)] {
		a.header.Set(name, text)
	}
	return nil
}
