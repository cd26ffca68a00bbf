package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/rogpeppe/go-internal/testscript"
)

// statistics reads a metric with the Go SDK and prints its totals by unit.
func statistics(ts *testscript.TestScript, neg bool, args []string) {
	refuseNeg(ts, neg)
	if len(args) < 2 {
		ts.Fatalf("usage: statistics NAMESPACE METRIC [NAME=VALUE ...]")
	}
	in := &cloudwatch.GetMetricStatisticsInput{
		Namespace: &args[0], MetricName: &args[1], Period: aws.Int32(86400),
		StartTime:  aws.Time(time.Now().Add(-maxAge)),
		EndTime:    aws.Time(time.Now().Add(2 * time.Hour)),
		Statistics: []types.Statistic{types.StatisticSampleCount, types.StatisticSum, types.StatisticMinimum, types.StatisticMaximum},
	}
	for _, d := range args[2:] {
		name, value, _ := strings.Cut(d, "=")
		in.Dimensions = append(in.Dimensions, types.Dimension{Name: &name, Value: &value})
	}
	out, err := metricsClient(ts).GetMetricStatistics(context.Background(), in)
	ts.Check(err)
	_, err = fmt.Fprintln(ts.Stdout(), totals(out.Datapoints))
	ts.Check(err)
}

func metricsClient(ts *testscript.TestScript) *cloudwatch.Client {
	return cloudwatch.New(cloudwatch.Options{
		Region: cmp.Or(ts.Getenv("AWS_REGION"), "us-east-1"), BaseEndpoint: aws.String(ts.Getenv("AWS_ENDPOINT_URL")), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(cmp.Or(ts.Getenv("AWS_ACCESS_KEY_ID"), "local"), cmp.Or(ts.Getenv("AWS_SECRET_ACCESS_KEY"), "local"), ""),
	})
}

// putAlarm puts the alarm of a file.
func putAlarm(ts *testscript.TestScript, neg bool, args []string) {
	refuseNeg(ts, neg)
	if len(args) != 1 {
		ts.Fatalf("usage: alarm FILE")
	}
	in := &cloudwatch.PutMetricAlarmInput{}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), in))
	_, err := metricsClient(ts).PutMetricAlarm(context.Background(), in)
	ts.Check(err)
}

func totals(points []types.Datapoint) string {
	if len(points) == 0 {
		return "no data"
	}
	count, sum, low, high := 0.0, 0.0, math.Inf(1), math.Inf(-1)
	for _, p := range points {
		count, sum = count+*p.SampleCount, sum+*p.Sum
		low, high = min(low, *p.Minimum), max(high, *p.Maximum)
	}
	return fmt.Sprintf("SampleCount=%g Sum=%g Minimum=%g Maximum=%g Unit=%s", count, sum, low, high, points[0].Unit)
}

// cutter is a proxy that breaks off connections once its requests are used up.
type cutter struct {
	to   http.Handler
	left atomic.Int64
}

func (c *cutter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if c.left.Add(-1) < 0 {
		panic(http.ErrAbortHandler)
	}
	c.to.ServeHTTP(w, r)
}

func cut(ts *testscript.TestScript, neg bool, args []string) {
	refuseNeg(ts, neg)
	var n int64
	if _, err := fmt.Sscan(strings.Join(args, " "), &n); err != nil {
		ts.Fatalf("usage: cut N")
	}
	to, err := url.Parse(ts.Getenv("AWS_ENDPOINT_URL"))
	ts.Check(err)
	c := &cutter{to: &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }}}
	c.left.Store(n)
	s := httptest.NewServer(c)
	ts.Defer(s.Close)
	houseOf(ts).proxy = c
	ts.Setenv("AWS_ENDPOINT_URL", s.URL)
}

func mend(ts *testscript.TestScript, neg bool, _ []string) {
	refuseNeg(ts, neg)
	houseOf(ts).proxy.left.Store(math.MaxInt64)
}
