package access_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"skywatch/access"
)

// chromium starts a browser whose names ending in .test are all this machine,
// as an attacker's name server could make them.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("chromium is not installed, and CI must run this test")
		}
		t.Skip("chromium is not installed: the guard is not tried against a real browser")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("host-resolver-rules", "MAP *.test 127.0.0.1"),
		chromedp.WSURLReadTimeout(time.Minute),
	}
	for _, f := range []string{
		"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run",
		"disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage",
	} {
		options = append(options, chromedp.Flag(f, true))
	}
	// Not t.Context: it ends before the cleanups that let the browser go.
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return ctx
}

// guarded is a server behind the guard that notes what came and what passed.
type guarded struct {
	*httptest.Server
	hosts access.Hosts

	mu            sync.Mutex
	came, refused map[string]int // by the request's path
	passed        []string
}

func startGuarded(t *testing.T, page string) *guarded {
	g := &guarded{came: map[string]int{}, refused: map[string]int{}}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.came[r.URL.Path]++
		if err := access.GuardBrowser(r, g.hosts); err != nil {
			g.refused[r.URL.Path]++
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		g.passed = append(g.passed, r.Method+" "+r.URL.Path)
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, page)
	}))
	t.Cleanup(g.Close)
	g.hosts = hosts(t, "", strings.TrimPrefix(g.URL, "http://"))
	return g
}

func (g *guarded) port() string {
	u, _ := url.Parse(g.URL)
	return u.Port()
}

// attack is the script of a hostile page: every way a page has to make a
// browser send something elsewhere, each to a path of its own. It says so in
// the title when all of them have ended, well or not.
const attack = `<!doctype html><title>busy</title><body><script>
const target = "TARGET", ended = [];
const settle = p => ended.push(p.then(() => {}, () => {}));
const element = (tag, set) => settle(new Promise(done => {
  const e = document.createElement(tag);
  e.onload = e.onerror = done;
  set(e);
  document.body.append(e);
}));
settle(fetch(target + "/fetch-get?Action=DeleteAlarms"));
settle(fetch(target + "/fetch-post", {method: "POST", body: "{}"}));
settle(fetch(target + "/fetch-preflight", {method: "POST", body: "{}", headers: {"X-Amz-Target": "x", "Content-Type": "application/x-amz-json-1.0"}}));
settle(fetch(target + "/fetch-delete", {method: "DELETE"}));
settle(fetch(target + "/no-cors-get?Action=DeleteAlarms", {mode: "no-cors"}));
settle(fetch(target + "/no-cors-post", {method: "POST", mode: "no-cors", body: new URLSearchParams({Action: "DeleteAlarms"})}));
settle(fetch(target + "/no-referrer", {method: "POST", mode: "no-cors", referrerPolicy: "no-referrer", body: "{}"}));
settle(new Promise(done => { const x = new XMLHttpRequest(); x.onloadend = done; x.open("POST", target + "/xhr"); x.send("a=b"); }));
navigator.sendBeacon(target + "/beacon", "a=b");
element("img", e => e.src = target + "/img?Action=DeleteAlarms");
element("script", e => e.src = target + "/script?Action=DeleteAlarms");
element("link", e => { e.rel = "stylesheet"; e.href = target + "/style?Action=DeleteAlarms"; });
element("iframe", e => e.src = target + "/iframe?Action=DeleteAlarms");
const form = (path, method, sandbox) => element("iframe", e => {
  if (sandbox) e.sandbox = "allow-scripts allow-forms";
  e.srcdoc = '<form method=' + method + ' action="' + target + path + '"><input name=Action value=DeleteAlarms></form><script>document.forms[0].submit()<\/script>';
});
form("/form-post", "post");
form("/form-get", "get");
form("/form-null-origin", "post", true);
Promise.all(ended).then(() => document.title = "ended");
</script>`

// ways are the paths of the attack.
var ways = []string{
	"/fetch-get", "/fetch-post", "/fetch-preflight", "/fetch-delete", "/no-cors-get", "/no-cors-post", "/no-referrer",
	"/xhr", "/beacon", "/img", "/script", "/style", "/iframe", "/form-post", "/form-get", "/form-null-origin",
}

// friendly is the server's own page: it reads and writes where it came from.
const friendly = `<!doctype html><title>busy</title><script>
Promise.all([
  fetch("/own-get"),
  fetch("/own-post", {method: "POST", body: "{}", headers: {"X-Amz-Target": "x", "Content-Type": "application/x-amz-json-1.0"}}),
]).then(rs => document.title = rs.map(r => r.status).join());
</script>`

// TestChromium tries the guard with a real browser: from its own page, from
// pages of another port and of another name on this machine, and from a page
// whose name was rebound to the guarded server.
func TestChromium(t *testing.T) {
	ctx := chromium(t)
	t.Run("own page", func(t *testing.T) {
		g := startGuarded(t, friendly)
		if title := visit(t, ctx, g.URL+"/"); title != "200,200" {
			t.Errorf("statuses %q, want 200,200", title)
		}
		t.Log("passed:", g.passed)
	})
	for name, from := range map[string]string{
		"another port":             "127.0.0.1", // same-site, other origin
		"another name of loopback": "localhost", // cross-site
		"a name of the internet":   "evil.test",
	} {
		t.Run(name, func(t *testing.T) { assault(t, ctx, from) })
	}
	t.Run("rebound name", func(t *testing.T) {
		g := startGuarded(t, friendly)
		visit(t, ctx, "http://evil.test:"+g.port()+"/")
		if g.came["/"] != 1 || g.refused["/"] != 1 || len(g.passed) > 0 {
			t.Errorf("came %v, passed %v", g.came, g.passed)
		}
	})
}

// assault serves the hostile page from another origin and holds that it
// reached the guarded server in many ways and passed in none.
func assault(t *testing.T, ctx context.Context, from string) {
	g := startGuarded(t, friendly)
	hostile := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, strings.ReplaceAll(attack, "TARGET", g.URL))
	}))
	defer hostile.Close()
	if title := visit(t, ctx, strings.Replace(hostile.URL, "127.0.0.1", from, 1)); title != "ended" {
		t.Fatalf("the page did not end: %q", title)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.passed) > 0 {
		t.Errorf("passed: %v", g.passed)
	}
	var tried []string
	for _, w := range ways {
		if g.refused[w] > 0 {
			tried = append(tried, w)
		}
	}
	t.Logf("refused: %v", tried)
	// The browser itself may stop some ways before they leave it.
	for _, must := range []string{"/fetch-post", "/no-cors-get", "/no-cors-post", "/form-post", "/form-get", "/form-null-origin", "/img"} {
		if g.refused[must] == 0 {
			t.Errorf("%s never came: the test shows nothing of it", must)
		}
	}
}

// visit opens a page and returns its title when it is not "busy" any more.
func visit(t *testing.T, ctx context.Context, page string) string {
	t.Helper()
	tab, stop := chromedp.NewContext(ctx)
	defer stop()
	title, err := chromedp.Run(tab, func(ctx context.Context, target *chromedp.Target) (string, error) {
		if _, err := chromedp.Navigate(page)(ctx, target); err != nil {
			return "", err
		}
		done := chromedp.Poll[bool](`document.title != "busy" && document.readyState == "complete"`)
		if _, err := done(ctx, target); err != nil {
			return "", err
		}
		return chromedp.Title()(ctx, target)
	})
	if err != nil {
		t.Fatalf("visit %s: %v", page, err)
	}
	return title
}
