package conformance_test

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
)

const (
	form   = "application/x-www-form-urlencoded"
	target = "GraniteServiceVersion20100801."
)

// byHand is a request that no SDK would send, and what must come of it. The
// refusal is checked in the form of the dialect named.
type byHand struct {
	name    string
	dialect string
	method  string // empty: POST
	path    string
	header  map[string]string
	body    string
	refused *refusal // nil: 200
	answer  string   // a pattern of the body of a 200
}

func (h byHand) run(t *testing.T, server string) {
	t.Run(h.name, func(t *testing.T) {
		t.Parallel()
		method := h.method
		if method == "" {
			method = http.MethodPost
		}
		req, err := http.NewRequestWithContext(t.Context(), method, server+h.path, strings.NewReader(h.body))
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range h.header {
			req.Header.Set(k, v)
		}
		c := &caller{dialect: dialect{name: h.dialect, plain: req.Header.Get("X-Amzn-Query-Mode") == ""}, wire: &recorder{}}
		if _, err := c.wire.Do(req); err != nil {
			t.Fatal(err)
		}
		c.checkHeaders(t)
		switch {
		case h.refused != nil:
			c.checkRefusal(t, h.refused)
		case c.wire.status != http.StatusOK:
			t.Errorf("%d %s", c.wire.status, c.wire.body)
		case !regexp.MustCompile(h.answer).Match(c.wire.body):
			t.Errorf("body %s is not like %s", c.wire.body, h.answer)
		}
	})
}

func jsonHeader(op string) map[string]string {
	return map[string]string{"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": target + op}
}

func cborHeader() map[string]string {
	return map[string]string{"Content-Type": "application/cbor", "Accept": "application/cbor", "Smithy-Protocol": "rpc-v2-cbor"}
}

func formHeader() map[string]string {
	return map[string]string{"Content-Type": form + "; charset=utf-8"}
}

func with(h map[string]string, more ...string) map[string]string {
	for i := 0; i < len(more); i += 2 {
		h[more[i]] = more[i+1]
	}
	return h
}

func cborPath(op string) string {
	return "/service/" + strings.TrimSuffix(target, ".") + "/operation/" + op
}

// unhex is CBOR in hexadecimal, spaces between its items.
func unhex(text string) string {
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		panic(err)
	}
	return string(b)
}

func malformed() *refusal {
	r := &refusal{code: "MalformedInput", shape: coral + "SerializationException", status: 400, like: "."}
	other := *r
	other.code = "MalformedQueryString"
	return r.either(&other)
}

func unknownOperation(pattern string) *refusal {
	return &refusal{code: "InvalidAction", shape: coral + "UnknownOperationException", status: 400, like: pattern}
}

func noAction() *refusal {
	return &refusal{code: "MissingAction", shape: coral + "UnknownOperationException", status: 400, like: "."}
}

func tooLarge() *refusal {
	return &refusal{code: "RequestEntityTooLarge", shape: coral + "RequestEntityTooLargeException", status: 413, like: "."}
}

