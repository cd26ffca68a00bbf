package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets/function"
	"skywatch/targets/function/runtime"
	"skywatch/targets/function/web"
)

const urlID = "abcdefghijklmnopqrstuvwxyz234567"

// house is a function with a URL, and who guards it.
type house struct {
	url     function.URL
	calls   []function.Call
	answer  string
	failed  string
	err     error
	guarded bool
	signer  *web.Caller
}

func (h *house) URLOf(id string) (function.URL, error) {
	if id != urlID {
		return function.URL{}, fault.New(fault.NotFound, "There is no function URL %s.", id)
	}
	return h.url, nil
}

func (h *house) Invoke(_ context.Context, c function.Call) (function.Answer, error) {
	h.calls = append(h.calls, c)
	return function.Answer{Result: runtime.Result{Payload: []byte(h.answer), Error: h.failed}}, h.err
}

func (h *house) Guard(r *http.Request, own bool, allowed func(string) bool) (bool, error) {
	if origin := r.Header.Get("Origin"); h.guarded && origin != "" && !allowed(origin) {
		return false, fault.New(fault.Denied, "a page")
	}
	return h.guarded && !own, nil
}

func (h *house) Signed(*http.Request, []byte) (web.Caller, error) {
	if h.signer == nil {
		return web.Caller{}, errors.New("nobody")
	}
	return *h.signer, nil
}

func newHouse() *house {
	return &house{answer: `{}`, url: function.URL{
		Name: function.Name{Tenant: metric.Tenant{Account: "123456789012", Region: "us-east-1"}, Function: "f"}, ID: urlID, Auth: function.AuthNone, Qualifier: "live",
	}}
}

func (h *house) ask(r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	noon := time.Date(2026, 5, 20, 12, 0, 7, 0, time.UTC)
	web.NewHandler(web.Options{Functions: h, Gate: h, Now: func() time.Time { return noon }, Logger: slog.New(slog.DiscardHandler)}).ServeHTTP(w, r)
	return w.Result()
}

func (h *house) get(header ...string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, web.URLPath+urlID+"/", http.NoBody)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	return h.ask(r)
}

