package sigv4_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"skywatch/api/sigv4"
	"skywatch/internal/fault"
)

// plain is the request that the table below bends.
func plain() call {
	return call{
		method: "POST", url: "http://127.0.0.1:4582/", body: "{}", service: "monitoring", at: noon,
		header: http.Header{"X-Amz-Target": {"GraniteServiceVersion20100801.ListMetrics"}},
	}
}

func presigned(expires string) call {
	c := plain()
	c.method, c.body, c.header, c.presign = "GET", "", nil, expires
	c.url += "?Action=ListMetrics&Version=2010-08-01"
	return c
}

// edit replaces text in the Authorization header and in the query.
func edit(old, with string) func(*sigv4.Request) {
	return func(r *sigv4.Request) {
		if h := r.Header.Get("Authorization"); h != "" {
			r.Header.Set("Authorization", strings.ReplaceAll(h, old, with))
		}
		r.RawQuery = strings.ReplaceAll(r.RawQuery, old, with)
	}
}

func set(name string, values ...string) func(*sigv4.Request) {
	return func(r *sigv4.Request) { r.Header[name] = values }
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	const mismatch = "The request signature we calculated does not match the signature you provided. " +
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	const invalid = "The security token included in the request is invalid."
	tests := []struct {
		name string
		call call
		bend func(*sigv4.Request)
		now  time.Duration // after noon
		key  sigv4.Key
		kind fault.Kind
		text string
	}{
		{
			name: "no signature", bend: func(r *sigv4.Request) { r.Header.Del("Authorization") },
			kind: fault.MissingAuth, text: "Request is missing Authentication Token",
		},
		{
			name: "another scheme", bend: set("Authorization", "Bearer abc"),
			kind: fault.MissingAuth, text: "Request is missing Authentication Token",
		},
		{
			name: "SigV4A", bend: edit("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
			kind: fault.IncompleteAuth, text: "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'.",
		},
		{
			name: "no parameters", bend: set("Authorization", "AWS4-HMAC-SHA256"),
			kind: fault.IncompleteAuth, text: "'' not a valid key=value pair (missing equal-sign) in Authorization header.",
		},
		{
			name: "empty parts", bend: set("Authorization", "AWS4-HMAC-SHA256 Credential="),
			kind: fault.IncompleteAuth, text: "Authorization header requires 'Credential' parameter. " +
				"Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.",
		},
		{
			name: "unknown parameter", bend: edit("Signature=", "Signatur="),
			kind: fault.IncompleteAuth, text: "'Signatur' is not a parameter of the Authorization header.",
		},
		{
			name: "a part twice", bend: edit("Credential=", "Credential=x, Credential="),
			kind: fault.IncompleteAuth, text: "Authorization header has more than one 'Credential' parameter.",
		},
		{
			name: "no date", bend: func(r *sigv4.Request) { r.Header.Del("X-Amz-Date") },
			kind: fault.IncompleteAuth, text: "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
		},
		{
			name: "bad date", bend: set("X-Amz-Date", "2026-11-22T12:00:00Z"), kind: fault.IncompleteAuth,
			text: "Date must be in ISO-8601 'basic format'. Got '2026-11-22T12:00:00Z'. See http://en.wikipedia.org/wiki/ISO_8601",
		},
		{
			name: "date with fraction", bend: set("X-Amz-Date", "20261122T120000.5Z"), kind: fault.IncompleteAuth,
			text: "Date must be in ISO-8601 'basic format'. Got '20261122T120000.5Z'. See http://en.wikipedia.org/wiki/ISO_8601",
		},
		{
			name: "two dates", bend: set("X-Amz-Date", "20261122T120000Z", "20261122T120000Z"),
			kind: fault.IncompleteAuth, text: "The header 'X-Amz-Date' must be sent at most once.",
		},
		{
			name: "short credential", bend: edit("/aws4_request", ""), kind: fault.IncompleteAuth,
			text: "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIDEXAMPLE/20261122/eu-north-1/monitoring'",
		},
		{
			name: "no region", bend: edit("/eu-north-1/", "//"), kind: fault.IncompleteAuth,
			text: "Credential must name its region, got 'AKIDEXAMPLE/20261122//monitoring/aws4_request'",
		},
		{
			name: "terminator", bend: edit("aws4_request", "aws5_request"), kind: fault.BadSignature,
			text: "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'.",
		},
		{
			name: "scope of another day", bend: edit("/20261122/", "/20261121/"), kind: fault.BadSignature,
			text: "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261121' != '20261122', from '20261122T120000Z'.",
		},
		{name: "signature cut", bend: func(r *sigv4.Request) {
			h := r.Header.Get("Authorization")
			r.Header.Set("Authorization", h[:strings.Index(h, "Signature=")+10]+"abcd")
		}, kind: fault.IncompleteAuth, text: "Signature must be 64 lower-case hexadecimal digits, got 'abcd'"},
		{
			name: "header list", bend: edit(";host;", ";host;host;"), kind: fault.IncompleteAuth,
			text: "SignedHeaders must be a semicolon-separated list of lower-case header names, each once, got 'content-length;host;host;x-amz-date;x-amz-target'",
		},
		{
			name: "host not signed", bend: edit(";host;", ";"),
			kind: fault.BadSignature, text: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
		},
		{
			name: "target not signed", bend: edit(";x-amz-target", ""),
			kind: fault.BadSignature, text: "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.",
		},
		{
			name: "a header added", bend: set("X-Amz-Security-Token", "t"),
			kind: fault.BadSignature, text: "'X-Amz-Security-Token' must be a 'SignedHeader' in the AWS Authorization.",
		},
		{
			name: "a signed header gone", bend: func(r *sigv4.Request) { r.Header.Del("Content-Length") },
			kind: fault.BadSignature, text: mismatch,
		},
		{
			name: "an empty signed header gone", call: with(plain(), "X-Custom", ""),
			bend: func(r *sigv4.Request) { r.Header.Del("X-Custom") }, kind: fault.BadSignature, text: mismatch,
		},
		{name: "another body", bend: func(r *sigv4.Request) { r.Payload[0]++ }, kind: fault.BadSignature, text: mismatch},
		{
			name: "body hash of another body", call: with(plain(), "X-Amz-Content-Sha256", strings.Repeat("0", 64)),
			kind: fault.BadSignature, text: mismatch,
		},
		{
			name: "body hash of another body, signed", call: payload(plain(), strings.Repeat("0", 64)),
			kind: fault.BadSignature, text: mismatch,
		},
		{
			name: "unsigned payload", call: payload(plain(), "UNSIGNED-PAYLOAD"),
			kind: fault.BadSignature, text: mismatch,
		},
		{name: "unknown key", bend: edit("AKIDEXAMPLE", "AKIDEXAMPLF"), kind: fault.UnknownKey, text: invalid},
		{name: "wrong secret", key: sigv4.Key{Secret: "x"}, kind: fault.BadSignature, text: mismatch},
		{name: "no token", key: sigv4.Key{Secret: sampleSecret, SessionToken: "t"}, kind: fault.UnknownKey, text: invalid},
		{name: "token with a long-term key", call: token(plain(), "t"), kind: fault.UnknownKey, text: invalid},
		{
			name: "another token", call: token(plain(), "t"), key: sigv4.Key{Secret: sampleSecret, SessionToken: "u"},
			kind: fault.UnknownKey, text: invalid,
		},
		{
			name: "token expired", call: token(plain(), "t"), key: sigv4.Key{Secret: sampleSecret, SessionToken: "t", Expires: noon},
			kind: fault.ExpiredToken, text: "The security token included in the request is expired",
		},
		{
			name: "too old", now: 5*time.Minute + time.Second, kind: fault.BadSignature,
			text: "Signature expired: 20261122T120000Z is now earlier than 20261122T120001Z (20261122T120501Z - 5 min.)",
		},
		{
			name: "too early", now: -5*time.Minute - time.Second, kind: fault.BadSignature,
			text: "Signature not yet current: 20261122T120000Z is still later than 20261122T115959Z (20261122T115459Z + 5 min.)",
		},
		{
			name: "both forms", call: presigned("60"), bend: set("Authorization", "AWS4-HMAC-SHA256 Credential=x"),
			kind: fault.IncompleteAuth, text: "A request is signed either in the Authorization header or in the query string, not in both.",
		},
		{
			name: "presigned, expired", call: presigned("90"), now: 91 * time.Second, kind: fault.BadSignature,
			text: "Signature expired: 20261122T120000Z is now earlier than 20261122T120001Z (20261122T120131Z - 90 sec.)",
		},
		{
			name: "presigned, too early", call: presigned("604800"), now: -301 * time.Second, kind: fault.BadSignature,
			text: "Signature not yet current: 20261122T120000Z is still later than 20261122T115959Z (20261122T115459Z + 5 min.)",
		},
		{
			name: "presigned for 0 s", call: presigned("0"), kind: fault.IncompleteAuth,
			text: "X-Amz-Expires must be a whole number of seconds from 1 to 604800, got '0'",
		},
		{
			name: "presigned for too long", call: presigned("604801"), kind: fault.IncompleteAuth,
			text: "X-Amz-Expires must be a whole number of seconds from 1 to 604800, got '604801'",
		},
		{
			name: "presigned, longer life", call: presigned("60"), bend: edit("Expires=60", "Expires=6000"),
			kind: fault.BadSignature, text: mismatch,
		},
		{
			name: "presigned, incomplete", call: presigned("60"), bend: func(r *sigv4.Request) { r.RawQuery = "X-Amz-Algorithm=AWS4-HMAC-SHA256" },
			kind: fault.IncompleteAuth, text: "AWS query-string parameters must include 'X-Amz-Credential'. " +
				"AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. " +
				"AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
		},
		{
			name: "presigned, algorithm", call: presigned("60"), bend: edit("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"),
			kind: fault.IncompleteAuth, text: "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'.",
		},
		{
			name: "presigned, twice", call: presigned("60"), bend: func(r *sigv4.Request) { r.RawQuery += "&X-Amz-Date=20261122T120000Z" },
			kind: fault.IncompleteAuth, text: "AWS query-string parameter 'X-Amz-Date' must be sent at most once.",
		},
		{
			name: "presigned, body added", call: presigned("60"), bend: func(r *sigv4.Request) { r.Payload[0]++ },
			kind: fault.BadSignature, text: mismatch,
		},
		{
			name: "presigned, token expired", call: token(presigned("60"), "t"),
			key:  sigv4.Key{Secret: sampleSecret, SessionToken: "t", Expires: noon.Add(-time.Second)},
			kind: fault.ExpiredToken, text: "The security token included in the request is expired",
		},
		{
			name: "bad escape", bend: func(r *sigv4.Request) { r.RawQuery = "a=%zz" },
			kind: fault.Malformed, text: "The query string contains an invalid percent-escape: 'a=%zz'",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.call.method == "" {
				tt.call = plain()
			}
			if tt.key.Secret == "" {
				tt.key.Secret = sampleSecret
			}
			req := tt.call.received(t)
			if tt.bend != nil {
				tt.bend(req)
			}
			keys := func(id string) (sigv4.Key, bool) { return tt.key, id == sampleID }
			id, err := sigv4.New(sigv4.Options{}).Verify(req, keys, noon.Add(tt.now))
			if err == nil {
				t.Fatalf("accepted as %+v", id)
			}
			if f := fault.Of(err); f.Kind != tt.kind || f.Message != tt.text {
				t.Errorf("got kind %d: %s\nwant %d: %s", f.Kind, f.Message, tt.kind, tt.text)
			}
			if strings.Contains(fmt.Sprintf("%+v %+v", err, id), sampleSecret) {
				t.Error("the secret is in the answer")
			}
		})
	}
}

