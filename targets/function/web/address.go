package web

import (
	"net"
	"net/http"
	"strings"
)

// The paths of this package, below the server's base path.
const (
	URLPath      = "/lambda-url/"
	DownloadPath = "/lambda-code/"
)

// address is what of a request names a function URL.
type address struct {
	id   string
	path string // escaped, within the URL; begins with a slash
	// own says that the URL has a host, and so an origin, of its own.
	own bool
}

// parse finds the address of a request: of its host, or of its path.
func parse(r *http.Request, base string) (address, bool) {
	path := r.URL.EscapedPath()
	if id, ok := domainID(r.Host); ok {
		return address{id: id, path: "/" + strings.TrimPrefix(path, "/"), own: true}, true
	}
	rest, ok := strings.CutPrefix(path, base+URLPath)
	if !ok {
		return address{}, false
	}
	id, rest, _ := strings.Cut(rest, "/")
	return address{id: id, path: "/" + rest}, true
}

// domainID reads ID.lambda-url.REGION.on.aws, and the same below localhost, of
// which browsers and others know that it is this machine. Other names are not
// taken: whoever holds one could have it mean this machine.
func domainID(authority string) (string, bool) {
	host := authority
	if h, _, err := net.SplitHostPort(authority); err == nil {
		host = h
	}
	id, rest, ok := strings.Cut(strings.ToLower(host), ".lambda-url.")
	if !ok {
		return "", false
	}
	_, top, _ := strings.Cut(rest, ".")
	return id, top == "on.aws" || top == "localhost"
}
