package access_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"skywatch/access"
	"skywatch/internal/fault"
)

func hosts(t testing.TB, public string, listen ...string) access.Hosts {
	t.Helper()
	h, err := access.NewHosts(listen, public)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestGuardHost(t *testing.T) {
	t.Parallel()
	local := hosts(t, "", "127.0.0.1:4582")
	public := hosts(t, "https://Sky.Example./base", "127.0.0.1:4582", "192.0.2.7:80", "[2001:db8::7]:80", "inside.example:80")
	wildcard := hosts(t, "", "0.0.0.0:4582")
	tests := []struct {
		host                    string
		local, public, wildcard bool
	}{
		{"127.0.0.1:4582", true, true, true},
		{"127.0.0.1", true, true, true},
		{"127.0.0.1:9999", true, true, true}, // a forwarded port
		{"127.9.8.7:1", true, true, true},
		{"localhost:4582", true, true, true},
		{"LOCALHOST", true, true, true},
		{"localhost.:4582", true, true, true},
		{"localhost:", true, true, true},
		{"[::1]:4582", true, true, true},
		{"[::1]", true, true, true},
		{"[0:0:0:0:0:0:0:1]:4582", true, true, true},
		{"[::ffff:127.0.0.1]:4582", true, true, true},
		{"sky.example", false, true, false},
		{"SKY.example.:443", false, true, false},
		{"inside.example:80", false, true, false},
		{"192.0.2.7:80", false, true, true},
		{"[2001:db8::7]", false, true, true},
		{"[2001:DB8:0::7]", false, true, true},
		{"[::ffff:192.0.2.7]", false, true, true},
		{"192.0.2.8", false, false, true},
		{"[2001:db8::8]:80", false, false, true},
		// Names that an attacker can point here.
		{"rebound.example:4582", false, false, false},
		{"127.0.0.1.nip.example:4582", false, false, false},
		{"localhost.example:4582", false, false, false},
		{"notlocalhost:4582", false, false, false},
		{"a.localhost:4582", false, false, false},
		{"sky.example.evil.example", false, false, false},
		{"xsky.example", false, false, false},
		// What is no Host.
		{"", false, false, false},
		{".", false, false, false},
		{":4582", false, false, false},
		{"::1", false, false, false},
		{"::1:4582", false, false, false},
		{"[::1", false, false, false},
		{"[::1]x", false, false, false},
		{"[::1%25lo]", false, false, false},
		{"[::1%lo]:1", false, false, false},
		{"[127.0.0.1]", false, false, false},
		{"[localhost]", false, false, false},
		{"localhost..", false, false, false},
		{"localhost:4582:4582", false, false, false},
		{"localhost:99999", false, false, false},
		{"localhost:0x50", false, false, false},
		{"localhost:+80", false, false, false},
		{"evil.example@localhost", false, false, false},
		{"localhost/evil.example", false, false, false},
		{"127.1:4582", false, false, false},
		{"0177.0.0.1", false, false, false},
		{"0x7f.0.0.1", false, false, false},
		{"2130706433", false, false, false},
		{"0.0.0.0:4582", false, false, false},
		{"[::]:4582", false, false, false},
		{"localhost, evil.example", false, false, false},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = tt.host
		for _, c := range []struct {
			name  string
			hosts access.Hosts
			want  bool
		}{{"local", local, tt.local}, {"public", public, tt.public}, {"wildcard", wildcard, tt.wildcard}} {
			err := access.GuardBrowser(r, c.hosts)
			if (err == nil) != c.want || err != nil && !fault.Is(err, fault.Denied) {
				t.Errorf("%s: Host %q: %v", c.name, tt.host, err)
			}
		}
	}
}

func TestGuardOrigin(t *testing.T) {
	t.Parallel()
	h := hosts(t, "https://sky.example", "127.0.0.1:4582")
	tests := []struct {
		host, origin string
		want         bool
	}{
		{"127.0.0.1:4582", "http://127.0.0.1:4582", true},
		{"127.0.0.1:4582", "HTTP://127.0.0.1:4582", true},
		{"127.0.0.1:4582", "https://127.0.0.1:4582", true}, // TLS taken off in front
		{"localhost:4582", "http://LOCALHOST:4582", true},
		{"localhost", "http://localhost", true},
		{"localhost:80", "http://localhost", true},
		{"localhost", "https://localhost:443", true},
		{"[::1]:4582", "http://[::1]:4582", true},
		{"sky.example", "https://sky.example", true},
		{"sky.example:443", "https://sky.example", true},
		{"127.0.0.1:4582", "https://sky.example", true}, // a proxy that rewrites Host
		{"127.0.0.1:4582", "http://sky.example", false},
		{"127.0.0.1:4582", "https://sky.example:444", false},
		{"127.0.0.1:4582", "http://127.0.0.1:4583", false},
		{"127.0.0.1:4582", "http://127.0.0.1", false},
		{"127.0.0.1:4582", "http://localhost:4582", false},
		{"127.0.0.1:4582", "http://127.0.0.2:4582", false},
		{"localhost", "http://localhost:443", false},
		{"127.0.0.1:4582", "http://evil.example", false},
		{"127.0.0.1:4582", "http://evil.example:4582", false},
		{"127.0.0.1:4582", "null", false},
		{"127.0.0.1:4582", "NULL", false},
		{"127.0.0.1:4582", "", false},
		{"127.0.0.1:4582", "file://", false},
		{"127.0.0.1:4582", "chrome-extension://abcdef", false},
		{"127.0.0.1:4582", "ftp://127.0.0.1:4582", false},
		{"127.0.0.1:4582", "127.0.0.1:4582", false},
		{"127.0.0.1:4582", "//127.0.0.1:4582", false},
		{"127.0.0.1:4582", "http://127.0.0.1:4582/", false},
		{"127.0.0.1:4582", "http://127.0.0.1:4582/x", false},
		{"127.0.0.1:4582", "http://127.0.0.1:4582?", false},
		{"127.0.0.1:4582", "http://127.0.0.1:4582#", false},
		{"127.0.0.1:4582", "http://evil.example@127.0.0.1:4582", false},
		{"127.0.0.1:4582", "http://127.0.0.1:4582 http://evil.example", false},
		{"127.0.0.1:4582", "http://127.0.0.1:4582.evil.example", false},
		{"127.0.0.1:4582", "http://127.0.0.1.evil.example:4582", false},
		{"127.0.0.1:4582", "%zz", false},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.Host = tt.host
		r.Header["Origin"] = []string{tt.origin}
		if err := access.GuardBrowser(r, h); (err == nil) != tt.want {
			t.Errorf("Host %q, Origin %q: %v", tt.host, tt.origin, err)
		}
		r.Header.Add("Origin", "http://evil.example")
		if err := access.GuardBrowser(r, h); err == nil {
			t.Errorf("Host %q, Origin %q and a second one: accepted", tt.host, tt.origin)
		}
	}
}

func TestGuardFetchSite(t *testing.T) {
	t.Parallel()
	h := hosts(t, "", "127.0.0.1:4582")
	for site, want := range map[string]bool{
		"same-origin": true, "none": true,
		"cross-site": false, "same-site": false, "Same-Origin": false, "": false, "else": false,
	} {
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:4582/?Action=DeleteAlarms", nil)
		r.Header["Sec-Fetch-Site"] = []string{site}
		if err := access.GuardBrowser(r, h); (err == nil) != want {
			t.Errorf("Sec-Fetch-Site %q: %v", site, err)
		}
	}
}

// TestGuardMessage holds that the refusal names what was wrong, bounded.
func TestGuardMessage(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Host = strings.Repeat("x", 9000)
	err := access.GuardBrowser(r, hosts(t, ""))
	if err == nil || !strings.Contains(err.Error(), "the Host 'xxx") || len(err.Error()) > 500 {
		t.Errorf("%v", err)
	}
}

func TestNewHosts(t *testing.T) {
	t.Parallel()
	for _, public := range []string{"sky.example", "ftp://sky.example", "https://", "https://a b", "%"} {
		if _, err := access.NewHosts(nil, public); err == nil {
			t.Errorf("public URL %q: accepted", public)
		}
	}
	for _, listen := range []string{"", "::1:80", "[::1"} {
		if _, err := access.NewHosts([]string{listen}, ""); err == nil {
			t.Errorf("listen address %q: accepted", listen)
		}
	}
}

// FuzzGuard looks for a Host or an Origin with a foreign name in it that
// passes.
func FuzzGuard(f *testing.F) {
	f.Add("127.0.0.1:4582", "http://127.0.0.1:4582")
	f.Add("evil.example", "null")
	f.Add("[::1]:80", "http://evil.example@[::1]")
	h := hosts(f, "", "127.0.0.1:4582")
	f.Fuzz(func(t *testing.T, host, origin string) {
		r := &http.Request{Host: host, Header: http.Header{"Origin": {origin}}}
		if access.GuardBrowser(r, h) == nil && strings.Contains(host+origin, "evil") {
			t.Errorf("Host %q, Origin %q pass", host, origin)
		}
	})
}

// A path that is meant for pages of other origins lets in those that it names,
// and no others.
func TestGuardException(t *testing.T) {
	t.Parallel()
	const page = "https://page.example"
	local := hosts(t, "", "127.0.0.1:4582")
	only := func(allowed string) func(string) bool { return func(origin string) bool { return origin == allowed } }
	for _, c := range []struct {
		name, host, origin, site string
		x                        access.Exception
		want                     bool
	}{
		{"a program", "127.0.0.1:4582", "", "", access.Exception{}, true},
		{"nothing is let in", "127.0.0.1:4582", page, "cross-site", access.Exception{}, false},
		{"this origin", "127.0.0.1:4582", page, "cross-site", access.Exception{Origin: only(page)}, true},
		{"another origin", "127.0.0.1:4582", "https://other.example", "cross-site", access.Exception{Origin: only(page)}, false},
		{"without an origin", "127.0.0.1:4582", "", "cross-site", access.Exception{Origin: only(page)}, false},
		{"without an origin, any", "127.0.0.1:4582", "", "cross-site", access.Exception{Origin: only("*")}, true},
		{"a rebound name", "rebound.example", page, "", access.Exception{Origin: only(page)}, false},
		{"a host that is known", "known.example", "", "", access.Exception{Host: true}, true},
		{"a page of that host", "known.example:80", "http://known.example", "same-origin", access.Exception{Host: true}, true},
		{"a host that is none", "a b", "", "", access.Exception{Host: true}, false},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.Host = c.host
		for name, value := range map[string]string{"Origin": c.origin, "Sec-Fetch-Site": c.site} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		if err := access.GuardBrowserBut(r, local, c.x); (err == nil) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
