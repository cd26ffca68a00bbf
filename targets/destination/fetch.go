package destination

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"skywatch/targets"
	"skywatch/targets/webhook"
)

const (
	// callTime is how long a call takes at most (user guide, "API
	// destinations").
	callTime = 5 * time.Second
	// maxTokenBytes bounds the answer with a token.
	maxTokenBytes = 64 << 10
)

// fetch asks a client's endpoint for a token. How AWS writes the request is
// not documented; this is RFC 6749, 4.4 with the client's credentials in the
// form. With GET, where the form would be in the URL, they are in the
// Authorization header instead (inferred).
func (s *Service) fetch(ctx context.Context, c *Client) (token, error) {
	r, err := c.request()
	if err != nil {
		return token{}, err
	}
	a, err := s.HTTP.Do(ctx, r)
	if err != nil {
		return token{}, failure(fmt.Errorf("ask the authorization endpoint: %w", err))
	}
	if a.Status/100 != 2 {
		return token{}, refusedClient(a)
	}
	return readToken(a.Body, s.now())
}

func (c *Client) request() (webhook.Request, error) {
	form := url.Values{"grant_type": {"client_credentials"}}
	r := webhook.Request{Method: c.Method, Header: http.Header{}, Total: callTime, Close: true, MaxAnswer: maxTokenBytes}
	r.Header.Set("User-Agent", userAgent)
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if c.Method == http.MethodGet {
		r.Header.Del("Content-Type")
		r.Header.Set("Authorization", basic(url.QueryEscape(c.ID), url.QueryEscape(c.Secret))) // escaped: RFC 6749, 2.3.1
	} else {
		form.Set("client_id", c.ID)
		form.Set("client_secret", c.Secret)
	}
	query := url.Values{}
	if p := c.Parameters; p != nil {
		set(r.Header, p.Header)
		each(p.Body, form.Set)
		each(p.Query, query.Set)
	}
	var err error
	if c.Method == http.MethodGet {
		for name, v := range form {
			query[name] = v
		}
	} else if r.Body, err = encode(form, r.Header.Get("Content-Type")); err != nil {
		return r, err
	}
	r.URL, err = withQuery(c.Endpoint, query)
	return r, err
}

// encode writes a form in the content type that the connection chose: JSON
// where it is that (inferred).
func encode(form url.Values, contentType string) ([]byte, error) {
	if kind, _, err := mime.ParseMediaType(contentType); err != nil || kind != "application/json" {
		return []byte(form.Encode()), nil
	}
	members := map[string]string{}
	for name := range form {
		members[name] = form.Get(name)
	}
	return json.Marshal(members)
}

// knownErrors are those of RFC 6749, 5.2. Nothing else of what an endpoint
// says is passed on: it may repeat what it was sent.
var knownErrors = map[string]bool{
	"invalid_request": true, "invalid_client": true, "invalid_grant": true, "unauthorized_client": true,
	"unsupported_grant_type": true, "invalid_scope": true,
}

// refusedClient is the failure of an answer without a token. It is tried
// again: a client may be let in later.
func refusedClient(a webhook.Answer) error {
	text := fmt.Sprintf("the authorization endpoint answered %d", a.Status)
	var said struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(a.Body, &said) == nil && knownErrors[said.Error] {
		text += " (" + said.Error + ")"
	}
	f := &targets.Failure{Code: targets.ServerError, After: max(0, a.RetryAfter), Err: errors.New(text)}
	switch {
	case a.Status == http.StatusTooManyRequests:
		f.Code = targets.Throttling
	case a.Status/100 == 4:
		f.Code = targets.NoPermissions
	}
	return f
}

// readToken reads the answer of RFC 6749, 5.1.
func readToken(body []byte, now time.Time) (token, error) {
	var said struct {
		Token string          `json:"access_token"`
		Type  string          `json:"token_type"`
		Life  json.RawMessage `json:"expires_in"`
	}
	if json.Unmarshal(body, &said) != nil || !visible(said.Token) {
		return token{}, &targets.Failure{Code: targets.ServerError, Err: errors.New("the authorization endpoint's answer holds no access token")}
	}
	scheme := said.Type
	if scheme == "" || strings.EqualFold(scheme, "bearer") || !headerName.MatchString(scheme) {
		scheme = "Bearer"
	}
	header := scheme + " " + said.Token
	seconds, err := strconv.ParseFloat(strings.Trim(string(said.Life), `"`), 64) // some send it as a string
	if err != nil || seconds != seconds {
		return newToken(header, nil, now), nil
	}
	const longest = 365 * 24 * 3600
	life := time.Duration(min(max(0, seconds), longest) * float64(time.Second))
	return newToken(header, &life, now), nil
}

// visible reports whether a text can stand in a header as it is.
func visible(text string) bool {
	return text != "" && strings.Trim(text, "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~") == ""
}
