package kill_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/prometheus/client_golang/api"
	prom "github.com/prometheus/client_golang/api/prometheus/v1"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	res "go.opentelemetry.io/otel/sdk/resource"
)

// TestKillOTLP kills the server while OpenTelemetry's SDK exports a delta sum and
// a cumulative histogram: what was acknowledged is there once, and what was on its
// way once or not at all.
func TestKillOTLP(t *testing.T) {
	t.Parallel()
	const exports = 20 // before the kill
	dir := t.TempDir()
	kept := 0 // in all lives so far
	for life := range 3 {
		srv, url := startServer(t, dir)
		export := exporting(t, url, life)
		acked := 0
		for ; export() == nil; acked++ {
			if acked == exports {
				go func() { _ = srv.cmd.Process.Kill() }() // while the next ones are under way
			}
		}
		_ = srv.cmd.Wait()
		srv, url = startServer(t, dir)
		sum, observed := int(counted(t, url)), int(observations(t, url, life))
		if now := sum - kept; now < acked || now > acked+1 {
			t.Errorf("life %d: %d counted of %d acknowledged", life, now, acked)
		}
		if observed < acked || observed > acked+1 {
			t.Errorf("life %d: %d observations of %d acknowledged", life, observed, acked)
		}
		kept = sum
		_ = srv.cmd.Process.Kill() // at rest, too
		_ = srv.cmd.Wait()
	}
}

// exporting returns what measures one more of each and exports it.
func exporting(t *testing.T, server string, life int) func() error {
	t.Helper()
	exporter, err := otlpmetrichttp.New(t.Context(), otlpmetrichttp.WithEndpointURL(server+"/v1/metrics"), otlpmetrichttp.WithRetry(otlpmetrichttp.RetryConfig{}),
		otlpmetrichttp.WithTemporalitySelector(func(k sdk.InstrumentKind) metricdata.Temporality {
			if k == sdk.InstrumentKindCounter {
				return metricdata.DeltaTemporality
			}
			return metricdata.CumulativeTemporality
		}))
	if err != nil {
		t.Fatal(err)
	}
	p := sdk.NewMeterProvider(sdk.WithReader(sdk.NewPeriodicReader(exporter, sdk.WithInterval(time.Hour))), sdk.WithResource(res.NewSchemaless(attribute.String("service.name", "shop"))))
	sold, err1 := p.Meter("till").Int64Counter("sold")
	size, err2 := p.Meter("till").Int64Histogram("size")
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	return func() error {
		sold.Add(t.Context(), 1)
		size.Record(t.Context(), 7, metric.WithAttributes(attribute.Int("life", life)))
		return p.ForceFlush(t.Context())
	}
}

// counted is the sum of the delta sums of all lives.
func counted(t *testing.T, server string) (sum float64) {
	t.Helper()
	out, err := client(server).GetMetricData(t.Context(), &cloudwatch.GetMetricDataInput{
		StartTime: aws.Time(time.Now().Add(-time.Hour)), EndTime: aws.Time(time.Now().Add(time.Hour)),
		MetricDataQueries: []types.MetricDataQuery{{Id: aws.String("s"), MetricStat: &types.MetricStat{
			Metric: &types.Metric{Namespace: aws.String("shop"), MetricName: aws.String("sold"), Dimensions: []types.Dimension{{Name: aws.String("otel_scope_name"), Value: aws.String("till")}}},
			Period: aws.Int32(60), Stat: aws.String("Sum"),
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range out.MetricDataResults[0].Values {
		sum += v
	}
	return sum
}

// observations is the count that the last histogram of a life has.
func observations(t *testing.T, server string, life int) (count float64) {
	t.Helper()
	c, err := api.NewClient(api.Config{Address: server})
	if err != nil {
		t.Fatal(err)
	}
	v, _, _, err := prom.NewAPI(c).Query(t.Context(), fmt.Sprintf(`sum(histogram_count(size{life="%d"}))`, life), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscanf(v.String(), "{} => %g", &count); err != nil {
		t.Fatalf("%s: %v", v, err)
	}
	return count
}
