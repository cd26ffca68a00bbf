package sigv4_test

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/api/sigv4"
)

// The credentials of the wire samples (cloudwatch.md 1.2).
const (
	sampleID     = "AKIDEXAMPLE"
	sampleSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
	sampleToken  = "SESSIONTOKENEXAMPLE"
)

// sample is one recorded request.
type sample struct {
	name string
	req  *sigv4.Request
	at   time.Time // when it was signed
}

func samples(t testing.TB) []sample {
	t.Helper()
	files, err := filepath.Glob("../../conformance/testdata/wire-samples/*.http")
	if err != nil || len(files) != 30 {
		t.Fatalf("found %d samples, want 30 (%v)", len(files), err)
	}
	out := make([]sample, len(files))
	for i, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = sample{name: strings.TrimSuffix(filepath.Base(f), ".http"), req: received(t, raw)}
		out[i].at = signedAt(t, out[i].req)
	}
	return out
}

// received parses raw as a server would.
func received(t testing.TB, raw []byte) *sigv4.Request {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return sigv4.RequestOf(r, body)
}

func signedAt(t testing.TB, r *sigv4.Request) time.Time {
	t.Helper()
	date := r.Header.Get("X-Amz-Date")
	if _, after, ok := strings.Cut(r.RawQuery, "X-Amz-Date="); ok {
		date, _, _ = strings.Cut(after, "&")
	}
	at, err := time.Parse("20060102T150405Z", date)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// sampleKeys knows the samples' key as r uses it.
func sampleKeys(r *sigv4.Request) sigv4.Lookup {
	k := sigv4.Key{Account: "000000000000", Secret: sampleSecret}
	if r.Header.Get("X-Amz-Security-Token") != "" {
		k.SessionToken = sampleToken
	}
	return func(id string) (sigv4.Key, bool) { return k, id == sampleID }
}

func TestSamples(t *testing.T) {
	t.Parallel()
	v := sigv4.New(sigv4.Options{})
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			service := "monitoring"
			if strings.Contains(s.name, "PutEvents") || strings.Contains(s.name, "PutRule") {
				service = "events"
			}
			want := sigv4.Identity{
				AccessKeyID: sampleID,
				Account:     "000000000000",
				Scope:       sigv4.Scope{Date: s.at.Format("20060102"), Region: "us-east-1", Service: service},
				SignedAt:    s.at,
				Presigned:   strings.Contains(s.name, "presigned"),
			}
			got, err := v.Verify(s.req, sampleKeys(s.req), s.at)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
			c, found, err := sigv4.ParseScope(s.req)
			if err != nil || !found || c.Scope != want.Scope || c.AccessKeyID != sampleID {
				t.Errorf("ParseScope = %v, %v, %v", c, found, err)
			}
		})
	}
}

// TestEveryByte changes each byte of each signed part of each sample in turn:
// none may pass.
func TestEveryByte(t *testing.T) {
	t.Parallel()
	v := sigv4.New(sigv4.Options{})
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			keys := sampleKeys(s.req)
			for _, m := range mutations(s.req) {
				if sameQuery(m.req, s.req) {
					continue
				}
				if id, err := v.Verify(m.req, keys, s.at); err == nil {
					t.Errorf("%s: accepted as %v", m.what, id)
				}
			}
		})
	}
}

// sameQuery reports whether m differs from r only in how its query is spelled
// (%2f for %2F), which is no difference to anybody.
func sameQuery(m, r *sigv4.Request) bool {
	a, errA := url.ParseQuery(m.RawQuery)
	b, errB := url.ParseQuery(r.RawQuery)
	return m.RawQuery != r.RawQuery && errA == nil && errB == nil && cmp.Equal(a, b)
}

type mutation struct {
	what string
	req  *sigv4.Request
}

func mutations(r *sigv4.Request) (out []mutation) {
	each := func(what, value string, set func(r *sigv4.Request, v string)) {
		for i := range len(value) {
			for _, bit := range []byte{0x01, 0x20} {
				c := *r
				c.Header = r.Header.Clone()
				b := []byte(value)
				b[i] ^= bit
				set(&c, string(b))
				out = append(out, mutation{what + ": " + string(b), &c})
			}
		}
	}
	each("method", r.Method, func(r *sigv4.Request, v string) { r.Method = v })
	each("path", r.Path, func(r *sigv4.Request, v string) { r.Path = v })
	each("query", r.RawQuery, func(r *sigv4.Request, v string) { r.RawQuery = v })
	each("host", r.Host, func(r *sigv4.Request, v string) { r.Host = v })
	each("payload", string(r.Payload[:]), func(r *sigv4.Request, v string) { copy(r.Payload[:], v) })
	for _, name := range append(signedHeaders(r), "Authorization") {
		if name == "host" || r.Header.Get(name) == "" {
			continue
		}
		each(name, r.Header.Get(name), func(r *sigv4.Request, v string) { r.Header.Set(name, v) })
		c := *r
		c.Header = r.Header.Clone()
		c.Header.Del(name)
		out = append(out, mutation{"no " + name, &c})
	}
	return out
}

func signedHeaders(r *sigv4.Request) []string {
	_, after, ok := strings.Cut(r.Header.Get("Authorization"), "SignedHeaders=")
	if !ok {
		return nil // presigned: host only
	}
	list, _, _ := strings.Cut(after, ",")
	return strings.Split(list, ";")
}
