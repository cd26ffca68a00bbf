package conformance_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// TestNAB imports what CloudWatch itself recorded on real machines (the Numenta
// Anomaly Benchmark's realAWSCloudwatch) with skywatch import and compares
// hourly and daily statistics, read with the Go SDK, with ones computed
// straight from the files. The data span 200 days, so that with the newest at
// now they lie in every tier; moved a further 240 days back they can be read by
// the hour only, and have been written long after their time.
func TestNAB(t *testing.T) {
	t.Parallel()
	files := readNAB(t, nabFolder(t))
	binary := program(t)
	url := start(t)
	var newest time.Time
	for _, f := range files {
		for _, r := range f.rows {
			newest = latest(newest, r.at)
		}
	}
	for _, c := range []struct {
		name, namespace string
		age             time.Duration // of the newest row
	}{
		{"newest is now", "NAB/Recent", 0},
		{"newest is 240 days old", "NAB/Old", 240 * 24 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := nab{
				namespace: c.namespace, files: files,
				shift: time.Since(newest).Truncate(time.Minute) - c.age,
				sdk: cloudwatch.New(cloudwatch.Options{
					Region: "us-east-1", BaseEndpoint: &url, RetryMaxAttempts: 1, HTTPClient: patient{},
					Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
				}),
			}
			n.load(t, binary, url)
			n.list(t)
			for _, period := range []time.Duration{time.Hour, 24 * time.Hour} {
				n.metricStatistics(t, period)
				n.metricData(t, period)
			}
		})
	}
}

// nabFolder returns the folder of the files, below SKYWATCH_TEST_DATA or
// beside the checkout. Without it the test is skipped, except in CI.
func nabFolder(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("SKYWATCH_TEST_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	dir = filepath.Join(dir, "nab-aws-cloudwatch")
	_, err := os.Stat(dir)
	switch {
	case err == nil:
		return dir
	case !errors.Is(err, fs.ErrNotExist) || os.Getenv("CI") == "true":
		t.Fatalf("recordings of CloudWatch: %v (set SKYWATCH_TEST_DATA)", err)
	default:
		t.Skipf("no recordings of CloudWatch (%v): set SKYWATCH_TEST_DATA to import them", err)
	}
	return ""
}

// program returns the skywatch program: SKYWATCH_BINARY, or one built here.
func program(t *testing.T) string {
	t.Helper()
	if binary := os.Getenv("SKYWATCH_BINARY"); binary != "" {
		return binary
	}
	binary := filepath.Join(t.TempDir(), "skywatch")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "skywatch/cmd/skywatch").CombinedOutput(); err != nil {
		t.Fatalf("build skywatch: %v\n%s", err, out)
	}
	return binary
}

// nab is the files in one namespace of a server, each a metric with the file's
// name.
type nab struct {
	namespace string
	files     []nabFile
	shift     time.Duration // from the times in the files to those on the server
	sdk       *cloudwatch.Client
}

// load imports each file as its own metric.
func (n *nab) load(t *testing.T, binary, url string) {
	t.Helper()
	for _, f := range n.files {
		cmd := exec.CommandContext(t.Context(), binary, "import", f.path, "--endpoint", url, "--unsigned",
			"--state", filepath.Join(t.TempDir(), "state"), "--namespace", n.namespace, "--metric", f.name, "--shift="+n.shift.String())
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
		}
	}
}

// list wants one metric a file, of those with data in the last two weeks: that
// is as far as ListMetrics looks.
func (n *nab) list(t *testing.T) {
	t.Helper()
	since, want := time.Now().Add(-14*24*time.Hour), 0
	for _, f := range n.files {
		if slices.ContainsFunc(f.rows, func(r nabRow) bool { return r.at.Add(n.shift).After(since) }) {
			want++
		}
	}
	out, err := n.sdk.ListMetrics(t.Context(), &cloudwatch.ListMetricsInput{Namespace: &n.namespace})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Metrics) != want {
		t.Errorf("%d metrics, want %d", len(out.Metrics), want)
	}
}

// metricStatistics compares GetMetricStatistics, which takes basic statistics
// and percentiles in separate requests.
func (n *nab) metricStatistics(t *testing.T, period time.Duration) {
	t.Helper()
	for _, f := range n.files {
		want := f.fold(n.shift, period)
		first, end := want.span()
		got := nabAnswer{}
		for _, in := range []cloudwatch.GetMetricStatisticsInput{
			{Statistics: types.Statistic("").Values()},
			{ExtendedStatistics: nabPercentiles},
		} {
			in.Namespace, in.MetricName, in.Period = &n.namespace, &f.name, aws.Int32(int32(period/time.Second))
			in.StartTime, in.EndTime = &first, &end
			out, err := n.sdk.GetMetricStatistics(t.Context(), &in)
			if err != nil {
				t.Fatalf("%s: %v", f.name, err)
			}
			for _, p := range out.Datapoints {
				got.addDatapoint(p)
			}
		}
		want.compare(t, "GetMetricStatistics of "+f.name+" by "+period.String(), got)
	}
}

// metricData compares GetMetricData, asked for all metrics at once.
func (n *nab) metricData(t *testing.T, period time.Duration) {
	t.Helper()
	in := &cloudwatch.GetMetricDataInput{StartTime: aws.Time(time.Now().Add(-454 * 24 * time.Hour).Truncate(24 * time.Hour)), EndTime: aws.Time(time.Now().Add(24 * time.Hour))}
	got := map[string]nabAnswer{} // by file
	for _, f := range n.files {
		got[f.name] = nabAnswer{}
		for _, stat := range nabStatistics() {
			label := stat + " " + f.name
			in.MetricDataQueries = append(in.MetricDataQueries, types.MetricDataQuery{
				Id: aws.String("q" + strings.Repeat("x", len(in.MetricDataQueries))), Label: &label,
				MetricStat: &types.MetricStat{
					Metric: &types.Metric{Namespace: &n.namespace, MetricName: &f.name},
					Period: aws.Int32(int32(period / time.Second)), Stat: &stat,
				},
			})
		}
	}
	for pages := cloudwatch.NewGetMetricDataPaginator(n.sdk, in); pages.HasMorePages(); {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range out.MetricDataResults {
			stat, name, _ := strings.Cut(*r.Label, " ")
			for i, at := range r.Timestamps {
				got[name].add(at, stat, r.Values[i])
			}
		}
	}
	for _, f := range n.files {
		want := f.fold(n.shift, period)
		want.compare(t, "GetMetricData of "+f.name+" by "+period.String(), got[f.name])
	}
}
