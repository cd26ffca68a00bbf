package conformance_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	promapi "github.com/prometheus/client_golang/api"
	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/client_golang/exp/api/remote"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/prompb"
	writev2 "github.com/prometheus/prometheus/prompb/io/prometheus/write/v2"
)

// prometheusClient is Prometheus's own client of its HTTP API.
func prometheusClient(t *testing.T, server string, over http.RoundTripper) promv1.API {
	t.Helper()
	c, err := promapi.NewClient(promapi.Config{Address: server, RoundTripper: over})
	if err != nil {
		t.Fatal(err)
	}
	return promv1.NewAPI(c)
}

// remoteWrite is Prometheus's own client of remote write, which tries again after
// answers of 5xx.
func remoteWrite(t *testing.T, server string, over http.RoundTripper) *remote.API {
	t.Helper()
	c, err := remote.NewAPI(server, remote.WithAPIPath("api/v1/write"), remote.WithAPIHTTPClient(&http.Client{Transport: over}),
		remote.WithAPIBackoff(remote.BackoffConfig{Min: time.Millisecond, Max: 2 * time.Millisecond, MaxRetries: 5}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// requests is a counter a sample every 15 seconds for 4 minutes, of one job.
func requests(from time.Time, job string) (all []prompb.Sample, labels []prompb.Label) {
	for i := range 17 {
		all = append(all, prompb.Sample{Timestamp: from.Add(time.Duration(i) * 15 * time.Second).UnixMilli(), Value: float64(i * 30)})
	}
	return all, []prompb.Label{{Name: "__name__", Value: "http_requests_total"}, {Name: "job", Value: job}}
}

func writeOneOf(from time.Time, job string) *prompb.WriteRequest {
	samples, labels := requests(from, job)
	return &prompb.WriteRequest{Timeseries: []prompb.TimeSeries{{Labels: labels, Samples: samples}}}
}

func writeTwoOf(from time.Time, job string) *writev2.Request {
	samples, labels := requests(from, job)
	symbols := writev2.NewSymbolTable()
	var series writev2.TimeSeries
	for _, l := range labels {
		series.LabelsRefs = append(series.LabelsRefs, symbols.Symbolize(l.Name), symbols.Symbolize(l.Value))
	}
	for _, s := range samples {
		series.Samples = append(series.Samples, writev2.Sample{Timestamp: s.Timestamp, Value: s.Value})
	}
	return &writev2.Request{Symbols: symbols.Symbols(), Timeseries: []writev2.TimeSeries{series}}
}

// TestPrometheusClients writes with Prometheus's client of remote write and with
// CloudWatch's, and asks for both with Prometheus's client and with CloudWatch's.
func TestPrometheusClients(t *testing.T) {
	t.Parallel()
	server, from := start(t), recent()
	e := newCaller(server, dialects()[0])
	e.region = "us-east-1"
	e.as(dummyKey)
	e.must(t, put(at(from, "Latency", 200, ""), at(from.Add(time.Minute), "Latency", 400, "")))
	writer, ask := remoteWrite(t, server, nil), prometheusClient(t, server, nil)
	if _, err := writer.Write(t.Context(), remote.WriteV1MessageType, writeOneOf(from, "one")); err != nil {
		t.Fatal(err)
	}
	told, err := writer.Write(t.Context(), remote.WriteV2MessageType, writeTwoOf(from, "two"))
	if err != nil || told.Samples != 17 {
		t.Fatalf("%+v %v", told, err)
	}

	minutes := promv1.Range{Start: from.Add(time.Minute), End: from.Add(2 * time.Minute), Step: time.Minute}
	same := func(what string, got any, err error, want string) {
		t.Helper()
		if text := strings.Join(strings.Fields(show(got)), " "); err != nil || text != want {
			t.Errorf("%s: %v\n     %s\nwant %s", what, err, text, want)
		}
	}
	rate, _, _, err := ask.Query(t.Context(), `round(sum by (job) (rate(http_requests_total[2m])), 0.001)`, from.Add(4*time.Minute))
	at4 := model.TimeFromUnix(from.Add(4 * time.Minute).Unix())
	same("rate", rate, err, show(model.Vector{{Metric: model.Metric{"job": "one"}, Value: 2, Timestamp: at4}, {Metric: model.Metric{"job": "two"}, Value: 2, Timestamp: at4}}))
	latency, _, _, err := ask.QueryRange(t.Context(), `Latency{namespace="App", stat="Maximum"}`, minutes)
	same("range", latency, err, show(model.Matrix{{
		Metric: model.Metric{"__name__": "Latency", "namespace": "App", "stat": "Maximum"},
		Values: []model.SamplePair{{Timestamp: model.TimeFromUnix(minutes.Start.Unix()), Value: 400}, {Timestamp: model.TimeFromUnix(minutes.End.Unix()), Value: 400}},
	}}))
	series, _, _, err := ask.Series(t.Context(), []string{`http_requests_total`}, from, from.Add(time.Hour))
	same("series", series, err, `[{"__name__":"http_requests_total","job":"one"},{"__name__":"http_requests_total","job":"two"}]`)
	names, _, _, err := ask.LabelNames(t.Context(), []string{`http_requests_total`}, from, from.Add(time.Hour))
	same("label names", names, err, `["__name__","job"]`)
	values, _, _, err := ask.LabelValues(t.Context(), "job", nil, from, from.Add(time.Hour))
	same("label values", values, err, `["one","two"]`)
	if build, err := ask.Buildinfo(t.Context()); err != nil || build.Version == "" {
		t.Errorf("build: %+v %v", build, err)
	}
	if _, _, _, err := ask.Query(t.Context(), "sum(", from); err == nil || !strings.Contains(err.Error(), "bad_data: invalid parameter \"query\": 1:5: parse error: unclosed left parenthesis") {
		t.Errorf("no expression: %v", err)
	}
	data := e.must(t, dataOf(from, formulaQuery("q", `SELECT MAX(http_requests_total) FROM Prometheus GROUP BY job`, 60)))
	if text := show(data); !strings.Contains(text, `"Values":[330,210,90]`) {
		t.Errorf("CloudWatch's view: %s", text)
	}
}

// unreachable answers the first requests in place of a server that is not there.
type unreachable struct {
	left atomic.Int32
}

func (u *unreachable) RoundTrip(r *http.Request) (*http.Response, error) {
	if u.left.Add(-1) >= 0 {
		return &http.Response{StatusCode: http.StatusServiceUnavailable, Body: io.NopCloser(strings.NewReader("")), Header: http.Header{}, Request: r}, nil
	}
	return http.DefaultTransport.RoundTrip(r)
}

// TestRemoteWriteRetries has the client write the same again; what is written
// twice counts once.
func TestRemoteWriteRetries(t *testing.T) {
	t.Parallel()
	server, from := start(t), recent()
	for kind, message := range map[remote.WriteMessageType]any{remote.WriteV1MessageType: writeOneOf(from, "a"), remote.WriteV2MessageType: writeTwoOf(from, "a")} {
		gone := &unreachable{}
		gone.left.Store(3)
		writer := remoteWrite(t, server, gone)
		for range 2 {
			if _, err := writer.Write(t.Context(), kind, message); err != nil {
				t.Fatal(err)
			}
		}
		if left := gone.left.Load(); left >= 0 {
			t.Errorf("%s: the client did not try again: %d", kind, left)
		}
	}
	got, _, _, err := prometheusClient(t, server, nil).Query(t.Context(), `count_over_time(http_requests_total[10m])`, from.Add(5*time.Minute))
	if v, ok := got.(model.Vector); err != nil || !ok || len(v) != 1 || v[0].Value != 17 {
		t.Errorf("%v %v", got, err)
	}
	// A refusal is no reason to try again.
	old := &prompb.WriteRequest{Timeseries: []prompb.TimeSeries{{
		Labels: []prompb.Label{{Name: "__name__", Value: "old"}}, Samples: []prompb.Sample{{Timestamp: from.Add(-30 * 24 * time.Hour).UnixMilli(), Value: 1}},
	}}}
	tries := 0
	_, err = remoteWrite(t, server, nil).Write(t.Context(), remote.WriteV1MessageType, old, remote.WithWriteRetryCallback(func(error) { tries++ }))
	if err == nil || !strings.Contains(err.Error(), "out of bounds") || tries > 0 {
		t.Errorf("%d tries, %v", tries, err)
	}
}

// changing changes each request before it is sent.
type changing func(*http.Request) error

func (w changing) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if err := w(r); err != nil {
		return nil, err
	}
	return http.DefaultTransport.RoundTrip(r)
}

// signed signs as Prometheus's sigv4 setting does.
func signed(key aws.Credentials) changing {
	return func(r *http.Request) error {
		var body []byte
		if r.Body != nil {
			var err error
			if body, err = io.ReadAll(r.Body); err != nil {
				return err
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		sum := sha256.Sum256(body)
		return v4.NewSigner().SignHTTP(r.Context(), key, r, hex.EncodeToString(sum[:]), "monitoring", "us-east-1", time.Now())
	}
}

// TestPrometheusWithKeys holds who may ask and write once there is a key.
func TestPrometheusWithKeys(t *testing.T) {
	t.Parallel()
	server, from := start(t), recent()
	key := makeKey(t, server)
	for name, attempt := range map[string]struct {
		over changing
		ok   bool
	}{
		"nothing":      {func(*http.Request) error { return nil }, false},
		"basic":        {func(r *http.Request) error { r.SetBasicAuth(key.AccessKeyID, key.SecretAccessKey); return nil }, true},
		"wrong secret": {func(r *http.Request) error { r.SetBasicAuth(key.AccessKeyID, "x"); return nil }, false},
		"unknown user": {func(r *http.Request) error { r.SetBasicAuth("x", ""); return nil }, false},
		"bearer": {func(r *http.Request) error {
			r.Header.Set("Authorization", "Bearer "+key.AccessKeyID+":"+key.SecretAccessKey)
			return nil
		}, true},
		"wrong bearer": {func(r *http.Request) error { r.Header.Set("Authorization", "Bearer "+key.AccessKeyID); return nil }, false},
		"signed":       {signed(key), true},
		"wrong key":    {signed(aws.Credentials{AccessKeyID: key.AccessKeyID, SecretAccessKey: "x"}), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			job := strings.ReplaceAll(name, " ", "-")
			_, err := remoteWrite(t, server, attempt.over).Write(t.Context(), remote.WriteV1MessageType, writeOneOf(from, job))
			if (err == nil) != attempt.ok {
				t.Errorf("write: %v", err)
			}
			got, _, _, err := prometheusClient(t, server, attempt.over).LabelValues(t.Context(), "job", nil, from, from.Add(time.Hour))
			if (err == nil) != attempt.ok || attempt.ok && !slices.Contains(got, model.LabelValue(job)) {
				t.Errorf("query: %v %v", got, err)
			}
			if err != nil && !strings.Contains(err.Error(), "401") && !strings.Contains(err.Error(), "unauthorized") {
				t.Errorf("the refusal is no 401: %v", err)
			}
		})
	}
}

// TestPrometheusFromWebPages holds that a page of another origin can neither ask
// nor write in local mode.
func TestPrometheusFromWebPages(t *testing.T) {
	t.Parallel()
	server := start(t)
	foreign := changing(func(r *http.Request) error { r.Header.Set("Origin", "https://evil.example"); return nil })
	if _, _, _, err := prometheusClient(t, server, foreign).Query(t.Context(), "1", time.Now()); err == nil {
		t.Error("a foreign page may ask")
	}
	if _, err := remoteWrite(t, server, foreign).Write(t.Context(), remote.WriteV1MessageType, writeOneOf(recent(), "evil")); err == nil {
		t.Error("a foreign page may write")
	}
	if got, _, _, err := prometheusClient(t, server, nil).Query(t.Context(), `http_requests_total`, time.Now()); err != nil || got.String() != "" {
		t.Errorf("there is %v, %v", got, err)
	}
}
