package scaling

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"skywatch/targets/driver"
	"skywatch/targets/forward"
)

// ec2 is an EC2 that knows what an answer that is lost leaves behind.
type ec2 struct {
	mu        sync.Mutex
	instances map[string]string     // identifier -> state
	tokens    map[string]url.Values // client token -> what came with it
	ids       map[string]string     // client token -> identifier
	lost      bool                  // the answer to the next call
	seen      []url.Values
}

func (e *ec2) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	_ = r.ParseForm()
	if !strings.Contains(r.Header.Get("Authorization"), "/us-east-1/ec2/aws4_request") {
		http.Error(w, "unsigned", http.StatusForbidden)
		return
	}
	e.seen = append(e.seen, r.PostForm)
	status, body := e.answer(r.PostForm)
	if e.lost {
		e.lost, status, body = false, http.StatusServiceUnavailable, ""
	}
	w.WriteHeader(status)
	_, _ = fmt.Fprint(w, xml.Header, body)
}

func (e *ec2) answer(f url.Values) (status int, body string) {
	refuse := func(code string) (int, string) {
		return http.StatusBadRequest, "<Response><Errors><Error><Code>" + code + "</Code><Message>m</Message></Error></Errors></Response>"
	}
	item := func(id string) string {
		return "<item><instanceId>" + id + "</instanceId><instanceType>t3.micro</instanceType><instanceState><name>" + e.instances[id] +
			"</name></instanceState><placement><availabilityZone>us-east-1c</availabilityZone></placement></item>"
	}
	switch f.Get("Action") {
	case "RunInstances":
		token := f.Get("ClientToken")
		if was, ok := e.tokens[token]; !ok {
			e.tokens[token], e.ids[token] = f, fmt.Sprintf("i-%d", len(e.ids))
			e.instances[e.ids[token]] = "pending"
		} else if was.Encode() != f.Encode() {
			return refuse("IdempotentParameterMismatch")
		}
		return http.StatusOK, "<RunInstancesResponse><instancesSet>" + item(e.ids[token]) + "</instancesSet></RunInstancesResponse>"
	case "TerminateInstances":
		id := f.Get("InstanceId.1")
		if _, ok := e.instances[id]; !ok {
			return refuse("InvalidInstanceID.NotFound")
		}
		e.instances[id] = "terminated"
		return http.StatusOK, "<TerminateInstancesResponse/>"
	case "DescribeInstances":
		items := ""
		for i := 1; f.Has(fmt.Sprintf("Filter.1.Value.%d", i)); i++ {
			v := f.Get(fmt.Sprintf("Filter.1.Value.%d", i))
			if f.Get("Filter.1.Name") == "client-token" {
				v = e.ids[v]
			}
			if _, ok := e.instances[v]; ok {
				items += "<item><instancesSet>" + item(v) + "</instancesSet></item>"
			}
		}
		return http.StatusOK, "<DescribeInstancesResponse><reservationSet>" + items + "</reservationSet></DescribeInstancesResponse>"
	}
	return refuse("InvalidAction")
}

func newEC2(t *testing.T) (*ec2, *AWS) {
	t.Helper()
	e := &ec2{instances: map[string]string{}, tokens: map[string]url.Values{}, ids: map[string]string{}}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	c, err := forward.New(t.Context(), forward.Options{Profiles: forward.Profiles{{
		Services: []string{"ec2"}, Endpoint: server.URL, Credentials: forward.Credentials{AccessKey: "k", SecretKey: "s"},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return e, &AWS{Client: c}
}

func TestAWS(t *testing.T) {
	t.Parallel()
	e, a := newEC2(t)
	ctx := t.Context()
	first := Order{
		GroupName: named("web"), Activity: "a-1", Zone: "us-east-1a", Subnets: "subnet-1, subnet-2", LaunchTemplate: LaunchTemplate{Name: "lt", Version: "3"},
		Tags: map[string]string{"team": "a"},
	}
	// The answer is lost: it is asked for again, and it is the same instance.
	e.lost = true
	if _, err := a.Launch(ctx, first); !driver.IsUnknown(err) {
		t.Errorf("an answer that is lost: %v", err)
	}
	got, err := a.Launch(ctx, first)
	if want := (Launched{"i-0", "t3.micro", "us-east-1c"}); err != nil || got != want {
		t.Errorf("%+v %v", got, err)
	}
	// So it is when the group has changed meanwhile.
	changed := first
	changed.LaunchTemplate.Version = "4"
	if got, err := a.Launch(ctx, changed); err != nil || got.ID != "i-0" {
		t.Errorf("%+v %v", got, err)
	}
	f := e.seen[0]
	for name, want := range map[string]string{
		"LaunchTemplate.LaunchTemplateName": "lt", "LaunchTemplate.Version": "3", "MinCount": "1", "MaxCount": "1", "ClientToken": "a-1",
		"Version": "2016-11-15", "Placement.AvailabilityZone": "", "TagSpecification.1.Tag.1.Key": "skywatch:autoscaling:groupName",
		"TagSpecification.1.Tag.1.Value": "web", "TagSpecification.1.Tag.2.Key": "team",
	} {
		if f.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, f.Get(name), want)
		}
	}
	if !slices.Contains([]string{"subnet-1", "subnet-2"}, f.Get("SubnetId")) {
		t.Errorf("subnet %q", f.Get("SubnetId"))
	}
	second := Order{GroupName: named("web"), Activity: "a-2", Zone: "us-east-1a", LaunchTemplate: LaunchTemplate{ID: "lt-1"}}
	if got, err := a.Launch(ctx, second); err != nil || got.ID != "i-1" || e.seen[len(e.seen)-1].Get("Placement.AvailabilityZone") != "us-east-1a" {
		t.Errorf("%+v %v", got, err)
	}
	listed, err := a.List(ctx, named("web"), []string{"i-0", "i-1", "i-none"})
	if err != nil || !slices.Equal(listed, []Listed{{ID: "i-0"}, {ID: "i-1"}}) {
		t.Errorf("%v %v", listed, err)
	}
	for range 2 {
		if err := a.Terminate(ctx, Order{GroupName: named("web"), Instance: "i-0"}); err != nil {
			t.Error(err)
		}
	}
	if err := a.Terminate(ctx, Order{GroupName: named("web"), Instance: "i-none"}); err != nil {
		t.Errorf("one that is not there: %v", err)
	}
	if listed, err := a.List(ctx, named("web"), slices.Sorted(maps.Keys(e.instances))); err != nil || !slices.Equal(listed, []Listed{{ID: "i-1"}}) {
		t.Errorf("%v %v", listed, err)
	}
	if _, err := a.Launch(ctx, Order{GroupName: named("web"), Activity: "a-3", LaunchConfiguration: "l"}); err == nil || driver.IsUnknown(err) {
		t.Errorf("without a template: %v", err)
	}
	elsewhere := second
	elsewhere.Region, elsewhere.Activity = "us-east-1", "a-4"
	elsewhere.LaunchTemplate.ID = ""
	elsewhere.LaunchTemplate.Name = "x"
	if _, err := (&AWS{}).Launch(ctx, elsewhere); err == nil || driver.IsUnknown(err) {
		t.Errorf("without profiles: %v", err)
	}
}