// TestRouting holds how protocol and operation of a request are found.
func TestRouting(t *testing.T) {
	t.Parallel()
	server := start(t)
	list := "Action=ListMetrics&Version=2010-08-01"
	for _, h := range []byHand{
		{name: "query", dialect: "query", path: "/", header: formHeader(), body: list, answer: "<Metrics"},
		{name: "query by GET", dialect: "query", method: http.MethodGet, path: "/?" + list, answer: "<Metrics"},
		{name: "query below a path", dialect: "query", path: "/base", header: formHeader(), body: list, answer: "<Metrics"},
		{name: "json", dialect: "json", path: "/", header: jsonHeader("ListMetrics"), body: "{}", answer: `"Metrics":\[`},
		{name: "json below a path", dialect: "json", path: "/base", header: jsonHeader("ListMetrics"), body: "{}", answer: `"Metrics":\[`},
		{name: "cbor", dialect: "cbor", path: cborPath("ListMetrics"), header: cborHeader(), body: unhex("a0"), answer: "Metrics"},
		{name: "cbor below a path", dialect: "cbor", path: "/base" + cborPath("ListMetrics"), header: cborHeader(), body: unhex("bf ff"), answer: "Metrics"},
		{name: "cbor without body", dialect: "cbor", path: cborPath("ListMetrics"), header: map[string]string{"Smithy-Protocol": "rpc-v2-cbor"}, answer: "Metrics"},

		{name: "no action", dialect: "query", path: "/", header: formHeader(), body: "Version=2010-08-01", refused: noAction()},
		{name: "no action, GET", dialect: "query", method: http.MethodGet, path: "/", refused: noAction()},
		{name: "made up action", dialect: "query", path: "/", header: formHeader(), body: "Action=Fly&Version=2010-08-01", refused: unknownOperation("Fly")},
		{name: "another version", dialect: "query", path: "/", header: formHeader(), body: "Action=ListMetrics&Version=2009-05-15", refused: unknownOperation("ListMetrics for version 2009-05-15")},
		{name: "made up target", dialect: "json", path: "/", header: jsonHeader("Fly"), body: "{}", refused: unknownOperation(".")},
		{name: "made up target, query mode", dialect: "json", path: "/", header: with(jsonHeader("Fly"), "X-Amzn-Query-Mode", "true"), body: "{}", refused: unknownOperation(".")},
		{name: "target of nobody", dialect: "json", path: "/", header: with(jsonHeader(""), "X-Amz-Target", "Nobody.Fly"), body: "{}", refused: unknownOperation(".")},
		{name: "target without dot", dialect: "json", path: "/", header: with(jsonHeader(""), "X-Amz-Target", "ListMetrics"), body: "{}", refused: unknownOperation(".")},
		{name: "made up path", dialect: "cbor", path: cborPath("Fly"), header: cborHeader(), body: unhex("a0"), refused: unknownOperation(".")},
		{name: "path of another service", dialect: "cbor", path: "/service/Nobody/operation/ListMetrics", header: cborHeader(), body: unhex("a0"), refused: unknownOperation("Nobody")},
		{name: "cbor at the root", dialect: "cbor", path: "/", header: cborHeader(), body: unhex("a0"), refused: unknownOperation("/service/")},
		{name: "no smithy-protocol", dialect: "cbor", path: cborPath("ListMetrics"), header: map[string]string{"Content-Type": "application/cbor"}, body: unhex("a0"), refused: unknownOperation("smithy-protocol")},
		{name: "another smithy-protocol", dialect: "cbor", path: cborPath("ListMetrics"), header: with(cborHeader(), "Smithy-Protocol", "rpc-v2-json"), body: unhex("a0"), refused: unknownOperation("smithy-protocol")},
	} {
		h.run(t, server)
	}
}

// TestUnknownPath holds that a GET of another service's path is not taken for
// a Query request: its client reads JSON.
func TestUnknownPath(t *testing.T) {
	t.Parallel()
	resp, err := client.Get(start(t) + "/2017-01-01/nobody/")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusBadRequest || resp.Header.Get("X-Amzn-Errortype") != "UnknownOperationException" || !strings.HasPrefix(string(body), `{"message":"`) {
		t.Errorf("%s %v %s", resp.Status, resp.Header, body)
	}
}

// TestForeignPages holds that a web page's requests get 403 in local mode in
// every protocol, also without query mode (design.md section 2).
func TestForeignPages(t *testing.T) {
	t.Parallel()
	server := start(t)
	denied := &refusal{code: "AccessDenied", shape: coral + "AccessDeniedException", status: 403, like: "^Refused, because"}
	for _, h := range []byHand{
		{name: "json", dialect: "json", path: "/", header: with(jsonHeader("ListMetrics"), "Origin", "https://example.com"), body: "{}", refused: denied},
		{name: "json, query mode", dialect: "json", path: "/", header: with(jsonHeader("ListMetrics"), "Origin", "null", "X-Amzn-Query-Mode", "true"), body: "{}", refused: denied},
		{name: "cbor", dialect: "cbor", path: cborPath("ListMetrics"), header: with(cborHeader(), "Sec-Fetch-Site", "cross-site"), body: unhex("a0"), refused: denied},
	} {
		h.run(t, server)
	}
}

