package kill_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/conformance/steady"
	"skywatch/targets/scaling"
)

// The groups of the test, by their drivers: each is changed in another way.
var groupNames = []string{"exec", "process", "webhook"}

// fileDriver keeps a file for each instance, under a name that comes from the
// activity, and takes a while.
const fileDriver = `sleep 0.03
case $1 in
launch) id=i-$(printf %.8s "$2"); : >"$3/$id.0"; printf '{"InstanceId":"%s"}' "$id" ;;
terminate) rm -f "$3/$2.0" ;;
esac`

// processWorker keeps a file for each time that it is started.
const processWorker = `: > "$1/$SKYWATCH_INSTANCE_ID.$$"; exec sleep 600`

// fleets is what runs, which lives longer than the server.
type fleets struct {
	dir string // a folder of files for exec, and one for process

	mu       sync.Mutex
	running  map[string]int    // of the webhook, by instance: how often it was made
	answered map[string]string // activity -> instance
}

func newFleets(t *testing.T, data string) *fleets {
	t.Helper()
	f := &fleets{dir: t.TempDir(), running: map[string]int{}, answered: map[string]string{}}
	hook := httptest.NewServer(f)
	t.Cleanup(hook.Close)
	for _, name := range groupNames {
		if err := os.Mkdir(filepath.Join(f.dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { // nothing of the test runs on
		for id := range f.instances(t, "process") {
			f.end(t, id)
		}
	})
	of := filepath.Join(f.dir, "exec")
	drivers, err := scaling.Drivers{
		{
			Groups: "exec", Kind: "exec", Launch: []string{"/bin/sh", "-c", fileDriver, "driver", "launch", "{activity}", of},
			Terminate: []string{"/bin/sh", "-c", fileDriver, "driver", "terminate", "{instance}", of},
		},
		{Groups: "process", Kind: "process", Command: []string{"/bin/sh", "-c", processWorker, "worker", filepath.Join(f.dir, "process")}},
		{Groups: "webhook", Kind: "webhook", URL: hook.URL},
	}.MarshalText()
	if err == nil {
		err = os.WriteFile(data+driversSuffix, drivers, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// ServeHTTP is the driver behind the webhook: it remembers activities.
func (f *fleets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Action     string
		ActivityID string `json:"ActivityId"`
		InstanceID string `json:"InstanceId"`
	}
	if json.NewDecoder(r.Body).Decode(&asked) != nil {
		return // the caller was killed
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if asked.Action == "Terminate" {
		delete(f.running, asked.InstanceID)
		return
	}
	id, ok := f.answered[asked.ActivityID]
	if !ok {
		id = fmt.Sprintf("i-%06d", len(f.answered))
		f.answered[asked.ActivityID] = id
		f.running[id]++
	}
	_, _ = fmt.Fprintf(w, `{"InstanceId":%q}`, id)
}

// instances counts, of what runs, how often each instance was made.
func (f *fleets) instances(t *testing.T, group string) map[string]int {
	t.Helper()
	if group == "webhook" {
		f.mu.Lock()
		defer f.mu.Unlock()
		return maps.Clone(f.running)
	}
	files, err := os.ReadDir(filepath.Join(f.dir, group))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, file := range files {
		id, number, _ := strings.Cut(file.Name(), ".")
		pid, _ := strconv.Atoi(number)
		if group == "process" && !runs(pid, id) {
			continue
		}
		out[id]++
	}
	return out
}

// runs reports whether a process is that of an instance.
func runs(pid int, id string) bool {
	env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	return err == nil && strings.Contains(string(env), "SKYWATCH_INSTANCE_ID="+id+"\x00")
}

func (f *fleets) end(t *testing.T, id string) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(f.dir, "process", id+".*"))
	for _, name := range files {
		if pid, _ := strconv.Atoi(strings.TrimPrefix(filepath.Ext(name), ".")); runs(pid, id) {
			_ = syscall.Kill(-pid, syscall.SIGKILL)
		}
	}
}

// groupClient is what changes the groups.
type groupClient struct {
	*autoscaling.Client
	alarms *cloudwatch.Client
}

func newGroupClient(url string) groupClient {
	key := credentials.NewStaticCredentialsProvider("k", "s", "")
	return groupClient{
		autoscaling.New(autoscaling.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key, Retryer: aws.NopRetryer{}, HTTPClient: steady.Client()}),
		cloudwatch.New(cloudwatch.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key, Retryer: aws.NopRetryer{}, HTTPClient: steady.Client()}),
	}
}

// make makes the groups, policies of exec and process to each size, and an alarm
// whose policy gives webhook one more.
func (c groupClient) make(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	for _, name := range groupNames {
		must(t)(c.CreateAutoScalingGroup(ctx, &autoscaling.CreateAutoScalingGroupInput{
			AutoScalingGroupName: &name, MinSize: aws.Int32(0), MaxSize: aws.Int32(1000), AvailabilityZones: []string{"a"}, LaunchConfigurationName: aws.String("l"),
		}))
	}
	for k := range int32(5) {
		must(t)(c.PutScalingPolicy(ctx, &autoscaling.PutScalingPolicyInput{
			AutoScalingGroupName: aws.String("exec"), PolicyName: aws.String(fmt.Sprint("to-", k)), AdjustmentType: aws.String("ExactCapacity"), ScalingAdjustment: &k,
		}))
	}
	more := must(t)(c.PutScalingPolicy(ctx, &autoscaling.PutScalingPolicyInput{
		AutoScalingGroupName: aws.String("webhook"), PolicyName: aws.String("more"), PolicyType: aws.String("StepScaling"), AdjustmentType: aws.String("ChangeInCapacity"),
		EstimatedInstanceWarmup: aws.Int32(0), StepAdjustments: []scalingtypes.StepAdjustment{{MetricIntervalLowerBound: aws.Float64(0), ScalingAdjustment: aws.Int32(1)}},
	})).(*autoscaling.PutScalingPolicyOutput)
	must(t)(c.alarms.PutMetricAlarm(ctx, &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("busy"), Namespace: aws.String("App"), MetricName: aws.String("Load"), Statistic: types.StatisticAverage, Period: aws.Int32(86400),
		EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(50), ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
		AlarmActions: []string{*more.PolicyARN}, TreatMissingData: aws.String("ignore"),
	}))
}

