package webhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// names resolves from a list; each call takes the next answer, the last one
// again and again.
type names map[string][][]string

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	answers := n[host]
	if len(answers) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	if len(answers) > 1 {
		n[host] = answers[1:]
	}
	var out []netip.Addr
	for _, s := range answers[0] {
		out = append(out, netip.MustParseAddr(s))
	}
	return out, nil
}

var errDialled = errors.New("dialled")

// dialled returns a client that dials nothing, and the address it would have
// dialled.
func dialled(o Options) (*Client, *string) {
	at := new(string)
	o.Dial = func(_ context.Context, _, address string) (net.Conn, error) {
		*at = address
		return nil, errDialled
	}
	return New(o), at
}

func TestEgress(t *testing.T) {
	t.Parallel()
	loopback := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	for _, c := range []struct {
		url   string
		allow []netip.Prefix
		want  string // the address dialled; empty: forbidden
	}{
		// Public.
		{"https://8.8.8.8/", nil, "8.8.8.8:443"},
		{"https://8.8.8.8:8443/", nil, "8.8.8.8:8443"},
		{"https://[2606:4700::1111]/", nil, "[2606:4700::1111]:443"},
		{"https://good.example/", nil, "8.8.4.4:443"},
		{"http://8.8.8.8/", nil, ""},
		{"https://8.8.8.8:25/", nil, ""},
		{"ftp://8.8.8.8/", nil, ""},
		{"https:///path", nil, ""},
		// Special ranges, as they are and in disguise.
		{"https://127.0.0.1/", nil, ""},
		{"https://10.1.2.3/", nil, ""},
		{"https://172.31.255.1/", nil, ""},
		{"https://192.168.0.1/", nil, ""},
		{"https://169.254.169.254/latest/meta-data/", nil, ""},
		{"https://100.64.0.1/", nil, ""},
		{"https://0.0.0.0/", nil, ""},
		{"https://224.0.0.1/", nil, ""},
		{"https://255.255.255.255/", nil, ""},
		{"https://[::]/", nil, ""},
		{"https://[::1]/", nil, ""},
		{"https://[::ffff:127.0.0.1]/", nil, ""},
		{"https://[::ffff:a9fe:a9fe]/", nil, ""},
		{"https://[::127.0.0.1]/", nil, ""},
		{"https://[64:ff9b::7f00:1]/", nil, ""},
		{"https://[64:ff9b:1::7f00:1]/", nil, ""},
		{"https://[2002:7f00:1::]/", nil, ""},
		{"https://[2001:0:7f00:1::]/", nil, ""},
		{"https://[fe80::1]/", nil, ""},
		{"https://[fe80::1%25eth0]/", nil, ""},
		{"https://[fc00::1]/", nil, ""},
		{"https://[fd00:ec2::254]/", nil, ""},
		{"https://[ff02::1]/", nil, ""},
		{"https://2130706433/", nil, ""},
		{"https://0x7f000001/", nil, ""},
		{"https://0177.0.0.1/", nil, ""},
		{"https://0x7f.0.0.1/", nil, ""},
		{"https://127.1/", nil, ""},
		{"https://127.0.0.1./", nil, ""},
		{"https://bad.example/", nil, ""},
		{"https://user@127.0.0.1/", nil, ""},
		{"https://8.8.8.8@127.0.0.1/", nil, ""},
		{"https://nobody.example/", nil, "no such host"},
		// A name with good and bad addresses is reached at a good one.
		{"https://both.example/", nil, "8.8.4.4:443"},
		// Named ranges, and only these.
		{"http://127.0.0.1:8080/", loopback, "127.0.0.1:8080"},
		{"http://127.9.9.9/", loopback, "127.9.9.9:80"},
		{"https://bad.example/", loopback, "127.0.0.1:443"},
		{"http://[::ffff:127.0.0.1]:81/", loopback, "127.0.0.1:81"},
		{"http://[::1]/", loopback, ""},
		{"http://10.0.0.1/", loopback, ""},
		{"http://8.8.8.8/", loopback, ""},
		{"http://[::1]/", []netip.Prefix{netip.MustParsePrefix("::1/128")}, "[::1]:80"},
	} {
		client, at := dialled(Options{Allow: c.allow, Resolver: names{
			"good.example": {{"8.8.4.4"}}, "bad.example": {{"127.0.0.1"}}, "both.example": {{"10.0.0.1", "8.8.4.4"}},
		}})
		_, err := client.Post(t.Context(), c.url, http.Header{}, nil)
		switch {
		case c.want == "" && (!errors.Is(err, ErrEgress) || *at != ""):
			t.Errorf("%s: dialled %q, %v; must be forbidden", c.url, *at, err)
		case c.want == "no such host" && (err == nil || errors.Is(err, ErrEgress)):
			t.Errorf("%s: %v", c.url, err)
		case strings.Contains(c.want, ":") && (*at != c.want || !errors.Is(err, errDialled)):
			t.Errorf("%s: dialled %q, %v; want %s", c.url, *at, err, c.want)
		}
	}
}