// TestMalformedBodies holds that a body that cannot be read is the client's
// fault, and said in its protocol.
func TestMalformedBodies(t *testing.T) {
	t.Parallel()
	server := start(t)
	jsonPut, cborPut := jsonHeader("PutMetricData"), cborPath("PutMetricData")
	huge := strings.Repeat("x", 1<<20+1)
	for _, h := range []byHand{
		{name: "json cut off", dialect: "json", path: "/", header: jsonPut, body: `{"Namespace":"App"`, refused: malformed()},
		{name: "json of another kind", dialect: "json", path: "/", header: jsonPut, body: `{"Namespace":["App"]}`, refused: malformed()},
		{name: "json list", dialect: "json", path: "/", header: jsonPut, body: `[]`, refused: malformed()},
		{name: "json with a tail", dialect: "json", path: "/", header: jsonPut, body: `{} {}`, refused: malformed()},
		{name: "json too deep", dialect: "json", path: "/", header: jsonPut, body: `{"x":` + strings.Repeat("[", 100_000), refused: malformed()},
		{name: "json without query mode", dialect: "json", path: "/", header: with(jsonHeader("PutMetricData"), "X-Amzn-Query-Mode", "true"), body: `{`, refused: malformed()},
		{name: "cbor cut off", dialect: "cbor", path: cborPut, header: cborHeader(), body: unhex("a1 69 4e616d"), refused: malformed()},
		{name: "cbor of another kind", dialect: "cbor", path: cborPut, header: cborHeader(), body: unhex("a1 69 4e616d657370616365 80"), refused: malformed()},
		{name: "cbor that claims much", dialect: "cbor", path: cborPut, header: cborHeader(), body: unhex("bb ffffffffffffffff"), refused: malformed()},
		{name: "cbor time without tag", dialect: "cbor", path: cborPath("GetMetricStatistics"), header: cborHeader(), body: unhex("a1 69 537461727454696d65 1a 6955c900"), refused: malformed()},
		{name: "form with a bad escape", dialect: "query", path: "/", header: formHeader(), body: "Action=PutMetricData&Namespace=%zz", refused: malformed()},
		{name: "form with a bad number", dialect: "query", path: "/", header: formHeader(), body: "Action=PutMetricData&Namespace=App&MetricData.member.1.MetricName=m&MetricData.member.1.Value=much", refused: malformed()},
		{name: "form with a bad time", dialect: "query", path: "/", header: formHeader(), body: "Action=PutMetricData&Namespace=App&MetricData.member.1.MetricName=m&MetricData.member.1.Timestamp=soon", refused: malformed()},
		{name: "json over the limit", dialect: "json", path: "/", header: jsonPut, body: huge, refused: tooLarge()},
		{name: "cbor over the limit", dialect: "cbor", path: cborPut, header: cborHeader(), body: huge, refused: tooLarge()},
		{name: "form over the limit", dialect: "query", path: "/", header: formHeader(), body: huge, refused: tooLarge()},
		{name: "unknown encoding", dialect: "json", path: "/", header: with(jsonHeader("PutMetricData"), "Content-Encoding", "br"), body: `{}`, refused: malformed()},
		{name: "gzip that is none, json", dialect: "json", path: "/", header: with(jsonHeader("PutMetricData"), "Content-Encoding", "gzip"), body: `{}`, refused: malformed()},
		{name: "gzip that is none, cbor", dialect: "cbor", path: cborPut, header: with(cborHeader(), "Content-Encoding", "gzip"), body: unhex("a0"), refused: malformed()},
		{name: "gzip that is none, form", dialect: "query", path: "/", header: with(formHeader(), "Content-Encoding", "gzip"), body: "Action=PutMetricData", refused: malformed()},
		{name: "gzip cut off", dialect: "json", path: "/", header: with(jsonHeader("PutMetricData"), "Content-Encoding", "gzip"), body: zip(`{"Namespace":"App"}`)[:20], refused: malformed()},
		{name: "gzip of eleven million", dialect: "json", path: "/", header: with(jsonHeader("PutMetricData"), "Content-Encoding", "gzip"), body: zip(strings.Repeat(" ", 11<<20)), refused: tooLarge()},
	} {
		h.run(t, server)
	}
}