func with(c call, name, value string) call {
	c.header = c.header.Clone()
	c.header.Set(name, value)
	return c
}

// payload signs hash in place of the body's, and says so.
func payload(c call, hash string) call {
	c.payload = hash
	return with(c, "X-Amz-Content-Sha256", hash)
}

func token(c call, token string) call {
	c.token = token
	return c
}

func TestAccepted(t *testing.T) {
	t.Parallel()
	alias := func(s sigv4.Scope) []string { return []string{s.Service + "." + s.Region + ".amazonaws.com"} }
	foreign := presigned("60")
	foreign.url = strings.Replace(foreign.url, "127.0.0.1:4582", "monitoring.eu-north-1.amazonaws.com", 1)
	tests := []struct {
		name string
		call call
		opts sigv4.Options
		bend func(*sigv4.Request)
		now  time.Duration
		key  sigv4.Key
	}{
		{name: "oldest", now: 5 * time.Minute},
		{name: "earliest", now: -5 * time.Minute},
		{
			name: "unsigned payload behind the switch", call: payload(plain(), "UNSIGNED-PAYLOAD"),
			opts: sigv4.Options{AllowUnsignedPayload: true},
		},
		{name: "parameters without blanks", bend: edit(", ", ",")},
		{name: "hop headers added", bend: set("X-Forwarded-For", "127.0.0.9")},
		{name: "token", call: token(plain(), "t"), key: sigv4.Key{SessionToken: "t", Expires: noon.Add(1)}},
		{name: "presigned to the last second", call: presigned("604800"), now: 604800 * time.Second},
		{name: "presigned with a token", call: token(presigned("60"), "t"), key: sigv4.Key{SessionToken: "t"}},
		{
			name: "signed for the AWS host", call: foreign, opts: sigv4.Options{HostAliases: alias},
			bend: func(r *sigv4.Request) { r.Host = "127.0.0.1:4582" },
		},
		{name: "a blank as plus", call: presigned("60"), bend: edit("%20", "+")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.call.method == "" {
				tt.call = plain()
			}
			tt.call.url = strings.Replace(tt.call.url, "Version=", "Label=a+b&Version=", 1)
			req := tt.call.received(t)
			if tt.bend != nil {
				tt.bend(req)
			}
			tt.key.Secret = sampleSecret
			keys := func(string) (sigv4.Key, bool) { return tt.key, true }
			if _, err := sigv4.New(tt.opts).Verify(req, keys, noon.Add(tt.now)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestParseScope(t *testing.T) {
	t.Parallel()
	const scope = "test/20260102/eu-west-1/sqs/aws4_request"
	tests := []struct {
		header, query string
		found         bool
		kind          fault.Kind // of the error, if any
	}{
		{},
		{header: "Basic eDp5"},
		{header: "AWS4-HMAC-SHA256 Credential=" + scope, found: true},
		{header: "AWS4-HMAC-SHA256 Credential=" + scope + ", SignedHeaders=x, Signature=any", found: true},
		{query: "Action=x&X-Amz-Credential=" + scope, found: true},
		{header: "AWS4-HMAC-SHA256 Credential=test", found: true, kind: fault.IncompleteAuth},
		{header: "AWS4-HMAC-SHA256 nonsense", found: true, kind: fault.IncompleteAuth},
		{query: "X-Amz-Signature=1", found: true, kind: fault.IncompleteAuth},
		{query: "X-Amz-Credential=a&X-Amz-Credential=b", found: true, kind: fault.IncompleteAuth},
		{query: "%", kind: fault.Malformed},
	}
	for _, tt := range tests {
		r := &sigv4.Request{Header: http.Header{}, RawQuery: tt.query}
		r.Header.Set("Authorization", tt.header)
		c, found, err := sigv4.ParseScope(r)
		if found != tt.found || (err != nil) != (tt.kind != 0) || err != nil && !fault.Is(err, tt.kind) {
			t.Errorf("%q %q: %v, %v, %v", tt.header, tt.query, c, found, err)
		}
		want := sigv4.Credential{AccessKeyID: "test", Scope: sigv4.Scope{Date: "20260102", Region: "eu-west-1", Service: "sqs"}}
		if found && err == nil && c != want {
			t.Errorf("%q %q: %+v", tt.header, tt.query, c)
		}
	}
}

// TestKeyIsNotPrinted holds that no way of printing a Key shows its secret.
func TestKeyIsNotPrinted(t *testing.T) {
	t.Parallel()
	k := sigv4.Key{Account: "1", Secret: "canary", SessionToken: "canary"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		if s := fmt.Sprintf(verb, k) + fmt.Sprintf(verb, &k); s != "sigv4.Key[hidden]sigv4.Key[hidden]" {
			t.Errorf("%s prints %s", verb, s)
		}
	}
	if strings.Contains(k.LogValue().String(), "canary") {
		t.Error("LogValue prints the secret")
	}
}
