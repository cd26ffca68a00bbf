package sigv4

import (
	"slices"
	"strconv"
	"testing"
)

func TestCanonicalPaths(t *testing.T) {
	t.Parallel()
	tests := []struct {
		received string
		want     []string
	}{
		{"", []string{"/"}},
		{"/", []string{"/"}},
		{"/service/X/operation/Y", []string{"/service/X/operation/Y"}},
		{"/tags/arn%3Aaws%2Fx", []string{"/tags/arn%253Aaws%252Fx"}},
		{"/a b/é", []string{"/a%20b/%C3%A9"}},
		{"/base//service/", []string{"/base/service/", "/base//service/"}},
		{"/a/./b/../c", []string{"/a/c", "/a/./b/../c"}},
		{"/../..", []string{"/", "/../.."}},
		{"//", []string{"/", "//"}},
		{"/.hidden/..x", []string{"/.hidden/..x"}},
		{"/%2E%2E/x", []string{"/%252E%252E/x"}},
	}
	for _, tt := range tests {
		if got := canonicalPaths(tt.received); !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.received, got, tt.want)
		}
	}
}

func TestCanonicalQuery(t *testing.T) {
	t.Parallel()
	tests := []struct{ received, want string }{
		{"", ""},
		{"&&", ""},
		{"b=2&a=1", "a=1&b=2"},
		{"a=b&a=B&a=", "a=&a=B&a=b"},
		{"a", "a="},
		{"a=1=2", "a=1%3D2"},
		{"x=+%20%2b~-._", "x=%20%20%2B~-._"},
		// By escaped name: "%21" sorts before "-", "!" after "%".
		{"a-=1&a%21=2&a!=1", "a%21=1&a%21=2&a-=1"},
		{"X-Amz-Signature=s&a=1", "a=1"},
	}
	for _, tt := range tests {
		q, err := parseQuery(tt.received)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.canonical(true); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.received, got, tt.want)
		}
	}
}

func TestCanonicalHeaderValue(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ received, want string }{
		{"", ""},
		{"  ", ""},
		{" a ", "a"},
		{"a   b  c", "a b c"},
		{`"a  b"`, `"a b"`},
		{"a\tb", "a\tb"},
	} {
		if got := string(appendCollapsed(nil, tt.received)); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.received, got, tt.want)
		}
	}
}

// TestKeyCache holds the cache to its bound and to the key that was derived.
func TestKeyCache(t *testing.T) {
	t.Parallel()
	kc := keyCache{limit: 8}
	for i := range 100 {
		c := Credential{"id", Scope{"20261122", "r" + strconv.Itoa(i%20), "monitoring"}}
		if kc.signingKey(c, "secret") != deriveKey("secret", c.Scope) {
			t.Fatal("wrong key")
		}
		if kc.signingKey(c, "another") != deriveKey("another", c.Scope) {
			t.Fatal("a new secret met the old key")
		}
		if n := len(kc.young) + len(kc.old); n > 2*kc.limit {
			t.Fatalf("%d keys kept", n)
		}
	}
}
