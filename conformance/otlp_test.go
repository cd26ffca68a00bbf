package conformance_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/prometheus/client_golang/api"
	prom "github.com/prometheus/client_golang/api/prometheus/v1"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	otel "go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
)

// measured is a program that is measured with OpenTelemetry's Go SDK; it sends
// when it is told to.
type measured struct {
	*sdk.MeterProvider
	otel.Meter
	route otel.MeasurementOption
}

// newMeasured measures with one temporality for all kinds.
func newMeasured(t *testing.T, server string, temporality metricdata.Temporality, options ...otlpmetrichttp.Option) measured {
	t.Helper()
	exporter, err := otlpmetrichttp.New(t.Context(), append([]otlpmetrichttp.Option{
		otlpmetrichttp.WithEndpointURL(server + "/v1/metrics"), otlpmetrichttp.WithCompression(otlpmetrichttp.GzipCompression),
		otlpmetrichttp.WithTemporalitySelector(func(sdk.InstrumentKind) metricdata.Temporality { return temporality }),
		otlpmetrichttp.WithRetry(otlpmetrichttp.RetryConfig{}),
	}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	fine := sdk.NewView(sdk.Instrument{Name: "size"}, sdk.Stream{Aggregation: sdk.AggregationBase2ExponentialHistogram{MaxSize: 160, MaxScale: 20}})
	p := sdk.NewMeterProvider(sdk.WithReader(sdk.NewPeriodicReader(exporter, sdk.WithInterval(time.Hour))), sdk.WithView(fine),
		sdk.WithResource(resource.NewSchemaless(attribute.String("service.namespace", "web"), attribute.String("service.name", "shop"), attribute.String("service.instance.id", "i-1"))))
	return measured{p, p.Meter("till"), otel.WithAttributes(attribute.String("route", "/cart"))}
}

// sell records a hundred of everything: 1, 2, ... 100, and 5050 in total.
func (m measured) sell(t *testing.T) {
	t.Helper()
	sold, err1 := m.Float64Counter("sold", otel.WithUnit("{item}"))
	stock, err2 := m.Int64Gauge("stock")
	latency, err3 := m.Float64Histogram("latency", otel.WithUnit("ms"), otel.WithExplicitBucketBoundaries(10, 20, 30, 40, 50, 60, 70, 80, 90))
	size, err4 := m.Int64Histogram("size", otel.WithUnit("By"))
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
		t.Fatal(err1, err2, err3, err4)
	}
	for i := 1; i <= 100; i++ {
		sold.Add(t.Context(), float64(i), m.route)
		stock.Record(t.Context(), int64(i), m.route)
		latency.Record(t.Context(), float64(i), m.route)
		size.Record(t.Context(), int64(i), m.route)
	}
}

// asked is the answer to a PromQL query by Prometheus's own client.
func asked(t *testing.T, server, query string) string {
	t.Helper()
	c, err := api.NewClient(api.Config{Address: server})
	if err != nil {
		t.Fatal(err)
	}
	v, warnings, _, err := prom.NewAPI(c).Query(t.Context(), query, time.Now())
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	text, _, _ := strings.Cut(v.String(), " @[")
	return text
}

// TestOTLPCumulative: what the SDK measures from its start on is asked in PromQL.
func TestOTLPCumulative(t *testing.T) {
	t.Parallel()
	server := start(t)
	m := newMeasured(t, server, metricdata.CumulativeTemporality)
	m.sell(t)
	if err := m.ForceFlush(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.sell(t)
	if err := m.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		`sold`:                                  `sold{instance="i-1", job="web/shop", otel_scope_name="till", route="/cart", service.instance.id="i-1", service.name="shop", service.namespace="web"} => 10100`,
		`stock`:                                 `stock{instance="i-1", job="web/shop", otel_scope_name="till", route="/cart", service.instance.id="i-1", service.name="shop", service.namespace="web"} => 100`,
		`sum(changes(sold[5m]))`:                `{} => 1`,
		`sum(resets(sold[5m]))`:                 `{} => 0`,
		`sum(rate(sold[5m])) > bool 0`:          `{} => 1`,
		`histogram_count(sum(latency))`:         `{} => 200`,
		`histogram_sum(sum(latency))`:           `{} => 10100`,
		`histogram_quantile(0.5, sum(latency))`: `{} => 50`,
		`histogram_count(sum(size))`:            `{} => 200`,
	} {
		if got := asked(t, server, query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	var p99 float64
	if _, err := fmt.Sscanf(asked(t, server, `histogram_quantile(0.99, sum(size))`), "{} => %g", &p99); err != nil || math.Abs(p99-99) > 3 {
		t.Errorf("p99 of an exponential histogram: %g, want 99 (%v)", p99, err)
	}
}

// onePoint is statistics of a metric's, of the one datapoint that it has.
func onePoint(t *testing.T, server, name string, unit types.StandardUnit, stats ...string) []float64 {
	t.Helper()
	in := &cloudwatch.GetMetricDataInput{StartTime: aws.Time(time.Now().Add(-time.Hour)), EndTime: aws.Time(time.Now().Add(time.Hour))}
	for i, stat := range stats {
		in.MetricDataQueries = append(in.MetricDataQueries, types.MetricDataQuery{Id: aws.String(fmt.Sprint("s", i)), MetricStat: &types.MetricStat{
			Metric: &types.Metric{Namespace: aws.String("web/shop"), MetricName: &name, Dimensions: dims("otel_scope_name", "till", "route", "/cart", "service.instance.id", "i-1")},
			Period: aws.Int32(60), Stat: &stat, Unit: unit,
		}})
	}
	out, err := cloudwatch.New(cloudwatch.Options{Region: "us-east-1", BaseEndpoint: &server, Credentials: dummyKey}).GetMetricData(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	var all []float64
	for _, r := range out.MetricDataResults {
		if len(r.Values) != 1 {
			t.Fatalf("%s of %s: %v", *r.Label, name, r.Values)
		}
		all = append(all, r.Values[0])
	}
	return all
}

// near reports whether numbers are what they should be but for a part of it.
func near(got, want []float64, part float64) bool {
	for i := range want {
		if math.Abs(got[i]-want[i]) > part*want[i] {
			return false
		}
	}
	return len(got) == len(want)
}

// TestOTLPDelta: what the SDK measures between two exports is statistic data, and
// GetMetricData has its percentiles.
func TestOTLPDelta(t *testing.T) {
	t.Parallel()
	server := start(t)
	m := newMeasured(t, server, metricdata.DeltaTemporality)
	m.sell(t)
	if err := m.Shutdown(t.Context()); err != nil { // the one export
		t.Fatal(err)
	}
	if got, want := onePoint(t, server, "sold", types.StandardUnitCount, "SampleCount", "Sum"), []float64{1, 5050}; !near(got, want, 0) {
		t.Errorf("sold: %v, want %v", got, want)
	}
	for name, unit := range map[string]types.StandardUnit{"latency": types.StandardUnitMilliseconds, "size": types.StandardUnitBytes} {
		if got, want := onePoint(t, server, name, unit, "SampleCount", "Sum", "Minimum", "Maximum"), []float64{100, 5050, 1, 100}; !near(got, want, 0) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	// 160 buckets for 1 to 100 are at scale 4: the base is 1.044.
	if got, want := onePoint(t, server, "size", types.StandardUnitBytes, "p50", "p90", "p99"), []float64{50, 90, 99}; !near(got, want, 0.035) {
		t.Errorf("percentiles of an exponential histogram: %v, want %v", got, want)
	}
	if got, want := onePoint(t, server, "latency", types.StandardUnitMilliseconds, "p50", "p90", "p99"), []float64{45, 85, 95}; !near(got, want, 0.02) {
		t.Errorf("percentiles of a histogram: %v, want the middles of buckets, %v", got, want)
	}
	if got := asked(t, server, `stock{route="/cart"} + 0`); !strings.HasSuffix(got, " => 100") {
		t.Errorf("a gauge is no delta: %s", got)
	}
}

// TestOTLPPartialSuccess: the SDK hears of what was refused, and the rest is there.
func TestOTLPPartialSuccess(t *testing.T) {
	t.Parallel()
	server := start(t)
	m := newMeasured(t, server, metricdata.DeltaTemporality)
	m.route = otel.WithAttributes(attribute.String("route", "/größe"))
	m.sell(t)
	err := m.Shutdown(t.Context())
	for _, part := range []string{"3 metric data points rejected", `metric "sold": The value for parameter Dimensions.member.`, "contains non-ASCII or control characters"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("told %v, want %s in it", err, part)
		}
	}
	if got := asked(t, server, `sum(stock{route="/größe"})`); got != "{} => 100" {
		t.Errorf("the gauge: %s", got)
	}
}

// TestOTLPKeys: with a key only its holder is taken, in each of the three ways.
func TestOTLPKeys(t *testing.T) {
	t.Parallel()
	server := start(t)
	key := makeKey(t, server)
	basic := base64.StdEncoding.EncodeToString([]byte(key.AccessKeyID + ":" + key.SecretAccessKey))
	for header, ok := range map[string]bool{
		"": false, "Basic " + basic: true, "Bearer " + key.AccessKeyID + ":" + key.SecretAccessKey: true, "Bearer " + key.AccessKeyID + ":wrong": false,
	} {
		m := newMeasured(t, server, metricdata.DeltaTemporality, otlpmetrichttp.WithHeaders(map[string]string{"Authorization": header}))
		m.sell(t)
		err := m.Shutdown(t.Context())
		if (err == nil) != ok || !ok && !strings.Contains(err.Error(), "401") {
			t.Errorf("%q: %v", header, err)
		}
	}
}

// TestOTLPJSON: the JSON that curl and the Collector's otlphttp exporter with
// encoding json send, compressed, and a web page that may not.
func TestOTLPJSON(t *testing.T) {
	t.Parallel()
	server := start(t)
	var body bytes.Buffer
	z := gzip.NewWriter(&body)
	_, _ = fmt.Fprintf(z, `{"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeMetrics":[{"metrics":[{"name":"up","gauge":{"dataPoints":[{"timeUnixNano":"%d","asInt":"1"}]}}]}]}]}`, time.Now().UnixNano())
	_ = z.Close()
	post := func(origin string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server+"/v1/metrics", bytes.NewReader(body.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Content-Encoding", "gzip")
		if origin != "" {
			req.Header.Set("Origin", origin)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		answer, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, resp.Header.Get("Content-Type") + " " + string(answer)
	}
	if status, answer := post("http://page.example"); status != http.StatusForbidden {
		t.Errorf("a web page: %d %s", status, answer)
	}
	if got := asked(t, server, "up"); got != "" {
		t.Errorf("of the page: %s", got)
	}
	if status, answer := post(""); status != http.StatusOK || answer != "application/json {}" {
		t.Errorf("%d %s", status, answer)
	}
	if got := asked(t, server, "up"); got != `up{job="shop", service.name="shop"} => 1` {
		t.Error(got)
	}
}
