package webhook

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// Bounds of a call (reliability.md 4).
const (
	defaultConnect = 2 * time.Second
	defaultTotal   = 15 * time.Second
	maxHeaderBytes = 64 << 10
	maxIdle        = 256
	maxIdlePer     = 8 // as many as the engine has under way to one target
	idleTime       = 30 * time.Second
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
