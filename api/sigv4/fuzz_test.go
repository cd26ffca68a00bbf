package sigv4_test

import (
	"net/http"
	"testing"

	"skywatch/api/sigv4"
	"skywatch/internal/fault"
)

// FuzzHeader feeds the reader of the Authorization header. Nothing may panic,
// nothing unsigned may pass, and every refusal has a kind.
func FuzzHeader(f *testing.F) {
	for _, s := range samples(f) {
		f.Add(s.req.Header.Get("Authorization"), s.req.Header.Get("X-Amz-Date"))
	}
	f.Add("AWS4-HMAC-SHA256 Credential=a/20261122/r/s/aws4_request,SignedHeaders=host,Signature=00", "Sun, 22 Nov 2026 12:00:00 GMT")
	v := sigv4.New(sigv4.Options{})
	f.Fuzz(func(t *testing.T, authorization, date string) {
		h := http.Header{"Authorization": {authorization}, "X-Amz-Date": {date}}
		refuse(t, v, &sigv4.Request{Method: "POST", Path: "/", Host: "127.0.0.1", Header: h})
	})
}

// FuzzPresigned does the same for the query string, and for the path.
func FuzzPresigned(f *testing.F) {
	for _, s := range samples(f) {
		f.Add(s.req.Path, s.req.RawQuery)
	}
	f.Add("/a//../b/%2F/.", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=1&&a=%20+&=")
	v := sigv4.New(sigv4.Options{})
	f.Fuzz(func(t *testing.T, path, query string) {
		refuse(t, v, &sigv4.Request{Method: "GET", Path: path, RawQuery: query, Host: "127.0.0.1", Header: http.Header{}})
	})
}

func refuse(t *testing.T, v *sigv4.Verifier, r *sigv4.Request) {
	t.Helper()
	// Parsing alone must agree with verification on whose request it is.
	c, found, scopeErr := sigv4.ParseScope(r)
	asked := ""
	keys := func(id string) (sigv4.Key, bool) {
		asked = id
		return sigv4.Key{Secret: "never signed anything"}, true
	}
	id, err := v.Verify(r, keys, noon)
	if err == nil || fault.Of(err).Kind == fault.Internal {
		t.Fatalf("%+v, %v", id, err)
	}
	if asked != "" && (!found || scopeErr != nil || c.AccessKeyID != asked) {
		t.Fatalf("verified for %q, but ParseScope says %v, %v, %v", asked, c, found, scopeErr)
	}
}
