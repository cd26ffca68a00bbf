package scalable

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"skywatch/targets/driver"
	"skywatch/targets/forward"
	"skywatch/targets/webhook"
)

func serve(t *testing.T, h http.HandlerFunc) (*webhook.Client, string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	c := webhook.New(webhook.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	t.Cleanup(c.Close)
	return c, s.URL
}

func TestCustomResource(t *testing.T) {
	t.Parallel()
	var heard []string
	status, say := 200, `{"scalableTargetDimensionId":"1-23","version":"v","actualCapacity":2.0,"desiredCapacity":3.0,"scalingStatus":"InProgress"}`
	client, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		heard = append(heard, fmt.Sprintf("%s %s %s %s", r.Method, r.URL.Path, b, r.Header.Get("Idempotency-Key")))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, say)
	})
	n := Name{tenant, CustomResource, url + "/prod/scalableTargetDimensions/1-23", "custom-resource:ResourceType:Property"}
	itself := Open(nil, client, nil)(n)
	want := Capacity{Desired: 3, Actual: 2, Progress: InProgress}
	if got, err := itself.Capacity(t.Context(), n); err != nil || got != want {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := itself.Set(t.Context(), Order{Name: n, Activity: "a-1", To: 3}); err != nil || *got != want {
		t.Errorf("%+v %v", got, err)
	}
	if got := strings.Join(heard, "\n"); got != "GET /prod/scalableTargetDimensions/1-23  \nPATCH /prod/scalableTargetDimensions/1-23 {\"desiredCapacity\":3} a-1" {
		t.Error(got)
	}
	for _, c := range []struct {
		status  int
		say     string
		unknown bool
	}{{403, "no", false}, {429, "", false}, {500, "", true}, {200, "ok", true}, {200, `{"desiredCapacity":1.5}`, true}} {
		status, say = c.status, c.say
		if _, err := itself.Set(t.Context(), Order{Name: n}); err == nil || driver.IsUnknown(err) != c.unknown {
			t.Errorf("%d %s: %v", c.status, c.say, err)
		}
	}
}

