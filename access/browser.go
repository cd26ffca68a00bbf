package access

import (
	"net/http"
	"net/url"
	"strings"

	"skywatch/internal/fault"
)

// GuardBrowser refuses what a web page of another origin could make a browser
// send, while requests need no signature (design.md section 2): a Host that is
// none of hosts, which is how a page whose name was rebound to this address
// comes in; a foreign Origin, also of another port of the same host; and a
// Sec-Fetch-Site that says cross-site or same-site. Programs send neither of
// the last two. The refusal is a fault of kind Denied.
//
// It must stand in front of everything that the listener serves, also reads:
// a simple GET can change state in the Query protocol.
func GuardBrowser(r *http.Request, hosts Hosts) error { return GuardBrowserBut(r, hosts, Exception{}) }

// Exception is what GuardBrowserBut lets through.
type Exception struct {
	// Host: the request's host is known to be this server's.
	Host bool
	// Origin reports whether the pages of an origin may send; of "*" whether
	// those of any may. Nil: no foreign ones.
	Origin func(origin string) bool
}

// GuardBrowserBut is GuardBrowser for a path that is meant for pages of other
// origins, too.
func GuardBrowserBut(r *http.Request, hosts Hosts, x Exception) error {
	host, ok := parseAuthority(r.Host)
	if !ok || !x.Host && !hosts.allow(host) {
		return denied("the Host", r.Host, "is neither loopback, nor a listen address, nor the public URL's host")
	}
	allowed := func(origin string) bool { return x.Origin != nil && x.Origin(origin) }
	for _, origin := range r.Header["Origin"] {
		if !allowed(origin) && !hosts.sameOrigin(origin, host) {
			return denied("the Origin", origin, "is not this server's")
		}
	}
	for _, site := range r.Header["Sec-Fetch-Site"] {
		// "none" is the user: a typed address, a bookmark.
		if site == "same-origin" || site == "none" || len(r.Header["Origin"]) > 0 && allowed(r.Header.Get("Origin")) || allowed("*") {
			continue
		}
		return denied("Sec-Fetch-Site", site, "says that a page of another origin made the request")
	}
	return nil
}

// sameOrigin reports whether origin is where a page from host comes from. The
// scheme is not compared with the connection's, which a proxy may have
// unwrapped: one port cannot speak both. A proxy that rewrites Host is known
// by the public URL.
func (h *Hosts) sameOrigin(origin string, host authority) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !strings.EqualFold(origin, u.Scheme+"://"+u.Host) {
		return false // "null", a path, a user, another scheme
	}
	from, ok := parseAuthority(u.Host)
	if !ok {
		return false
	}
	from = from.on(u.Scheme)
	return from == host.on(u.Scheme) || u.Scheme == h.scheme && from == h.public.on(h.scheme)
}

func denied(what, value, why string) error {
	const most = 128
	if len(value) > most {
		value = value[:most] + "..."
	}
	return fault.New(fault.Denied, "Refused, because unsigned requests are only taken from programs and from this server's own pages: "+
		"%s '%s' %s.", what, value, why)
}
