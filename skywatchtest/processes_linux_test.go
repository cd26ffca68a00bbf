package skywatchtest_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"skywatch/server"
	"skywatch/skywatchtest"
	"skywatch/targets/scaling"
)

// Local processes of groups end with a reset, and with the server, which keeps
// nothing that could tell of them later.
func TestProcessesOfGroupsEnd(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	living := func() (n int) {
		all, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, mark := range all {
			if pid, err := os.ReadFile(mark); err == nil {
				if _, err := os.Stat("/proc/" + string(pid)); err == nil {
					n++
				}
			}
		}
		return n
	}
	launch := func(t *testing.T, s *skywatchtest.Server) {
		t.Helper()
		form(t, s.URL, "Action=CreateAutoScalingGroup&Version=2011-01-01&AutoScalingGroupName=g&LaunchTemplate.LaunchTemplateName=any&LaunchTemplate.Version=1&MinSize=2&MaxSize=2&AvailabilityZones.member.1=us-east-1a")
		s.Advance(time.Minute)
		for deadline := time.Now().Add(5 * time.Second); living() != 2 && time.Now().Before(deadline); { // a program writes its mark in its own time
			time.Sleep(5 * time.Millisecond)
		}
		if n := living(); n != 2 {
			t.Fatalf("%d processes", n)
		}
	}
	t.Run("server", func(t *testing.T) {
		s := skywatchtest.Start(t, skywatchtest.Configure(func(c *server.Config) {
			c.ScalingDrivers = scaling.Drivers{{Groups: "*", Kind: "process", Command: []string{"/bin/sh", "-c", "printf $$ >" + dir + "/$$; exec /bin/sleep 60"}}}
		}))
		launch(t, s)
		s.Reset()
		if n := living(); n != 0 {
			t.Errorf("%d processes after a reset", n)
		}
		launch(t, s)
	})
	if n := living(); n != 0 {
		t.Errorf("%d processes after the end", n)
	}
}

// form sends a request in Auto Scaling's form.
func form(t testing.TB, url, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260105/us-east-1/autoscaling/aws4_request, SignedHeaders=host, Signature=0")
	if code, answer := send(t, r); code != http.StatusOK {
		t.Fatal(code, answer)
	}
}