func TestDrivers(t *testing.T) {
	t.Parallel()
	var path string
	client, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.EscapedPath()
		_, _ = io.WriteString(w, `{"desiredCapacity":4}`)
	})
	var d Drivers
	text := `[
		{"resources":"service/prod/*","dimensions":"ecs:*","kind":"exec","get":["/bin/sh","-c","echo '{\"actualCapacity\":7}'"],"set":["/bin/sh","-c","test {capacity} = 9"],"timeout":"10s"},
		{"resources":"service/test/???","kind":"webhook","url":"` + url + `/{namespace}/{resource}"}]`
	if err := d.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	find, ctx := Open(d, client, nil), t.Context()
	if got, err := find(web).Capacity(ctx, web); err != nil || got.Desired != 7 {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := find(web).Set(ctx, Order{Name: web, To: 9}); err != nil || got != nil {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := find(web).Set(ctx, Order{Name: web, To: 8}); err == nil || driver.IsUnknown(err) {
		t.Error(err)
	}
	other := web
	other.Resource = "service/test/web"
	if got, err := find(other).Capacity(ctx, other); err != nil || got.Desired != 4 || path != "/ecs/service%2Ftest%2Fweb" {
		t.Errorf("%+v %v %s", got, err, path)
	}
	other.Resource = "service/test/long"
	if got := find(other); got != nil {
		t.Errorf("%+v", got)
	}
	for name, c := range map[string]DriverConfig{
		"no resources":                       {Kind: "exec", Get: []string{"g"}, Set: []string{"s"}},
		"no kind":                            {Resources: "*"},
		"exec without set":                   {Resources: "*", Kind: "exec", Get: []string{"g"}},
		"exec with a url":                    {Resources: "*", Kind: "exec", Get: []string{"g"}, Set: []string{"s"}, URL: "u"},
		"webhook alone":                      {Resources: "*", Kind: "webhook"},
		"webhook with get":                   {Resources: "*", Kind: "webhook", URL: "u", Get: []string{"g"}},
		"aws with a url":                     {Resources: "*", Kind: "aws", URL: "u"},
		"exec that is not told the capacity": {Resources: "*", Kind: "exec", Get: []string{"g"}, Set: []string{"s"}},
		"a misspelt placeholder":             {Resources: "*", Kind: "exec", Get: []string{"g", "{resorce}"}, Set: []string{"s", "{capacity}"}},
		"a misspelt part of a URL":           {Resources: "*", Kind: "webhook", URL: "https://a/{resorce}"},
		"a URL without a host":               {Resources: "*", Kind: "webhook", URL: "/{resource}"},
		"timeout of nought":                  {Resources: "*", Kind: "aws", Timeout: "0s"},
	} {
		if c.Validate() == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// A resource of AWS's is read and set through a forwarding profile.
func TestAWSDriver(t *testing.T) {
	t.Parallel()
	var heard []string
	status := 200
	answers := map[string]string{
		"AmazonEC2ContainerServiceV20141113.DescribeServices": `{"services":[{"desiredCount":3,"runningCount":2}],"failures":[]}`,
		"AmazonEC2ContainerServiceV20141113.UpdateService":    `{"service":{}}`,
		"": `{"RequestedProvisionedConcurrentExecutions":5,"AvailableProvisionedConcurrentExecutions":5,"Status":"READY"}`,
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=key/") {
			t.Errorf("%v", r.Header)
		}
		target := r.Header.Get("X-Amz-Target")
		heard = append(heard, fmt.Sprintf("%s %s %s%s", r.Method, r.URL, target[strings.LastIndexByte(target, '.')+1:], b))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answers[target])
	}))
	defer s.Close()
	client, err := forward.New(context.Background(), forward.Options{Profiles: forward.Profiles{{
		Services: []string{"ecs", "lambda"}, Endpoint: s.URL, Credentials: forward.Credentials{AccessKey: "key", SecretKey: "secret"},
	}}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	by := Open(Drivers{{Resources: "*", Kind: "aws"}}, nil, client)(web)
	fn := Name{tenant, "lambda", "function:f:live", "lambda:function:ProvisionedConcurrency"}
	for n, want := range map[Name]Capacity{web: {Desired: 3, Actual: 2}, fn: {Desired: 5, Actual: 5, Progress: Successful}} {
		if got, err := by.Capacity(t.Context(), n); err != nil || got != want {
			t.Errorf("%s: %+v %v", n, got, err)
		}
		heard = nil
		if _, err := by.Set(t.Context(), Order{Name: n, To: 6}); err != nil {
			t.Error(err)
		}
		wants := map[Name]string{
			web: `POST / UpdateService{"cluster":"prod","desiredCount":6,"service":"web"}`,
			fn:  `PUT /2019-09-30/functions/f/provisioned-concurrency?Qualifier=live {"ProvisionedConcurrentExecutions":6}`,
		}
		if len(heard) != 1 || heard[0] != wants[n] {
			t.Errorf("%q", heard)
		}
	}
	if _, err := by.Capacity(t.Context(), Name{tenant, "rds", "cluster:c", "rds:cluster:ReadReplicaCount"}); err == nil || driver.IsUnknown(err) {
		t.Error(err)
	}
	status = 500
	if _, err := by.Set(t.Context(), Order{Name: web, To: 6}); !driver.IsUnknown(err) {
		t.Error(err)
	}
	status = 400
	if _, err := by.Set(t.Context(), Order{Name: web, To: 6}); err == nil || driver.IsUnknown(err) {
		t.Error(err)
	}
}

func FuzzCapacity(f *testing.F) {
	f.Add(`{"actualCapacity":2.0,"desiredCapacity":3,"scalingStatus":"Failed","failureReason":"x"}`)
	f.Add(`{"desiredCapacity":1e400}`)
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := parseCapacity([]byte(text)); err == nil && (c.Desired < 0 || c.Actual < 0) {
			t.Errorf("%+v", c)
		}
	})
}

func FuzzPolicyID(f *testing.F) {
	p := Policy{Name: Name{tenant, CustomResource, "https://127.0.0.1:1/x:policyName/y", "d"}, Policy: "p", ID: "u-1"}
	f.Add(p.ARN())
	f.Add("arn:aws:autoscaling:r:1:scalingPolicy::resource/x:policyName/")
	f.Fuzz(func(t *testing.T, text string) {
		at, id, ok := policyID(text)
		if !ok {
			return
		}
		again := (&Policy{Name: Name{at, "ns", "r", "d"}, ID: id}).ARN()
		if to, uuid, ok := policyID(again); !ok || to != at || uuid != id {
			t.Errorf("%q is of %+v %q, written %q", text, at, id, again)
		}
	})
}