func zip(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text) // a buffer takes everything
	_ = z.Close()
	return b.String()
}

// TestReadingRequests holds what a client may write in more than one way.
func TestReadingRequests(t *testing.T) {
	t.Parallel()
	server, now := start(t), time.Now().UTC().Truncate(time.Minute).Add(-10*time.Minute)
	puts := []byHand{
		{
			name: "gzip json", dialect: "json", path: "/", header: with(jsonHeader("PutMetricData"), "Content-Encoding", "gzip"),
			body: zip(`{"Namespace":"App","MetricData":[{"MetricName":"gzip-json","Value":1,"Nobody":{"x":[null]},"Unit":null}]}`),
		},
		{
			name: "gzip cbor", dialect: "cbor", path: cborPath("PutMetricData"), header: with(cborHeader(), "Content-Encoding", "gzip"),
			// {_ "Namespace": (_ "Ap", "p"), "MetricData": [_ {"MetricName": "gzip-cbor", "Value": 1.0 as float16}]}
			body: zip(unhex("bf 69 4e616d657370616365 7f 62 4170 61 70 ff 6a 4d657472696344617461 9f a2 6a 4d65747269634e616d65 69 677a69702d63626f72 65 56616c7565 f93c00 ff ff")),
		},
		{
			name: "gzip form", dialect: "query", path: "/", header: with(formHeader(), "Content-Encoding", "gzip"),
			body: zip("Action=PutMetricData&Version=2010-08-01&Namespace=App&MetricData.member.1.MetricName=gzip-form&MetricData.member.1.Value=1"),
		},
		{
			name: "cbor integers and undefined", dialect: "cbor", path: cborPath("PutMetricData"), header: cborHeader(),
			// {"Namespace": "App", "MetricData": [{"MetricName": "cbor-int", "Value": 1, "Unit": undefined, "Nobody": [1]}]}
			body: unhex("a2 69 4e616d657370616365 63 417070 6a 4d657472696344617461 81 a4 6a 4d65747269634e616d65 68 63626f722d696e74 65 56616c7565 01 64 556e6974 f7 66 4e6f626f6479 81 01"),
		},
		{
			name: "form indexes out of order", dialect: "query", path: "/", header: formHeader(),
			body: "MetricData.member.10.MetricName=form-10&MetricData.member.10.Value=1e0&MetricData.member.2.MetricName=form+2%202&MetricData.member.2.Value=1.&Namespace=App&Version=2010-08-01&Action=PutMetricData",
		},
		{
			name: "form with an empty list", dialect: "query", path: "/", header: formHeader(),
			body: "Action=PutMetricData&Version=2010-08-01&Namespace=App&EntityMetricData=&MetricData.member.1.MetricName=form-empty&MetricData.member.1.Value=1&MetricData.member.1.Dimensions=",
		},
		{
			name: "json time with a fraction", dialect: "json", path: "/", header: jsonHeader("PutMetricData"),
			body: fmt.Sprintf(`{"Namespace":"App","MetricData":[{"MetricName":"json-time","Value":1,"Timestamp":%d.678}]}`, now.Unix()),
		},
	}
	for i, text := range []string{now.Format("2006-01-02T15:04:05"), now.In(time.FixedZone("", 5*3600+1800)).Format(time.RFC3339), now.Format("2006-01-02T15:04:05.123456789Z")} {
		puts = append(puts, byHand{
			name: "form time " + text, dialect: "query", path: "/", header: formHeader(),
			body: fmt.Sprintf("Action=PutMetricData&Version=2010-08-01&Namespace=App&MetricData.member.1.MetricName=form-time-%d&MetricData.member.1.Value=1&MetricData.member.1.Timestamp=%s", i, url.QueryEscape(text)),
		})
	}
	t.Run("put", func(t *testing.T) {
		for _, h := range puts {
			h.run(t, server)
		}
	})
	c := newCaller(server, dialect{name: "query", codec: dialects()[2].codec, region: "us-east-1"}) // where unsigned requests belong
	for _, name := range []string{"gzip-json", "gzip-cbor", "gzip-form", "cbor-int", "form-10", "form 2 2", "form-empty", "json-time", "form-time-0", "form-time-1", "form-time-2"} {
		out := c.must(t, statisticsOf(name, now, func(in *cloudwatch.GetMetricStatisticsInput) { in.EndTime = aws.Time(time.Now().Add(time.Minute)) })).(*cloudwatch.GetMetricStatisticsOutput)
		if len(out.Datapoints) != 1 || *out.Datapoints[0].Sum != 1 {
			t.Errorf("metric %s: %s", name, show(out))
		}
	}
}

