package sigv4_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"pgregory.net/rapid"

	"skywatch/api/sigv4"
	"skywatch/internal/fault"
)

// noon is when the tests of this package happen.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// call is a request to be signed by the Go SDK.
type call struct {
	method, url string
	header      http.Header
	body        string
	service     string
	token       string
	payload     string // hash to sign in place of the body's
	presign     string // X-Amz-Expires; empty signs in the header
	at          time.Time
}

// sign lets the SDK sign c, sends it through HTTP/1.1 text, and returns what a
// server reads.
func (c call) sign(t interface{ Fatal(...any) }) *http.Request {
	r, err := http.NewRequest(c.method, c.url, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range c.header {
		r.Header[name] = append([]string(nil), values...)
	}
	sum := sha256.Sum256([]byte(c.body))
	hash := hex.EncodeToString(sum[:])
	if c.payload != "" {
		hash = c.payload
	}
	creds := aws.Credentials{AccessKeyID: sampleID, SecretAccessKey: sampleSecret, SessionToken: c.token}
	signer := v4.NewSigner()
	if c.presign == "" {
		err = signer.SignHTTP(context.Background(), creds, r, hash, c.service, "eu-north-1", c.at)
	} else {
		q := r.URL.Query()
		q.Set("X-Amz-Expires", c.presign)
		r.URL.RawQuery = q.Encode()
		var signed string
		signed, r.Header, err = signer.PresignHTTP(context.Background(), creds, r, hash, c.service, "eu-north-1", c.at)
		r.Header.Del("Host")
		r.Header.Del("Content-Length") // written by net/http
		if err == nil {
			r.URL, err = url.Parse(signed)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// receive writes r as HTTP/1.1 and reads it back.
func receive(t testing.TB, r *http.Request) *sigv4.Request {
	t.Helper()
	var wire bytes.Buffer
	if err := r.Write(&wire); err != nil {
		t.Fatal(err)
	}
	return received(t, wire.Bytes())
}

func (c call) received(t testing.TB) *sigv4.Request { return receive(t, c.sign(t)) }

func sdkKeys(token string) sigv4.Lookup {
	return func(id string) (sigv4.Key, bool) {
		return sigv4.Key{Account: "111122223333", Secret: sampleSecret, SessionToken: token}, id == sampleID
	}
}

// TestAgainstSDK holds that whatever the Go SDK signs passes, and no longer
// does when the body, the path or a query value changes.
func TestAgainstSDK(t *testing.T) {
	t.Parallel()
	v := sigv4.New(sigv4.Options{})
	rapid.Check(t, func(rt *rapid.T) {
		c := drawCall(rt)
		req := receive(t, c.sign(rt))
		id, err := v.Verify(req, sdkKeys(c.token), c.at)
		if err != nil {
			rt.Fatalf("%v\n%+v", err, req)
		}
		if id.Presigned != (c.presign != "") || id.Scope.Service != c.service || id.Scope.Region != "eu-north-1" {
			rt.Fatalf("identity %+v of %+v", id, c)
		}
		for what, change := range map[string]func(*sigv4.Request){
			"payload": func(r *sigv4.Request) { r.Payload[rapid.IntRange(0, 31).Draw(rt, "byte")] ^= 1 },
			"path":    func(r *sigv4.Request) { r.Path += "x" },
			"query":   func(r *sigv4.Request) { r.RawQuery += "&zz=1" },
			"method":  func(r *sigv4.Request) { r.Method = "PUT" },
			"host":    func(r *sigv4.Request) { r.Host = "other.example" },
		} {
			m := *req
			change(&m)
			if _, err := v.Verify(&m, sdkKeys(c.token), c.at); !fault.Is(err, fault.BadSignature) {
				rt.Fatalf("changed %s: %v", what, err)
			}
		}
	})
}

// TestThroughServer sends what the SDK signed through net/http's server, which
// moves and drops headers of its own accord, in HTTP/1.1 and HTTP/2.
func TestThroughServer(t *testing.T) {
	t.Parallel()
	for _, proto := range []string{"HTTP/1.1", "HTTP/2.0"} {
		t.Run(proto, func(t *testing.T) {
			t.Parallel()
			v := sigv4.New(sigv4.Options{})
			srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if err == nil {
					_, err = v.Verify(sigv4.RequestOf(r, body), sdkKeys(""), noon)
				}
				if err != nil || r.Proto != proto {
					http.Error(w, fmt.Sprint(r.Proto, err), http.StatusForbidden)
				}
			}))
			srv.EnableHTTP2 = proto == "HTTP/2.0"
			srv.StartTLS()
			defer srv.Close()
			for _, c := range []call{plain(), presigned("60")} {
				c.url = strings.Replace(c.url, "http://127.0.0.1:4582", srv.URL, 1)
				resp, err := srv.Client().Do(c.sign(t))
				if err != nil {
					t.Fatal(err)
				}
				text, _ := io.ReadAll(resp.Body)
				_ = resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					t.Errorf("presigned for %q s: %s", c.presign, text)
				}
			}
		})
	}
}

func drawCall(rt *rapid.T) call {
	c := call{
		method:  rapid.SampledFrom([]string{"GET", "POST", "DELETE"}).Draw(rt, "method"),
		service: rapid.SampledFrom([]string{"monitoring", "events", "sqs", "lambda"}).Draw(rt, "service"),
		body:    rapid.String().Draw(rt, "body"),
		token:   rapid.SampledFrom([]string{"", "token/with+signs=="}).Draw(rt, "token"),
		presign: rapid.SampledFrom([]string{"", "", "60", "604800"}).Draw(rt, "presign"),
		header:  http.Header{},
		at:      noon.Add(time.Duration(rapid.IntRange(0, 1e9).Draw(rt, "seconds")) * time.Second),
	}
	u := url.URL{Scheme: "http", Host: "127.0.0.1:4582", Path: "/"}
	// Dot segments are left to TestCanonicalPaths: JoinPath would resolve them.
	for _, s := range rapid.SliceOfN(rapid.StringMatching(`[a-z0-9][ -~é]{0,8}`), 0, 3).Draw(rt, "path") {
		u = *u.JoinPath(url.PathEscape(s))
	}
	q := url.Values{}
	for _, name := range rapid.SliceOfN(rapid.StringMatching(`[A-Za-z.]{1,4}[ -~é]{0,3}`), 0, 5).Draw(rt, "names") {
		q[name] = rapid.SliceOfN(rapid.String(), 1, 3).Draw(rt, "values")
	}
	u.RawQuery = q.Encode()
	c.url = u.String()
	for i := range rapid.IntRange(0, 4).Draw(rt, "headers") {
		name := fmt.Sprintf("X-%s-%d", rapid.SampledFrom([]string{"Amz", "Amz-Meta", "Custom"}).Draw(rt, "header"), i)
		c.header[name] = rapid.SliceOfN(rapid.StringMatching(` {0,2}[!-~]{1,5}( {1,3}[!-~]{1,5}){0,2} {0,2}`), 1, 3).Draw(rt, "value")
	}
	return c
}
