package access

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Hosts are the names under which a server may be spoken to while it takes
// unsigned requests: loopback, its listen addresses and its public URL.
type Hosts struct {
	names map[string]bool // lower case, without the dot at the end
	addrs map[netip.Addr]bool
	// anyAddr is set by a wildcard listener: every address of this machine is
	// a listen address, and an address, unlike a name, cannot be rebound.
	anyAddr bool
	public  authority // zero if there is no public URL
	scheme  string    // of the public URL
}

// NewHosts takes the listen addresses (host:port) and the public URL, which
// may be empty.
func NewHosts(listen []string, publicURL string) (Hosts, error) {
	h := Hosts{names: map[string]bool{"localhost": true}, addrs: map[netip.Addr]bool{}}
	for _, l := range listen {
		if err := h.listen(l); err != nil {
			return Hosts{}, err
		}
	}
	if publicURL == "" {
		return h, nil
	}
	u, err := url.Parse(publicURL)
	if err != nil {
		return Hosts{}, fmt.Errorf("public URL: %w", err)
	}
	a, ok := parseAuthority(u.Host)
	if !ok || u.Scheme != "http" && u.Scheme != "https" {
		return Hosts{}, fmt.Errorf("public URL %q is not http(s)://host", publicURL)
	}
	h.public, h.scheme = a, u.Scheme
	h.add(a)
	return h, nil
}

func (h *Hosts) listen(addr string) error {
	if host, _, err := net.SplitHostPort(addr); err == nil && host == "" {
		h.anyAddr = true
		return nil
	}
	a, ok := parseAuthority(addr)
	if !ok {
		return fmt.Errorf("listen address %q is not host:port", addr)
	}
	if a.addr.IsUnspecified() {
		h.anyAddr = true
		return nil
	}
	h.add(a)
	return nil
}

func (h *Hosts) add(a authority) {
	if a.addr.IsValid() {
		h.addrs[a.addr] = true
	} else {
		h.names[a.name] = true
	}
}

// allow reports whether a may be spoken to, on any port: the port is what the
// connection came in on, or a proxy's.
func (h *Hosts) allow(a authority) bool {
	if !a.addr.IsValid() {
		return h.names[a.name]
	}
	return a.addr.IsLoopback() || h.addrs[a.addr] || h.anyAddr && !a.addr.IsUnspecified()
}

// authority is a host and a port in normal form: either name or addr is set.
type authority struct {
	name string
	addr netip.Addr
	port string // empty means the scheme's
}

// parseAuthority reads the form of a Host header. An address must be written
// as one: 127.1 or 2130706433 are names here, and no known ones.
func parseAuthority(s string) (a authority, ok bool) {
	host, port, hasPort := s, "", false
	bracketed := strings.HasPrefix(s, "[")
	if bracketed {
		inner, rest, closed := strings.Cut(s[1:], "]")
		port, hasPort = strings.CutPrefix(rest, ":")
		if !closed || rest != "" && !hasPort {
			return a, false
		}
		host = inner
	} else if host, port, hasPort = strings.Cut(s, ":"); strings.Contains(port, ":") {
		return a, false // IPv6 needs its brackets
	}
	if hasPort && port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
			return a, false
		}
	}
	a.port = port
	addr, err := netip.ParseAddr(host)
	switch {
	case bracketed:
		a.addr = addr.Unmap()
		return a, err == nil && addr.Is6() && addr.Zone() == ""
	case err == nil:
		a.addr = addr
		return a, addr.Is4()
	}
	a.name = strings.ToLower(strings.TrimSuffix(host, "."))
	return a, a.name != "" && !strings.ContainsAny(a.name, "@/\\?#%[] \t")
}

// on fills in the port of a scheme where none is written.
func (a authority) on(scheme string) authority {
	if a.port == "" {
		a.port = "80"
		if scheme == "https" {
			a.port = "443"
		}
	}
	return a
}
