package destination

import (
	"encoding/base64"
	"net/http"
	"strings"
)

// The headers of every call (user guide, "Headers included in requests to API
// destinations"), and ours.
const (
	userAgent   = "Amazon/EventBridge/ApiDestinations"
	contentType = "application/json; charset=utf-8"
	// deliveryID tells the receiver which calls are attempts of one delivery.
	deliveryID = "X-Skywatch-Delivery-Id"
)

// fixed are the headers that neither a connection nor a target can set: they
// are taken out, as AWS does (user guide, as above).
var fixed = func() map[string]bool {
	all := map[string]bool{deliveryID: true}
	for _, name := range strings.Fields(`A-IM Accept-Charset Accept-Datetime Accept-Encoding Cache-Control Connection
		Content-Encoding Content-Length Content-MD5 Date Expect Forwarded From Host HTTP2-Settings If-Match If-Modified-Since
		If-None-Match If-Range If-Unmodified-Since Keep-Alive Max-Forwards Origin Pragma Proxy-Authenticate
		Proxy-Authorization Proxy-Connection Range Referer TE Trailer Transfer-Encoding Upgrade User-Agent Via Warning`) {
		all[http.CanonicalHeaderKey(name)] = true
	}
	return all
}()

// settable reports whether a connection or a target can set a header.
func settable(name string) bool {
	return headerName.MatchString(name) && !fixed[http.CanonicalHeaderKey(name)]
}

// set puts what a connection adds into h.
func set(h http.Header, list []Parameter) {
	for _, p := range list {
		if settable(p.Key) {
			h.Set(p.Key, p.Value)
		}
	}
}

func each(list []Parameter, f func(key, value string)) {
	for _, p := range list {
		f(p.Key, p.Value)
	}
}

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// sendable reports whether a header's value can be sent: what the event holds
// may be anything.
func sendable(value string) bool {
	return !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}
