package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// connection are the options of every command that speaks to a server.
type connection struct {
	Endpoint string `help:"URL of the server, with its base path if it has one." default:"http://127.0.0.1:4582" env:"AWS_ENDPOINT_URL" placeholder:"URL"`
	Region   string `help:"Region that the data are in." default:"us-east-1" env:"AWS_REGION,AWS_DEFAULT_REGION" placeholder:"REGION"`
	Unsigned bool   `help:"Do not sign, although there are AWS credentials in the environment."`
	trust    `embed:""`
}

// client sends JSON to the paths below /skywatch/v1.
type client struct {
	base   string // without a slash at its end
	http   *http.Client
	signer *signer // nil: requests are not signed
}

const (
	// requestTimeout bounds one request, its answer included.
	requestTimeout = time.Minute
	// stopGrace is how long a request under way may go on after an interrupt,
	// so that its outcome is known.
	stopGrace = 5 * time.Second
	// answerBytes bounds what is read of an answer.
	answerBytes = 8 << 20
)

func (c *connection) dial(ctx context.Context) (*client, error) {
	u, err := url.Parse(c.Endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("--endpoint: %q is not an http or https URL", c.Endpoint)
	}
	transport, err := c.transport()
	if err != nil {
		return nil, err
	}
	out := &client{base: strings.TrimRight(c.Endpoint, "/"), http: &http.Client{
		Transport: transport,
		// A signature holds for one URL.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if !c.Unsigned {
		if out.signer, err = findSigner(ctx, c.Region); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// refusal is an answer that is not 200.
type refusal struct {
	status  int
	message string
}

func (r *refusal) Error() string { return r.message }

// uncertain reports whether a request that ended in err may have been acted
// on: it was sent, and what came of it is not known.
func uncertain(err error) bool {
	var r *refusal
	if errors.As(err, &r) {
		return r.status >= http.StatusInternalServerError
	}
	var not *unsentError
	var op *net.OpError
	return err != nil && !errors.As(err, &not) && !(errors.As(err, &op) && op.Op == "dial")
}

// unsentError is why a request was not sent.
type unsentError struct{ error }

func (e *unsentError) Unwrap() error { return e.error }

// do sends body, if there is one, and decodes the answer into out. A request
// under way when ctx ends has stopGrace to be answered.
func (c *client) do(ctx context.Context, method, path string, body []byte, out any) error {
	return c.doOnce(ctx, "", method, path, body, out)
}

// invocationHeader carries a word by which the server knows a batch again.
const invocationHeader = "Amz-Sdk-Invocation-Id"

// doOnce is do for what must not be done twice: word is the same in each attempt.
func (c *client) doOnce(ctx context.Context, word, method, path string, body []byte, out any) error {
	return c.send(ctx, func(ctx context.Context) (*http.Request, error) {
		req, err := c.request(ctx, method, path, body)
		if err == nil && word != "" {
			req.Header.Set(invocationHeader, word) // not of the headers that must be signed
		}
		return req, err
	}, out)
}

// send is do of a request that is made within its time.
func (c *client) send(ctx context.Context, prepare func(context.Context) (*http.Request, error), out any) error {
	ctx, cancel := lingering(ctx)
	defer cancel()
	req, err := prepare(ctx)
	if err != nil {
		return &unsentError{err}
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, answerBytes))
	if err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return c.refused(resp, answer)
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("%s does not answer as a Skywatch server: %w", c.base, err)
	}
	return nil
}

// open sends body, if there is one, and returns the answer, which the caller
// closes. However long it takes, it ends with ctx.
func (c *client) open(ctx context.Context, method, path string, body []byte) (*http.Response, error) {
	req, err := c.request(ctx, method, path, body)
	if err != nil {
		return nil, &unsentError{err}
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, answerBytes))
	return nil, errors.Join(c.refused(resp, answer), err, resp.Body.Close())
}

func (c *client) request(ctx context.Context, method, path string, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if len(body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, c.sign(ctx, req, body, signingService)
}

// sign signs a request for a service, if there is a key.
func (c *client) sign(ctx context.Context, req *http.Request, body []byte, service string) error {
	if c.signer == nil {
		return nil
	}
	sum := sha256.Sum256(body)
	return c.signer.sign(ctx, req, hex.EncodeToString(sum[:]), service)
}

// refused makes an error of an answer that is not 200.
func (c *client) refused(resp *http.Response, answer []byte) error {
	var said struct{ Error string }
	_ = json.Unmarshal(answer, &said) // not JSON: not from a Skywatch server
	r := &refusal{resp.StatusCode, cmp.Or(said.Error, fmt.Sprintf("%s answered %s: is it a Skywatch server?", c.base, resp.Status))}
	if resp.StatusCode == http.StatusForbidden && c.signer == nil {
		r.message += " (The request was not signed: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.)"
	}
	return r
}

// lingering returns a context that ends stopGrace after ctx does, and after
// requestTimeout.
func lingering(ctx context.Context) (context.Context, context.CancelFunc) {
	out, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTimeout)
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(stopGrace):
			cancel()
		case <-out.Done():
		}
	})
	return out, func() { stop(); cancel() }
}
