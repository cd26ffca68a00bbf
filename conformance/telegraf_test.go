package conformance_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// TestProgramTelegraf runs Telegraf itself, where SKYWATCH_TELEGRAF names it or it
// is installed: its input reads 600 metrics, five statistics of each, in requests
// of 500 queries, and its output writes one. TestTelegraf plays the same calls.
func TestProgramTelegraf(t *testing.T) {
	t.Parallel()
	program := os.Getenv("SKYWATCH_TELEGRAF")
	if program == "" {
		var err error
		if program, err = exec.LookPath("telegraf"); err != nil {
			t.Skip("telegraf is not installed")
		}
	}
	server, now := start(t), time.Now().UTC().Truncate(time.Minute)
	c := newCaller(server, dialects()[0])
	c.region = "us-east-1"
	c.as(dummyKey)
	const hosts = 600
	in := put()
	for i := range hosts {
		d := at(now.Add(-time.Minute), "load", float64(i), "")
		d.Dimensions = dims("host", fmt.Sprint("h", i))
		in.MetricData = append(in.MetricData, d)
	}
	c.must(t, in)

	dir := t.TempDir()
	seen, config := filepath.Join(dir, "seen"), filepath.Join(dir, "telegraf.conf")
	text, err := os.ReadFile(filepath.Join("testdata", "telegraf.conf"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, config, []byte(strings.NewReplacer("$SERVER", server, "$OUT", seen).Replace(string(text))))
	cmd := exec.CommandContext(t.Context(), program, "--config", config)
	cmd.Env, cmd.Stderr = environmentOfCLI(server), t.Output()
	cmd.Cancel, cmd.WaitDelay = func() error { return cmd.Process.Signal(syscall.SIGTERM) }, 5*time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })

	eventually(t, 30*time.Second, "Telegraf has read all metrics", func() bool {
		text, _ := os.ReadFile(seen) // it is not there at first
		found := map[string]bool{}
		for line := range strings.Lines(string(text)) {
			host, fields, _ := strings.Cut(strings.TrimPrefix(line, "cloudwatch_app,host="), ",")
			n := strings.TrimPrefix(host, "h")
			found[host] = found[host] || strings.Contains(fields, "load_average="+n) && strings.Contains(fields, "load_sample_count=1")
		}
		delete(found, "")
		return len(found) == hosts && found["h599"]
	})
	eventually(t, 30*time.Second, "Telegraf has written", func() bool {
		out := c.must(t, &cloudwatch.GetMetricDataInput{StartTime: &now, EndTime: aws.Time(now.Add(time.Hour)), MetricDataQueries: []types.MetricDataQuery{{
			Id: aws.String("a"), MetricStat: &types.MetricStat{Period: aws.Int32(60), Stat: aws.String("Maximum"), Metric: &types.Metric{
				Namespace: aws.String("Tele"), MetricName: aws.String("mock_value"), Dimensions: dims("host", "tele"),
			}},
		}}}).(*cloudwatch.GetMetricDataOutput)
		values := out.MetricDataResults[0].Values
		return len(values) > 0 && values[0] == 42
	})
}