// A name that answers with a public address first and a private one second is
// asked once for each connection, and what was checked is what is dialled.
func TestRebinding(t *testing.T) {
	t.Parallel()
	client, at := dialled(Options{Resolver: names{"rebind.example": {{"8.8.8.8"}, {"127.0.0.1"}}}})
	if _, err := client.Post(t.Context(), "https://rebind.example/", http.Header{}, nil); !errors.Is(err, errDialled) || *at != "8.8.8.8:443" {
		t.Errorf("first: %v, dialled %q", err, *at)
	}
	*at = ""
	if _, err := client.Post(t.Context(), "https://rebind.example/", http.Header{}, nil); !errors.Is(err, ErrEgress) || *at != "" {
		t.Errorf("second: %v, dialled %q", err, *at)
	}
}

func serve(t *testing.T, h http.HandlerFunc) (*Client, string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	c := New(Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	t.Cleanup(c.Close)
	return c, s.URL
}

func TestPost(t *testing.T) {
	t.Parallel()
	c, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		user, password, _ := r.BasicAuth()
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = fmt.Fprintf(w, "%s %s %s %s:%s", r.Method, r.Header.Get("X-Test"), body, user, password)
	})
	a, err := c.Post(t.Context(), strings.Replace(url, "//", "//u:p@", 1), http.Header{"X-Test": {"yes"}}, []byte("hello"))
	if err != nil {
		t.Fatal(err)
	}
	if a.Status != 429 || string(a.Body) != "POST yes hello u:p" || a.RetryAfter != 7*time.Second {
		t.Errorf("answer %d %q, retry after %v", a.Status, a.Body, a.RetryAfter)
	}
}

func TestRedirectIsAnAnswer(t *testing.T) {
	t.Parallel()
	c, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/else" {
			t.Error("the redirect was followed")
		}
		http.Redirect(w, r, "/else", http.StatusFound)
	})
	if a, err := c.Post(t.Context(), url, http.Header{}, nil); err != nil || a.Status != http.StatusFound {
		t.Errorf("answer %d, %v", a.Status, err)
	}
}

func TestBodyIsBounded(t *testing.T) {
	t.Parallel()
	c, url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, 1<<20))
	})
	if a, err := c.Post(t.Context(), url, http.Header{}, nil); err != nil || len(a.Body) != maxBodyBytes {
		t.Errorf("read %d bytes, %v", len(a.Body), err)
	}
}

func TestClosesMidway(t *testing.T) {
	t.Parallel()
	c, url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "half")
		panic(http.ErrAbortHandler)
	})
	if a, err := c.Post(t.Context(), url, http.Header{}, nil); err == nil {
		t.Errorf("answer %d was taken for whole", a.Status)
	}
}

// pipes dials into the memory, so that time in a bubble can pass.
func pipes(t *testing.T, o Options, serve func(net.Conn)) *Client {
	o.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	if o.Dial == nil {
		o.Dial = func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			go serve(far)
			return near, nil
		}
	}
	c := New(o)
	t.Cleanup(c.Close)
	return c
}

func TestHangs(t *testing.T) {
	t.Parallel()
	hang := func(ctx context.Context, _, _ string) (net.Conn, error) { <-ctx.Done(); return nil, ctx.Err() }
	for _, c := range []struct {
		name string
		o    Options
		want time.Duration
	}{
		{"answer", Options{}, 15 * time.Second},
		{"answer, configured", Options{Total: 5 * time.Second}, 5 * time.Second},
		{"connection", Options{Dial: hang}, 2 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := pipes(t, c.o, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn); _ = conn.Close() })
				begin := time.Now()
				_, err := client.Post(t.Context(), "http://127.0.0.1/", http.Header{}, nil)
				if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != c.want {
					t.Errorf("%v after %v, want %v", err, time.Since(begin), c.want)
				}
			})
		})
	}
}

func TestErrorsKeepPasswords(t *testing.T) {
	t.Parallel()
	client, _ := dialled(Options{})
	for _, target := range []string{"https://user:canary@[::1", "https://user:canary@10.0.0.1/", "https://user:canary@0x7f.1/", "gopher://user:canary@x/", "https://user:canary@8.8.8.8/"} {
		if _, err := client.Post(t.Context(), target, http.Header{}, nil); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", target, err)
		}
	}
}
