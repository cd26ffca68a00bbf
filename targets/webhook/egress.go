package webhook

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
)

// ErrEgress is in the chain of the errors of calls that the rules forbid.
var ErrEgress = errors.New("the egress rules forbid this call")

// Check says early what Do would refuse: it looks at the URL, and at the
// address where the URL holds one. A name is looked up when it is called, so
// that nil is no promise.
func (c *Client) Check(target string) error {
	u, err := parse(target)
	if err != nil {
		return err
	}
	plain := u.Scheme == "http"
	if a, err := netip.ParseAddr(u.Hostname()); err == nil {
		port, err := strconv.ParseUint(cmp.Or(u.Port(), defaultPort(plain)), 10, 16)
		if err != nil {
			return fmt.Errorf("%w: port %q", ErrEgress, u.Port())
		}
		return c.permit(a.Unmap(), uint16(port), plain)
	}
	if plain && len(c.Allow) == 0 {
		return fmt.Errorf("%w: plain http", ErrEgress)
	}
	return nil
}

func defaultPort(plain bool) string {
	if plain {
		return "80"
	}
	return "443"
}

// checkURL refuses what no address can make right.
func checkURL(u *url.URL) error {
	switch host := u.Hostname(); {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%w: scheme %q", ErrEgress, u.Scheme)
	case host == "":
		return fmt.Errorf("%w: no host", ErrEgress)
	case numeric(host):
		if _, err := netip.ParseAddr(host); err != nil {
			return fmt.Errorf("%w: host %q is not an address in its usual form", ErrEgress, host)
		}
	}
	return nil
}

// dial resolves, checks, and dials what it checked.
func (c *Client) dial(ctx context.Context, network, address string, plain bool) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Connect)
	defer cancel()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("%w: port %q", ErrEgress, port)
	}
	addrs, err := c.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	var forbidden, failed []error
	for _, a := range addrs {
		a = a.Unmap()
		if err := c.permit(a, uint16(n), plain); err != nil {
			forbidden = append(forbidden, err)
			continue
		}
		conn, err := c.Dial(ctx, network, netip.AddrPortFrom(a, uint16(n)).String())
		if err == nil {
			return conn, nil
		}
		failed = append(failed, err)
	}
	if len(failed) > 0 { // what is reachable did not answer: worth another try
		return nil, errors.Join(failed...)
	}
	return nil, errors.Join(forbidden...)
}

func (c *Client) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	addrs, err := c.Resolver.LookupNetIP(ctx, "ip", host)
	if err == nil && len(addrs) == 0 {
		err = fmt.Errorf("host %q has no address", host)
	}
	return addrs, err
}

// permit checks one address.
func (c *Client) permit(a netip.Addr, port uint16, plain bool) error {
	switch {
	case within(a, c.Allow):
		return nil
	case !public(a):
		return fmt.Errorf("%w: %s is not a public address", ErrEgress, a)
	case plain:
		return fmt.Errorf("%w: plain http to %s", ErrEgress, a)
	case port < 1024 && port != 443 && port != 80:
		// Ports of other protocols: a call must not speak to a mail server.
		return fmt.Errorf("%w: port %d", ErrEgress, port)
	}
	return nil
}