// The event is that of payload format 2.0.
func TestEvent(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.url.Auth, h.signer = function.AuthIAM, &web.Caller{Account: "123456789012", Region: "us-east-1", AccessKeyID: "AKID"}
	r := httptest.NewRequest(http.MethodPost, web.URLPath+urlID+"/a%2Fb/c?x=1&y=a+b&x=%32&z&=&q=%zz", strings.NewReader(`{"n":1}`))
	r.Host, r.RemoteAddr = "127.0.0.1:4582", "127.0.0.1:5000"
	for _, line := range [][2]string{
		{"Content-Type", "application/json; charset=utf-8"}, {"Cookie", "a=1; b=2"}, {"X-Two", "1"}, {"X-Two", "2"}, {"User-Agent", "test"}, {"X-Amzn-Trace-Id", "Root=1-2-3"},
	} {
		r.Header.Add(line[0], line[1])
	}
	h.ask(r)
	if len(h.calls) != 1 || h.calls[0].Qualifier != "live" || h.calls[0].Trace != "Root=1-2-3" {
		t.Fatalf("calls %+v", h.calls)
	}
	id := h.calls[0].RequestID
	want := `{
		"version": "2.0", "routeKey": "$default", "rawPath": "/a%2Fb/c", "rawQueryString": "x=1&y=a+b&x=%32&z&=&q=%zz", "cookies": ["a=1", "b=2"],
		"headers": {
			"content-type": "application/json; charset=utf-8", "x-two": "1,2", "user-agent": "test", "x-amzn-trace-id": "Root=1-2-3", "host": "127.0.0.1:4582",
			"x-forwarded-proto": "http", "x-forwarded-port": "4582", "x-forwarded-for": "127.0.0.1"
		},
		"queryStringParameters": {"x": "1,2", "y": "a b", "z": "", "": "", "q": "%zz"},
		"requestContext": {
			"accountId": "123456789012", "apiId": "` + urlID + `", "domainName": "` + urlID + `.lambda-url.us-east-1.on.aws", "domainPrefix": "` + urlID + `",
			"authorizer": {"iam": {"accessKey": "AKID", "accountId": "123456789012", "callerId": "AKID", "cognitoIdentity": null, "principalOrgId": null, "userArn": "arn:aws:iam::123456789012:root", "userId": "AKID"}},
			"http": {"method": "POST", "path": "/a%2Fb/c", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "test"},
			"requestId": "` + id + `", "routeKey": "$default", "stage": "$default", "time": "20/May/2026:12:00:07 +0000", "timeEpoch": 1779278407000
		},
		"body": "{\"n\":1}", "isBase64Encoded": false
	}`
	if diff := cmp.Diff(parsed(t, want), parsed(t, string(h.calls[0].Payload))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func parsed(t *testing.T, text string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// What is no text is given in base64.
func TestBody(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, body, want string }{
		{"", "", ``},
		{"text/plain", "hello", `hello false`},
		{"application/vnd.x+json", "{}", `{} false`},
		{"text/plain", "\xff", `/w== true`},
		{"application/octet-stream", "hello", `aGVsbG8= true`},
		{"application/x-www-form-urlencoded", "a=b", `YT1i true`},
		{"", "hello", `aGVsbG8= true`},
	} {
		h := newHouse()
		r := httptest.NewRequest(http.MethodPost, web.URLPath+urlID, strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.kind)
		h.ask(r)
		e := parsed(t, string(h.calls[0].Payload)).(map[string]any)
		got := ""
		if body, ok := e["body"].(string); ok {
			got = body + map[bool]string{true: " true", false: " false"}[e["isBase64Encoded"].(bool)]
		}
		if got != c.want || e["rawPath"] != "/" {
			t.Errorf("%q %q: %q %v, want %q", c.kind, c.body, got, e["rawPath"], c.want)
		}
	}
}

// A function's answer becomes an HTTP answer, or 502.
func TestAnswer(t *testing.T) {
	t.Parallel()
	const bad = `502 application/json {"Message":"Internal Server Error"}`
	for _, c := range []struct{ payload, want string }{
		{`{"message":"hi"}`, `200 application/json {"message":"hi"}`},
		{`"hi"`, `200 application/json hi`},
		{`null`, `200 application/json null`},
		{`[1]`, `200 application/json [1]`},
		{`7`, `200 application/json 7`},
		{`{"headers":7}`, `200 application/json {"headers":7}`},
		{`{"statusCode":201}`, `201 application/json `},
		{`{"statusCode":"404","body":"no","headers":{"content-type":"text/plain","x-n":7,"transfer-encoding":"chunked"}}`, `404 text/plain no X-N=7`},
		{`{"statusCode":200,"body":"aGk=","isBase64Encoded":true,"cookies":["a=1; Secure","b=2"]}`, `200 application/json hi Set-Cookie=a=1; Secure Set-Cookie=b=2`},
		{`{"statusCode":200,"body":null}`, `200 application/json `},
		{`{"statusCode":204}`, `204 application/json `},
		{`{"statusCode":200,"body":{}}`, bad},
		{`{"statusCode":"many"}`, bad},
		{`{"statusCode":101}`, bad},
		{`{"statusCode":700}`, bad},
		{`{"statusCode":200,"headers":7}`, bad},
		{`{"statusCode":200,"headers":{"a b":"c"}}`, bad},
		{`{"statusCode":200,"headers":{"a":"b\r\nSet-Cookie: c"}}`, bad},
		{`{"statusCode":200,"headers":{"a":["b"]}}`, bad},
		{`{"statusCode":200,"cookies":["a\n"]}`, bad},
		{`{"statusCode":200,"body":"?","isBase64Encoded":true}`, bad},
	} {
		h := newHouse()
		h.answer = c.payload
		if got := text(t, h.get(), "X-N", "Set-Cookie"); got != c.want {
			t.Errorf("%s: %q, want %q", c.payload, got, c.want)
		}
	}
}

// text is an answer in one line.
func text(t *testing.T, r *http.Response, names ...string) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	line := r.Status[:3] + " " + r.Header.Get("Content-Type") + " " + strings.TrimSpace(string(body))
	for _, name := range names {
		for _, v := range r.Header[name] {
			line += " " + name + "=" + v
		}
	}
	return line
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, want string
		change     func(*house)
	}{
		{"failed", `502 application/json {"Message":"Internal Server Error"}`, func(h *house) { h.failed = "Unhandled" }},
		{"throttled", `429 application/json {"Message":"Rate Exceeded."}`, func(h *house) { h.err = fault.New(fault.Throttled, "Rate Exceeded.") }},
		{"broken", `502 application/json {"Message":"Internal Server Error"}`, func(h *house) { h.err = errors.New("disk") }},
		{"unsigned", `403 application/json {"Message":"Forbidden"}`, func(h *house) { h.url.Auth = function.AuthIAM }},
		{"of another account", `403 application/json {"Message":"Forbidden"}`, func(h *house) {
			h.url.Auth, h.signer = function.AuthIAM, &web.Caller{Account: "999999999999", Region: "us-east-1"}
		}},
		{"for another region", `403 application/json {"Message":"Forbidden"}`, func(h *house) {
			h.url.Auth, h.signer = function.AuthIAM, &web.Caller{Account: "123456789012", Region: "eu-west-1"}
		}},
	} {
		h := newHouse()
		c.change(h)
		if got := text(t, h.get()); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	h := newHouse()
	if got := h.ask(httptest.NewRequest(http.MethodGet, web.URLPath+"x/", http.NoBody)); got.StatusCode != http.StatusNotFound {
		t.Errorf("unknown: %s", got.Status)
	}
	long := httptest.NewRequest(http.MethodPost, web.URLPath+urlID, strings.NewReader(strings.Repeat("x", runtime.MaxPayload+1)))
	if got := h.ask(long); got.StatusCode != http.StatusRequestEntityTooLarge || len(h.calls) > 0 {
		t.Errorf("too long: %s, %d calls", got.Status, len(h.calls))
	}
}

// Pages of other origins get what the URL's owner says, in place of what the
// function says; a preflight does not reach the function.
func TestCors(t *testing.T) {
	t.Parallel()
	const here, there = "https://here.example", "https://there.example"
	some := &function.Cors{Origins: []string{here}, Methods: []string{"GET"}, Headers: []string{"x-a", "x-b"}, Shown: []string{"x-c"}, MaxAge: 60, Credentials: true}
	all := &function.Cors{Origins: []string{"*"}}
	for _, c := range []struct {
		name    string
		cors    *function.Cors
		guarded bool
		method  string
		origin  string
		want    string
	}{
		{"nothing said", nil, false, "GET", here, "200 Access-Control-Allow-Origin=own"},
		{"allowed", some, true, "GET", here, "200 Access-Control-Allow-Origin=" + here + " Access-Control-Allow-Credentials=true Access-Control-Expose-Headers=x-c Vary=Origin"},
		{"not allowed", some, false, "GET", there, "200"},
		{"any", all, true, "GET", there, "200 Access-Control-Allow-Origin=*"},
		{"a program", some, true, "GET", "", "200"},
		{"guarded", some, true, "GET", there, "403"},
		{"guarded, nothing said", nil, true, "GET", here, "403"},
		{"preflight", some, true, "OPTIONS", here, "200 Access-Control-Allow-Origin=" + here + " Access-Control-Allow-Credentials=true Access-Control-Expose-Headers=x-c Vary=Origin " +
			"Access-Control-Allow-Methods=GET Access-Control-Allow-Headers=x-a,x-b Access-Control-Max-Age=60"},
		{"preflight, not allowed", some, false, "OPTIONS", there, "200"},
	} {
		h := newHouse()
		h.url.Cors, h.guarded = c.cors, c.guarded
		h.answer = `{"statusCode":200,"headers":{"access-control-allow-origin":"own"}}`
		r := httptest.NewRequest(c.method, web.URLPath+urlID+"/", http.NoBody)
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if c.method == http.MethodOptions {
			r.Header.Set("Access-Control-Request-Method", "GET")
		}
		got := h.ask(r)
		line := got.Status[:3]
		for _, name := range []string{
			"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers", "Vary",
			"Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Max-Age",
		} {
			for _, v := range got.Header[name] {
				line += " " + name + "=" + v
			}
		}
		if line != c.want {
			t.Errorf("%s: %q, want %q", c.name, line, c.want)
		}
		if invoked := len(h.calls) > 0; invoked != (c.method == http.MethodGet && got.StatusCode == http.StatusOK) {
			t.Errorf("%s: invoked %v", c.name, invoked)
		}
	}
}

// A page below this server's own origin is kept from its other paths.
func TestSandbox(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"127.0.0.1:4582": true, urlID + ".lambda-url.us-east-1.on.aws": false, urlID + ".lambda-url.us-east-1.localhost:4582": false,
	} {
		h := newHouse()
		h.guarded = true
		h.answer = `{"statusCode":200,"headers":{"content-security-policy":"default-src 'self'"}}`
		path := "/"
		if want {
			path = web.URLPath + urlID + "/"
		}
		r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
		r.Host = host
		all := h.ask(r).Header["Content-Security-Policy"]
		if got := strings.HasPrefix(all[len(all)-1], "sandbox "); got != want || all[0] != "default-src 'self'" {
			t.Errorf("%s: %q", host, all)
		}
	}
}

func TestServes(t *testing.T) {
	t.Parallel()
	h := web.NewHandler(web.Options{BasePath: "/sky"})
	for _, c := range []struct {
		host, path string
		want       bool
	}{
		{"127.0.0.1:4582", "/sky/lambda-url/" + urlID, true},
		{"127.0.0.1:4582", "/sky/lambda-url/x/y", true},
		{"127.0.0.1:4582", "/lambda-url/x", false},
		{urlID + ".lambda-url.us-east-1.on.aws", "/any", true},
		{urlID + ".LAMBDA-URL.us-east-1.localhost:4582", "/", true},
		{urlID + ".lambda-url.us-east-1.evil.example", "/", false},
		{urlID + ".lambda-url.us-east-1.on.aws.evil.example", "/", false},
		{"lambda.us-east-1.amazonaws.com", "/", false},
	} {
		r := httptest.NewRequest(http.MethodGet, c.path, http.NoBody)
		r.Host = c.host
		if got := h.Serves(r); got != c.want {
			t.Errorf("%s%s: %v", c.host, c.path, got)
		}
	}
}
