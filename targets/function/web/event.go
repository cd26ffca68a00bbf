package web

import (
	"encoding/base64"
	"encoding/json"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"skywatch/targets/function"
)

// event is a request in payload format 2.0 (Lambda developer guide, "Invoking
// Lambda function URLs"). What a request does not have is left out (inferred).
type event struct {
	Version         string            `json:"version"`
	RouteKey        string            `json:"routeKey"`
	RawPath         string            `json:"rawPath"`
	RawQuery        string            `json:"rawQueryString"`
	Cookies         []string          `json:"cookies,omitempty"`
	Headers         map[string]string `json:"headers"`
	Query           map[string]string `json:"queryStringParameters,omitempty"`
	Context         requestContext    `json:"requestContext"`
	Body            string            `json:"body,omitempty"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
}

type requestContext struct {
	AccountID    string      `json:"accountId"`
	APIID        string      `json:"apiId"`
	Authorizer   *authorizer `json:"authorizer,omitempty"`
	DomainName   string      `json:"domainName"`
	DomainPrefix string      `json:"domainPrefix"`
	HTTP         httpContext `json:"http"`
	RequestID    string      `json:"requestId"`
	RouteKey     string      `json:"routeKey"`
	Stage        string      `json:"stage"`
	Time         string      `json:"time"`
	TimeEpoch    int64       `json:"timeEpoch"`
}

type httpContext struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Protocol  string `json:"protocol"`
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
}

type authorizer struct {
	IAM identity `json:"iam"`
}

type identity struct {
	AccessKey       string  `json:"accessKey"`
	AccountID       string  `json:"accountId"`
	CallerID        string  `json:"callerId"`
	CognitoIdentity *string `json:"cognitoIdentity"`
	OrganizationID  *string `json:"principalOrgId"`
	UserARN         string  `json:"userArn"`
	UserID          string  `json:"userId"`
}

const defaultRoute = "$default"

// newEvent makes the event of a request that who sent, or nobody known.
func newEvent(u *function.URL, a address, r *http.Request, body []byte, who *Caller, id string, now time.Time) ([]byte, error) {
	source := sourceIP(r)
	e := event{
		Version: "2.0", RouteKey: defaultRoute, RawPath: a.path, RawQuery: r.URL.RawQuery,
		Cookies: cookies(r.Header), Headers: headers(r, source), Query: parameters(r.URL.RawQuery),
		Context: requestContext{
			AccountID: "anonymous", APIID: u.ID, DomainName: u.Domain(), DomainPrefix: u.ID, RequestID: id, RouteKey: defaultRoute, Stage: defaultRoute,
			Time: now.UTC().Format("02/Jan/2006:15:04:05 -0700"), TimeEpoch: now.UnixMilli(),
			HTTP: httpContext{Method: r.Method, Path: a.path, Protocol: r.Proto, SourceIP: source, UserAgent: r.UserAgent()},
		},
	}
	if who != nil {
		e.Context.AccountID = who.Account
		e.Context.Authorizer = &authorizer{identity{
			AccessKey: who.AccessKeyID, AccountID: who.Account, CallerID: who.AccessKeyID, UserID: who.AccessKeyID,
			UserARN: "arn:aws:iam::" + who.Account + ":root", // a key here is its account's
		}}
	}
	e.Body, e.IsBase64Encoded = string(body), !textual(r.Header.Get("Content-Type"), body)
	if e.IsBase64Encoded {
		e.Body = base64.StdEncoding.EncodeToString(body)
	}
	return json.Marshal(e)
}

func sourceIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// headers are the request's, in small letters, those that came twice with
// commas, and what AWS adds to them. Cookies have a place of their own.
func headers(r *http.Request, source string) map[string]string {
	all := make(map[string]string, len(r.Header)+4)
	for name, values := range r.Header {
		if name != "Cookie" {
			all[strings.ToLower(name)] = strings.Join(values, ",")
		}
	}
	all["host"] = r.Host
	all["x-forwarded-proto"] = "http"
	port := "80"
	if r.TLS != nil {
		all["x-forwarded-proto"], port = "https", "443"
	}
	if _, p, err := net.SplitHostPort(r.Host); err == nil {
		port = p
	}
	all["x-forwarded-port"] = port
	if before := all["x-forwarded-for"]; before != "" {
		source = before + ", " + source
	}
	all["x-forwarded-for"] = source
	return all
}

func cookies(h http.Header) (all []string) {
	for _, line := range h["Cookie"] {
		for one := range strings.SplitSeq(line, ";") {
			if one = strings.TrimSpace(one); one != "" {
				all = append(all, one)
			}
		}
	}
	return all
}

// parameters are those of the query, the values of one name with commas.
func parameters(raw string) map[string]string {
	all := map[string]string{}
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		name, value = unescaped(name), unescaped(value)
		if before, ok := all[name]; ok {
			value = before + "," + value
		}
		all[name] = value
	}
	return all
}

// unescaped is a part of a query as it was meant, or as it is where that cannot
// be known.
func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// textual reports whether a body is given as it is; others, forms among them,
// are given in base64 (which types are text is inferred).
func textual(contentType string, body []byte) bool {
	if len(body) == 0 {
		return true
	}
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil || !utf8.Valid(body) {
		return false
	}
	switch kind {
	case "application/json", "application/xml", "application/javascript":
		return true
	}
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "+json") || strings.HasSuffix(kind, "+xml")
}