// TestQueryAnswers holds Query answers as recorded, byte by byte.
func TestQueryAnswers(t *testing.T) {
	t.Parallel()
	server, from := start(t), recent()
	c := newCaller(server, dialects()[2])
	const xmlns = `xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"`
	metadata := func() string {
		return "<ResponseMetadata><RequestId>" + c.wire.header.Get("X-Amzn-Requestid") + "</RequestId></ResponseMetadata>"
	}
	for _, step := range []struct {
		in   any
		want func() string
	}{
		{put(at(from, "m", 41, "")), func() string {
			return "<PutMetricDataResponse " + xmlns + ">" + metadata() + "</PutMetricDataResponse>"
		}},
		{statisticsOf("m", from, nil), func() string {
			return "<GetMetricStatisticsResponse " + xmlns + "><GetMetricStatisticsResult><Label>m</Label><Datapoints><member><Timestamp>" +
				from.Format("2006-01-02T15:04:05Z") + "</Timestamp><Sum>41.0</Sum><Unit>None</Unit></member></Datapoints></GetMetricStatisticsResult>" + metadata() + "</GetMetricStatisticsResponse>"
		}},
		{dataOf(from, seriesQuery("a", "nobody", "Sum", 60, nil)), func() string {
			return "<GetMetricDataResponse " + xmlns + "><GetMetricDataResult><MetricDataResults><member><Id>a</Id><Label>nobody</Label><Timestamps/><Values/>" +
				"<StatusCode>Complete</StatusCode></member></MetricDataResults><Messages/></GetMetricDataResult>" + metadata() + "</GetMetricDataResponse>"
		}},
		{&cloudwatch.ListMetricsInput{Namespace: aws.String("Nobody")}, func() string {
			return "<ListMetricsResponse " + xmlns + "><ListMetricsResult><Metrics/></ListMetricsResult>" + metadata() + "</ListMetricsResponse>"
		}},
	} {
		c.must(t, step.in)
		got := emptyElement.ReplaceAllString(between.ReplaceAllString(string(c.wire.body), "><"), "<$1/>")
		got = strings.TrimPrefix(got, `<?xml version="1.0" encoding="UTF-8"?>`)
		if want := step.want(); got != want {
			t.Errorf("%s\n     %s\nwant %s", operation(step.in), got, want)
		}
	}
}

var (
	between      = regexp.MustCompile(`>\s+<`)
	emptyElement = regexp.MustCompile(`<(\w+)></\w+>`)
)

// TestContentLength holds that an answer of any size says how long it is, for
// clients that do not read chunks.
func TestContentLength(t *testing.T) {
	t.Parallel()
	resp, err := client.Get(start(t) + "/?Action=" + strings.Repeat("x", 10_000))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil || len(body) < 10_000 || resp.ContentLength != int64(len(body)) {
		t.Errorf("Content-Length %d of %d bytes, %v", resp.ContentLength, len(body), err)
	}
}

// TestRequestIDSpelling holds the one header that AWS spells in a way that is
// not Go's canonical form.
func TestRequestIDSpelling(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(start(t))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := fmt.Fprintf(conn, "GET /?Action=ListMetrics HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", u.Host); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "\r\nx-amzn-RequestId: ") {
		t.Errorf("no x-amzn-RequestId in\n%s", text)
	}
}