// change changes the groups until the server is gone, and returns which sizes
// they may have then.
func (c groupClient) change(t *testing.T, kill func(), had map[string]int) map[string][]int {
	t.Helper()
	var clients sync.WaitGroup
	var mu sync.Mutex
	ends := map[string][]int{}
	note := func(group string, sizes ...int) {
		mu.Lock()
		defer mu.Unlock()
		ends[group] = sizes
	}
	clients.Go(func() { // policies
		last := had["exec"]
		for n := 0; ; n++ {
			next := n * 3 % 5
			if _, err := c.ExecutePolicy(t.Context(), &autoscaling.ExecutePolicyInput{AutoScalingGroupName: aws.String("exec"), PolicyName: aws.String(fmt.Sprint("to-", next))}); err != nil {
				note("exec", last, next)
				return
			}
			last = next
		}
	})
	clients.Go(func() { // users
		last := had["process"]
		for n := 0; ; n++ {
			next := n * 2 % 5
			if _, err := c.SetDesiredCapacity(t.Context(), &autoscaling.SetDesiredCapacityInput{AutoScalingGroupName: aws.String("process"), DesiredCapacity: aws.Int32(int32(next))}); err != nil {
				note("process", last, next)
				return
			}
			last = next
		}
	})
	clients.Go(func() { // an alarm
		for n := had["webhook"]; ; n++ {
			for _, state := range []types.StateValue{types.StateValueOk, types.StateValueAlarm} {
				_, err := c.alarms.SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{
					AlarmName: aws.String("busy"), StateValue: state, StateReason: aws.String("r"), StateReasonData: aws.String(`{"recentDatapoints":[75],"threshold":50}`),
				})
				if err == nil {
					continue
				}
				if note("webhook", n); state == types.StateValueAlarm {
					note("webhook", n, n+1)
				}
				return
			}
			// While an instance is launched, one more is not asked for.
			if !c.serves(t, "webhook", n+1) {
				note("webhook", n+1)
				return
			}
		}
	})
	kill()
	clients.Wait()
	return ends
}

// serves waits until a group has n instances in service, or the server is gone.
func (c groupClient) serves(t *testing.T, name string, n int) bool {
	for {
		got, err := c.DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{name}})
		if err != nil {
			return false
		}
		in := 0
		for _, i := range got.AutoScalingGroups[0].Instances {
			if i.LifecycleState == scalingtypes.LifecycleStateInService {
				in++
			}
		}
		if in == n {
			return true
		}
	}
}

// TestKillGroups: whatever moment a server is killed at, in the end each group has
// the size that its policies and users gave it, each instance was made once, and
// none runs that its group does not know.
func TestKillGroups(t *testing.T) {
	t.Parallel()
	n := 1
	if os.Getenv("SKYWATCH_KILL_ROUNDS") != "" {
		n = rounds(t)
	}
	dir := filepath.Join(t.TempDir(), "data")
	f, had := newFleets(t, dir), map[string]int{}
	for round := range n {
		srv, url := startServer(t, dir)
		c := newGroupClient(url)
		if round == 0 {
			c.make(t)
		}
		ends := c.change(t, func() {
			time.Sleep(300*time.Millisecond + time.Duration(round%10)*37*time.Millisecond)
			_ = srv.cmd.Process.Kill()
		}, had)
		_ = srv.cmd.Wait()
		srv, url = startServer(t, dir)
		c = newGroupClient(url)
		for _, name := range groupNames {
			size := f.settle(t, c, name)
			if !slices.Contains(ends[name], size) {
				t.Errorf("round %d: the group %s has %d instances, want one of %v", round, name, size, ends[name])
			}
			had[name] = size
		}
		// What the next round adds to is an alarm that is not in its state.
		must(t)(c.alarms.SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{AlarmName: aws.String("busy"), StateValue: types.StateValueOk, StateReason: aws.String("r")}))
		_ = srv.cmd.Process.Kill()
		_ = srv.cmd.Wait()
	}
	if had["webhook"] == 0 {
		t.Error("no alarm was heard: the test shows nothing")
	}
}

// settle waits until a group is what it should be, and returns its size.
func (f *fleets) settle(t *testing.T, c groupClient, name string) (size int) {
	t.Helper()
	quiet := 0
	within(t, "the group "+name+" does not come to rest", func() bool {
		got := must(t)(c.DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{name}})).(*autoscaling.DescribeAutoScalingGroupsOutput)
		g, run := got.AutoScalingGroups[0], f.instances(t, name)
		for _, i := range g.Instances {
			if i.LifecycleState != scalingtypes.LifecycleStateInService || run[*i.InstanceId] == 0 {
				quiet = 0
				return false
			}
		}
		if size = len(g.Instances); size != int(*g.DesiredCapacity) || len(run) != size {
			quiet = 0
			return false
		}
		quiet++
		return quiet > 5 // deliveries of the alarm may be under way
	})
	for id, times := range f.instances(t, name) {
		if times != 1 {
			t.Errorf("%s of %s was made %d times", id, name, times)
		}
	}
	return size
}
