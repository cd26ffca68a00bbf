package conformance_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/server"
	"skywatch/targets/scaling"
)

// worker tells its number in a file by its identifier, and stays.
const worker = `echo $$ > "$1/$SKYWATCH_INSTANCE_ID.$SKYWATCH_GROUP.new" && mv "$1/$SKYWATCH_INSTANCE_ID.$SKYWATCH_GROUP.new" "$1/$SKYWATCH_INSTANCE_ID.$SKYWATCH_GROUP"; exec sleep 600`

// pids reads the numbers of workers that run, by their instances.
func (f fleet) pids() map[string]int {
	f.t.Helper()
	files, err := os.ReadDir(f.folder)
	if err != nil {
		f.t.Fatal(err)
	}
	out := map[string]int{}
	for _, file := range files {
		id, ok := strings.CutSuffix(file.Name(), ".web")
		b, err := os.ReadFile(filepath.Join(f.folder, file.Name()))
		pid, wrong := strconv.Atoi(strings.TrimSpace(string(b)))
		if ok && err == nil && wrong == nil && syscall.Kill(pid, 0) == nil {
			out[id] = pid
		}
	}
	return out
}

// TestScalingProcesses has processes of this machine as instances: one that ends
// is replaced, and a server that starts again knows those that run.
func TestScalingProcesses(t *testing.T) {
	t.Parallel()
	f, ctx, data := fleet{t: t, folder: t.TempDir()}, t.Context(), filepath.Join(t.TempDir(), "data")
	cfg := server.DefaultConfig()
	cfg.ScalingCheck = time.Second
	cfg.ScalingDrivers = scaling.Drivers{{Groups: "*", Kind: "process", Command: []string{"/bin/sh", "-c", worker, "worker", f.folder}, Grace: "5s"}}
	t.Cleanup(func() {
		for _, pid := range f.pids() {
			_ = syscall.Kill(-pid, syscall.SIGKILL)
		}
	})
	serve := func(t *testing.T) {
		f.url = serveWith(t, cfg, data, time.Now)
		f.Client = autoscaling.New(autoscaling.Options{Region: "us-east-1", BaseEndpoint: &f.url, Credentials: dummyKey, Retryer: aws.NopRetryer{}})
	}
	same := func(n int) map[string]int {
		var pids map[string]int
		eventually(t, 10*time.Second, fmt.Sprintf("%d processes in service", n), func() bool {
			pids = f.pids()
			in := f.group("web").Instances
			for _, i := range in {
				if i.LifecycleState != types.LifecycleStateInService || pids[*i.InstanceId] == 0 {
					return false
				}
			}
			return len(in) == n && len(pids) == n
		})
		return pids
	}
	var first map[string]int
	t.Run("first life", func(t *testing.T) {
		serve(t)
		f.create("web", 2, 4)
		first = same(2)
	})
	if got := f.pids(); len(got) != 2 {
		t.Fatalf("a server that ends ends its processes: %v are left", got)
	}
	ids := slices.Sorted(maps.Keys(first))
	_ = syscall.Kill(first[ids[0]], syscall.SIGKILL)
	serve(t)
	eventually(t, 10*time.Second, "another process", func() bool { return f.pids()[ids[0]] == 0 })
	if second := same(2); second[ids[1]] != first[ids[1]] || second[ids[0]] != 0 {
		t.Errorf("of %v there are %v: want the one that ran on, and one anew", first, second)
	}
	if _, err := f.DeleteAutoScalingGroup(ctx, &autoscaling.DeleteAutoScalingGroupInput{AutoScalingGroupName: aws.String("web"), ForceDelete: aws.Bool(true)}); err != nil {
		t.Fatal(err)
	}
	eventually(t, 10*time.Second, "all to end", func() bool { return len(f.pids()) == 0 })
}

// TestScalingMetrics watches a group's metrics, which are there as long as they
// are collected.
func TestScalingMetrics(t *testing.T) {
	t.Parallel()
	var minutes atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(minutes.Load()) * time.Minute) }
	f, ctx := newFleetAt(t, now), t.Context()
	f.create("web", 1, 4)
	f.becomes("web", 1)
	web := aws.String("web")
	if _, err := f.EnableMetricsCollection(ctx, &autoscaling.EnableMetricsCollectionInput{AutoScalingGroupName: web, Granularity: aws.String("1Minute")}); err != nil {
		t.Fatal(err)
	}
	_, err := f.EnableMetricsCollection(ctx, &autoscaling.EnableMetricsCollectionInput{AutoScalingGroupName: web, Granularity: aws.String("5Minute")})
	refused(t, "a granularity", err, "ValidationError", "Granularity must be 1Minute.")
	if _, err := f.DisableMetricsCollection(ctx, &autoscaling.DisableMetricsCollectionInput{AutoScalingGroupName: web, Metrics: []string{"GroupTotalInstances"}}); err != nil {
		t.Fatal(err)
	}
	if got := f.group("web").EnabledMetrics; len(got) != len(scaling.Metrics())-1 || *got[0].Metric != "GroupMinSize" || *got[0].Granularity != "1Minute" {
		t.Errorf("%s", show(got))
	}
	minutes.Add(1)
	cw := cloudwatch.New(cloudwatch.Options{Region: "us-east-1", BaseEndpoint: &f.url, Credentials: dummyKey})
	find := func(metric string) []cwtypes.Datapoint {
		got, err := cw.GetMetricStatistics(ctx, &cloudwatch.GetMetricStatisticsInput{
			Namespace: aws.String("AWS/AutoScaling"), MetricName: &metric, Period: aws.Int32(60), Statistics: []cwtypes.Statistic{"Average"},
			Dimensions: []cwtypes.Dimension{{Name: aws.String("AutoScalingGroupName"), Value: web}},
			StartTime:  aws.Time(now().Add(-time.Hour)), EndTime: aws.Time(now().Add(time.Hour)),
		})
		if err != nil {
			t.Fatal(err)
		}
		return got.Datapoints
	}
	for metric, want := range map[string]float64{"GroupMaxSize": 4, "GroupDesiredCapacity": 1, "GroupInServiceInstances": 1, "GroupPendingInstances": 0} {
		var got []cwtypes.Datapoint
		eventually(t, 10*time.Second, metric, func() bool { got = find(metric); return len(got) > 0 })
		if *got[len(got)-1].Average != want {
			t.Errorf("%s: %s", metric, show(got))
		}
	}
	if got := find("GroupTotalInstances"); len(got) != 0 {
		t.Errorf("a metric that is not collected: %s", show(got))
	}
}
