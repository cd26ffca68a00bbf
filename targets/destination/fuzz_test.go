package destination

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Whatever an authorization endpoint answers, what is taken for a token can
// stand in a header, and its times are in order.
func FuzzReadToken(f *testing.F) {
	f.Add(`{"access_token":"t","token_type":"bearer","expires_in":3600}`)
	f.Add(`{"access_token":"a b","expires_in":"1e400"}`)
	f.Add(`{"access_token":"t","token_type":"mac\r\nX: y","expires_in":-1}`)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, body string) {
		now := time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)
		got, err := readToken([]byte(body), now)
		if err != nil {
			return
		}
		scheme, text, ok := strings.Cut(got.header, " ")
		if !ok || !headerName.MatchString(scheme) || !visible(text) || !sendable(got.header) {
			t.Errorf("header %q", got.header)
		}
		if got.expires.IsZero() != got.renew.IsZero() || got.renew.After(got.expires) || !got.renew.IsZero() && got.renew.Before(now) {
			t.Errorf("renewed at %v, over at %v", got.renew, got.expires)
		}
	})
}

// Whatever a target and an event give, the URL leads to the endpoint's host,
// below what stands before its first path parameter.
func FuzzAddress(f *testing.F) {
	f.Add("a", "b", "q", "v")
	f.Add("..", "%2e%2e", "", "&x=y")
	f.Add("//evil.example", "a?b#c", "a=b", "\r\n")
	f.Add("a/../../b", "@evil.example", "q", "")
	f.Fuzz(func(t *testing.T, first, second, name, value string) {
		got, err := address("https://good.example:8443/base/*/x-*?fixed=1", &given{
			PathParameterValues: []string{first, second}, QueryStringParameters: map[string]string{name: value},
		}, &Parameters{})
		if err != nil {
			return
		}
		u, err := url.Parse(got)
		if err != nil {
			t.Fatalf("%q: %v", got, err)
		}
		if u.Scheme != "https" || u.Host != "good.example:8443" || u.User != nil || u.Fragment != "" {
			t.Errorf("leads to %q", got)
		}
		parts := strings.Split(u.EscapedPath(), "/")
		if len(parts) != 4 || parts[1] != "base" || !strings.HasPrefix(parts[3], "x-") || parts[2] == "." || parts[2] == ".." {
			t.Errorf("path %q", u.EscapedPath())
		}
		if q := u.Query(); q.Get(name) != value && strings.ToValidUTF8(value, "") == value || name != "fixed" && q.Get("fixed") != "1" {
			t.Errorf("query %q of %q=%q", u.RawQuery, name, value)
		}
		if _, err := http.NewRequest(http.MethodPost, got, nil); err != nil {
			t.Errorf("%q: %v", got, err)
		}
	})
}

// Body parameters go into every object and leave its other members as they are
// spelled.
func FuzzMerge(f *testing.F) {
	f.Add(`{"a":1.50,"b":{"c":[1e3,"<&>"]}}`, "k", "v")
	f.Add(`{"a":1,"a":2}`, "a", "\"")
	f.Add(`[1]`, "k", "v")
	f.Add(`null`, "", "")
	f.Fuzz(func(t *testing.T, body, key, value string) {
		got, err := merge([]byte(body), []Parameter{{Key: key, Value: value}})
		if err != nil {
			return
		}
		var before, after map[string]json.RawMessage
		if json.Unmarshal([]byte(body), &before) != nil || json.Unmarshal(got, &after) != nil {
			t.Fatalf("%q became %q", body, got)
		}
		key = strings.ToValidUTF8(key, "\ufffd")
		var v string
		if err := json.Unmarshal(after[key], &v); err != nil || v != strings.ToValidUTF8(value, "\ufffd") {
			t.Skip() // invalid UTF-8 is written anew
		}
		for name := range before {
			if _, ok := after[name]; !ok {
				t.Errorf("%q lost %q", got, name)
			}
		}
	})
}
