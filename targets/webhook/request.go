package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Request is one call.
type Request struct {
	Method string // empty: POST
	URL    string
	Header http.Header
	Body   []byte
	// Total bounds the whole call; 0: as the client does.
	Total time.Duration
	// Close ends the connection after the call and says so to the receiver.
	Close bool
	// MaxAnswer is how much of the answer's body is read; 0: 4 KiB.
	MaxAnswer int64
}

// Post sends body to target once. Any answer is a success of Post.
func (c *Client) Post(ctx context.Context, target string, header http.Header, body []byte) (Answer, error) {
	return c.Do(ctx, Request{URL: target, Header: header, Body: body})
}

// Do makes a call once. Any answer is a success of Do. Its errors do not hold
// the URL, which may hold secrets.
func (c *Client) Do(ctx context.Context, r Request) (Answer, error) {
	u, err := parse(r.URL)
	if err != nil {
		return Answer{}, err
	}
	if r.Total == 0 {
		r.Total = c.Total
	}
	ctx, cancel := context.WithTimeout(ctx, r.Total)
	defer cancel()
	req, err := r.request(ctx, u)
	if err != nil {
		return Answer{}, err
	}
	t := c.secure
	if u.Scheme == "http" {
		t = c.plain
	}
	res, err := t.RoundTrip(req) // a Transport follows no redirects
	if err != nil {
		return Answer{}, err
	}
	return read(res, r.MaxAnswer)
}

func (r *Request) request(ctx context.Context, u *url.URL) (*http.Request, error) {
	method := r.Method
	if method == "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(r.Body))
	if err != nil {
		return nil, withoutURL(err)
	}
	req.Close = r.Close
	if req.Header = r.Header; req.Header == nil {
		req.Header = http.Header{}
	}
	if user := u.User; user != nil {
		password, _ := user.Password()
		req.SetBasicAuth(user.Username(), password)
	}
	return req, nil
}

// parse reads a URL and refuses what no address can make right.
func parse(target string) (*url.URL, error) {
	u, err := url.Parse(target)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEgress, withoutURL(err))
	}
	return u, checkURL(u)
}

// withoutURL takes the URL out of an error of url.Parse: it may hold a password.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
