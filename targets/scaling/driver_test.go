package scaling

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/targets/driver"
	"skywatch/targets/webhook"
)

var order = Order{
	GroupName: named("web"), Activity: "a-1", Instance: "i-1", Zone: "z", LaunchTemplate: LaunchTemplate{Name: "{instance}", Version: "3"},
	Tags: map[string]string{"k": "v"},
}

func shell(timeout time.Duration, script string) *Exec {
	line := []string{"/bin/sh", "-c", script, "driver", "{group}", "{activity}", "{launch-template-name}", "{tags}"}
	return &Exec{Launching: line, Terminating: line, Listing: line, Timeout: timeout}
}

// What is filled in is not looked at again, and is one argument whatever it
// holds.
func TestExec(t *testing.T) {
	t.Setenv("SECRET", "ours")
	ctx := t.Context()
	got, err := shell(time.Minute, `test "$*" = 'web a-1 {''instance} {"k":"v"}' && test -z "$SECRET" && echo '{"InstanceId":"i-9","InstanceType":"t"}'`).Launch(ctx, order)
	if want := (Launched{ID: "i-9", Type: "t"}); err != nil || got != want {
		t.Errorf("%+v %v", got, err)
	}
	listed, err := shell(time.Minute, `echo '{"Instances":[{"InstanceId":"i-1"},{"InstanceId":"i-2","HealthStatus":"Unhealthy"}]}'`).List(ctx, named("web"), nil)
	if diff := cmp.Diff([]Listed{{"i-1", false}, {"i-2", true}}, listed); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	for script, want := range map[string]struct {
		text    string
		unknown bool
	}{
		"echo first >&2; echo no room >&2; exit 3": {"ended with exit code 3: no room", false},
		"echo text":           {"is not the JSON that is wanted", true},
		"kill -9 $$":          {"was ended by a signal", true},
		"sleep 60 & sleep 60": {"did not end within 100ms", true},
	} {
		timeout := time.Minute
		if strings.HasPrefix(script, "sleep") {
			timeout = 100 * time.Millisecond
		}
		if _, err := shell(timeout, script).Launch(ctx, order); err == nil || !strings.Contains(err.Error(), want.text) || driver.IsUnknown(err) != want.unknown {
			t.Errorf("%s: %v", script, err)
		}
	}
	if _, err := (&Exec{Launching: []string{"/nowhere/driver"}, Timeout: time.Minute}).Launch(ctx, order); err == nil || driver.IsUnknown(err) {
		t.Errorf("no such program: %v", err)
	}
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	status, body := http.StatusOK, `{"InstanceId":"i-9","AvailabilityZone":"y"}`
	var seen map[string]any
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = nil
		_ = json.NewDecoder(r.Body).Decode(&seen)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	defer server.Close()
	client := webhook.New(webhook.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	defer client.Close()
	w := &Webhook{Client: client, URL: server.URL, Timeout: time.Minute}
	got, err := w.Launch(context.Background(), order)
	if want := (Launched{ID: "i-9", Zone: "y"}); err != nil || got != want || seen["Action"] != "Launch" || seen["ActivityId"] != "a-1" || seen["AutoScalingGroupName"] != "web" {
		t.Errorf("%+v %v, of %v", got, err, seen)
	}
	body = "<html>"
	if _, err := w.Launch(context.Background(), order); err == nil || !driver.IsUnknown(err) {
		t.Errorf("an answer that is no JSON: %v", err)
	}
	for s, uncertain := range map[int]bool{http.StatusConflict: false, http.StatusBadGateway: true} {
		status = s
		if err := w.Terminate(context.Background(), order); err == nil || driver.IsUnknown(err) != uncertain {
			t.Errorf("status %d: %v", s, err)
		}
	}
	closed := webhook.New(webhook.Options{})
	defer closed.Close()
	if err := (&Webhook{Client: closed, URL: server.URL, Timeout: time.Minute}).Terminate(context.Background(), order); err == nil || driver.IsUnknown(err) {
		t.Errorf("an address that is not allowed: %v", err)
	}
}

func TestDrivers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[{"groups":"web-*","kind":"webhook","url":"https://x.example/","timeout":"5s"}]`:                       "",
		`[{"groups":"*","kind":"aws","url":"u"}]`:                                                               "url is for drivers of the kind webhook",
		`[{"groups":"*","kind":"magic"}]`:                                                                       "none of exec, webhook, process and aws",
		`[{"kind":"exec","launch":["l"],"terminate":["t"]}]`:                                                    "groups must be a pattern",
		`[{"groups":"*","kind":"exec","launch":["l"]}]`:                                                         "needs the command lines",
		`[{"groups":"*","kind":"process","command":["/bin/sleep","60"],"grace":"1s","most":4}]`:                 "",
		`[{"groups":"*","kind":"process","launch":["l"],"command":["c"]}]`:                                      "launch is for drivers of the kind exec",
		`[{"groups":"*","kind":"exec","launch":["l"],"terminate":["t"],"url":"u"}]`:                             "url is for drivers of the kind webhook",
		`[{"groups":"*","kind":"process","command":["c"],"timeout":"1s"}]`:                                      "timeout is for drivers of the kind exec or webhook",
		`[{"groups":"*","kind":"process"}]`:                                                                     "needs a command line",
		`[{"groups":"*","kind":"exec","launch":["l","{instanse}"],"terminate":["t","{instance}"]}]`:             "launch: {instanse} is no placeholder",
		`[{"groups":"*","kind":"exec","launch":["/bin/awk","{print $1}"],"terminate":["t","--id={instance}"]}]`: "",
		`[{"groups":"*","kind":"exec","launch":["l"],"terminate":["t"]}]`:                                       "terminate: without {instance}",
		`[{"groups":"*","kind":"exec","launch":[""],"terminate":["t","{instance}"]}]`:                           "launch: its first element must be a program",
		`[{"groups":"*","kind":"webhook","url":"a.example/scale"}]`:                                             "url: it must be the URL of a host",
		`[{"groups":"*","kind":"webhook","url":"ftp://a"}]`:                                                     "url: it must be the URL of a host",
		`[{"groups":"*","kind":"webhook","url":"https://a/{group}"}]`:                                           "url: {group} is no placeholder here",
		`[{"groups":"*","kind":"webhook"}]`:                                                                     "needs a url",
		`[{"groups":"*","kind":"webhook","url":"u","timeout":"soon"}]`:                                          "no duration",
	} {
		var d Drivers
		if err := d.UnmarshalText([]byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		err := d.Validate()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	find := Open(Drivers{{Groups: "web-*", Kind: "exec"}, {Groups: "*-a", Kind: "webhook"}}, Means{})
	if _, ok := find(named("web-a")).(*Exec); !ok {
		t.Error("the first that matches is not the driver")
	}
	if find(named("db-b")) != nil {
		t.Error("a group that nothing matches has a driver")
	}
}
