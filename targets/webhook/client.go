package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"time"
)

// Bounds of a call (reliability.md 4).
const (
	defaultConnect = 2 * time.Second
	defaultTotal   = 15 * time.Second
	maxHeaderBytes = 64 << 10
	// maxBodyBytes is how much of an answer is read: enough to reuse the
	// connection and to show what a receiver said.
	maxBodyBytes = 4 << 10
	maxIdle      = 256
	maxIdlePer   = 8 // as many as the engine has under way to one target
	idleTime     = 30 * time.Second
)

// Resolver finds the addresses of a host; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Options are the rules of a Client.
type Options struct {
	// Allow names ranges that are reachable although they are not public, and
	// over plain http.
	Allow []netip.Prefix
	// Connect and Total bound the connection and the whole call; 0: 2 s, 15 s.
	Connect, Total time.Duration
	Resolver       Resolver // nil: the machine's
	// Dial reaches an address that was checked; nil: TCP.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Client makes calls. It is safe for concurrent use.
type Client struct {
	Options
	plain, secure *http.Transport
}

// New returns a client; Close it after use.
func New(o Options) *Client {
	if o.Connect == 0 {
		o.Connect = defaultConnect
	}
	if o.Total == 0 {
		o.Total = defaultTotal
	}
	if o.Resolver == nil {
		o.Resolver = net.DefaultResolver
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{}).DialContext
	}
	c := &Client{Options: o}
	c.plain, c.secure = c.transport(true), c.transport(false)
	return c
}

func (c *Client) transport(plain bool) *http.Transport {
	return &http.Transport{
		Proxy: nil, // the environment has no say
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return c.dial(ctx, network, address, plain)
		},
		TLSHandshakeTimeout:    c.Total,
		MaxIdleConns:           maxIdle,
		MaxIdleConnsPerHost:    maxIdlePer,
		IdleConnTimeout:        idleTime,
		MaxResponseHeaderBytes: maxHeaderBytes,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
	}
}

// Close ends the idle connections.
func (c *Client) Close() {
	c.plain.CloseIdleConnections()
	c.secure.CloseIdleConnections()
}

// Answer is what a receiver said.
type Answer struct {
	Status int
	Body   []byte // its beginning
	// RetryAfter is the header's seconds, 0 without.
	RetryAfter time.Duration
}

// ErrEgress is in the chain of the errors of calls that the rules forbid.
var ErrEgress = errors.New("the egress rules forbid this call")

// Post sends body to target once. Any answer is a success of Post.
func (c *Client) Post(ctx context.Context, target string, header http.Header, body []byte) (Answer, error) {
	u, err := url.Parse(target)
	if err != nil {
		return Answer{}, fmt.Errorf("%w: %w", ErrEgress, withoutURL(err))
	}
	if err := checkURL(u); err != nil {
		return Answer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.Total)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	req.Header = header
	if user := u.User; user != nil {
		password, _ := user.Password()
		req.SetBasicAuth(user.Username(), password)
	}
	t := c.secure
	if u.Scheme == "http" {
		t = c.plain
	}
	res, err := t.RoundTrip(req) // a Transport follows no redirects
	if err != nil {
		return Answer{}, err
	}
	return read(res)
}

// withoutURL takes the URL out of an error of url.Parse: it may hold a password.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

func read(res *http.Response) (Answer, error) {
	defer func() { _ = res.Body.Close() }()
	a := Answer{Status: res.StatusCode}
	if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && s > 0 {
		a.RetryAfter = time.Duration(s) * time.Second
	}
	var err error
	if a.Body, err = io.ReadAll(io.LimitReader(res.Body, maxBodyBytes)); err != nil {
		return a, fmt.Errorf("read answer: %w", err)
	}
	return a, nil
}
