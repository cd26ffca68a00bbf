package conformance_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"skywatch/server"
	"skywatch/targets/forward"
	"skywatch/targets/scaling"
)

// moto runs moto's EC2, which somebody else has written, and returns its URL.
func moto(t *testing.T) string {
	t.Helper()
	needs(t, "moto_server", "python3", "-c", "import moto.server")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	cmd := exec.Command("python3", "-m", "moto.server", "-H", host, "-p", port)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
	})
	eventually(t, 30*time.Second, "moto to listen", func() bool {
		c, err := net.Dial("tcp", net.JoinHostPort(host, port))
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
	return "http://" + net.JoinHostPort(host, port)
}

// TestScalingAtAWS has instances of another EC2 as those of a group: launched from
// a launch template there, terminated there, and missed when they end there.
func TestScalingAtAWS(t *testing.T) {
	t.Parallel()
	if os.Getenv("SKYWATCH_MOTO") == "" {
		t.Skip("takes long to start: SKYWATCH_MOTO=1 runs it")
	}
	elsewhere := moto(t)
	ec2 := newCLI(t, elsewhere)
	ec2.seen(t, "ec2 create-launch-template --launch-template-name web --launch-template-data ImageId=ami-12c6146b,InstanceType=t3.micro")
	cfg := server.DefaultConfig()
	cfg.ScalingCheck = time.Second
	cfg.ScalingDrivers = scaling.Drivers{{Groups: "*", Kind: "aws"}}
	cfg.ForwardProfiles = forward.Profiles{{Services: []string{"ec2"}, Endpoint: elsewhere, Credentials: forward.Credentials{AccessKey: "k", SecretKey: "s"}}}
	f := fleet{t: t, url: serveWith(t, cfg, filepath.Join(t.TempDir(), "data"), time.Now)}
	f.Client = autoscaling.New(autoscaling.Options{Region: "us-east-1", BaseEndpoint: &f.url, Credentials: dummyKey, Retryer: aws.NopRetryer{}})
	f.create("web", 1, 4)
	served := func(n int) (ids []string) {
		t.Helper()
		eventually(t, 20*time.Second, "instances of web in service", func() bool {
			ids = nil
			for _, i := range f.group("web").Instances {
				if i.LifecycleState == types.LifecycleStateInService {
					ids = append(ids, *i.InstanceId)
				}
			}
			return len(ids) == n && len(f.group("web").Instances) == n
		})
		return ids
	}
	first := served(1)
	if got := f.group("web").Instances[0]; *got.InstanceType != "t3.micro" {
		t.Errorf("%s", show(got))
	}
	tags := ec2.seen(t, "ec2 describe-tags --filters Name=resource-id,Values="+first[0]+" --query Tags[?!starts_with(Key,'aws:')].[Key,Value]")
	if want := `[["skywatch:autoscaling:groupName","web"],["team","a"]]`; show(tags) != show(parsed(t, want)) {
		t.Errorf("tags: %s", show(tags))
	}
	ec2.seen(t, "ec2 terminate-instances --instance-ids "+first[0]) // somebody, there
	eventually(t, 20*time.Second, "another instance", func() bool {
		in := f.group("web").Instances
		return len(in) == 1 && *in[0].InstanceId != first[0]
	})
	served(1)
	if _, err := f.DeleteAutoScalingGroup(context.WithoutCancel(t.Context()), &autoscaling.DeleteAutoScalingGroupInput{AutoScalingGroupName: aws.String("web"), ForceDelete: aws.Bool(true)}); err != nil {
		t.Fatal(err)
	}
	eventually(t, 20*time.Second, "no instance to run", func() bool {
		left := ec2.seen(t, "ec2 describe-instances --filters Name=instance-state-name,Values=pending,running --query Reservations[].Instances[].InstanceId")
		return len(left.([]any)) == 0
	})
}
