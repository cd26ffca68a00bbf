package abroad_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"skywatch/targets"
	"skywatch/targets/abroad"
	"skywatch/targets/forward/forwardtest"
	"skywatch/targets/webhook"
)

const (
	cluster  = "arn:aws:ecs:eu-west-1:123456789012:cluster/c"
	queueARN = "arn:aws:sqs:eu-west-1:123456789012:q"
	recoverI = "arn:aws:automate:eu-west-1:ec2:recover"
)

// Some operations answer with success although they did nothing.
func TestAnswersAreRead(t *testing.T) {
	t.Parallel()
	const statesARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:m"
	const bus = "arn:aws:events:eu-west-1:123456789012:event-bus/b"
	const graph = "arn:aws:appsync:eu-west-1:123456789012:endpoints/graphql-api/x"
	for _, c := range []struct {
		target, parameters string
		status             int
		answer             string
		code               string // empty: success
		again              bool
	}{
		{cluster, `{"TaskDefinitionArn":"t"}`, 200, `{"tasks":[{}],"failures":[{"reason":"RESOURCE:CPU"}]}`, "", false},
		{cluster, `{"TaskDefinitionArn":"t"}`, 200, `{"tasks":[],"failures":[{"reason":"RESOURCE:CPU"}]}`, targets.ServerError, true},
		{cluster, `{"TaskDefinitionArn":"t"}`, 200, `{"tasks":[],"failures":[{"reason":"MISSING","detail":"d"}]}`, targets.NoResource, false},
		{bus, "", 200, `{"FailedEntryCount":0,"Entries":[{"EventId":"x"}]}`, "", false},
		{bus, "", 200, `{"FailedEntryCount":1,"Entries":[{"ErrorCode":"ThrottlingException","ErrorMessage":"m"}]}`, targets.Throttling, true},
		{bus, "", 200, `{"FailedEntryCount":1,"Entries":[{"ErrorCode":"NotAuthorizedForSourceException","ErrorMessage":"m"}]}`, targets.ClientError, false},
		{bus, "", 200, `{"FailedEntryCount":1,"Entries":[{"ErrorCode":"InternalFailure","ErrorMessage":"m"}]}`, targets.ServerError, true},
		{graph, `{"GraphQLOperation":"mutation{a}"}`, 200, `{"data":{"a":1}}`, "", false},
		{graph, `{"GraphQLOperation":"mutation{a}"}`, 200, `{"errors":[{"message":"m","errorType":"e"}]}`, targets.ClientError, false},
		// An execution of this name is this delivery's, of an attempt whose
		// answer was lost.
		{statesARN, "", 400, `{"__type":"ExecutionAlreadyExists"}`, "", false},
		{statesARN, "", 400, `{"__type":"StateMachineDeleting"}`, targets.ClientError, false},
	} {
		e := forwardtest.Start(t, func(forwardtest.Call) forwardtest.Answer { return forwardtest.Answer{Status: c.status, Body: c.answer} })
		d := delivery(c.target, `{"source":"s","detail-type":"d","detail":{}}`)
		d.Parameters = json.RawMessage(c.parameters)
		err := reaching(t, e).Send(t.Context(), d)
		var f *targets.Failure
		if errors.As(err, &f); (err == nil) != (c.code == "") || f != nil && (f.Code != c.code || f.Permanent == c.again) {
			t.Errorf("%s %s: %v", c.target, c.answer, err)
		}
	}
}

// A log stream that is not there is made, and the event written then.
func TestLogStreamIsMade(t *testing.T) {
	t.Parallel()
	made := false
	e := forwardtest.Start(t, func(c forwardtest.Call) forwardtest.Answer {
		if strings.HasSuffix(c.Header.Get("X-Amz-Target"), ".CreateLogStream") {
			made = true
		} else if !made {
			return forwardtest.Answer{Status: 400, Body: `{"__type":"ResourceNotFoundException"}`}
		}
		return forwardtest.Answer{Body: "{}"}
	})
	if err := reaching(t, e).Send(t.Context(), delivery("arn:aws:logs:eu-west-1:123456789012:log-group:g", "m")); err != nil {
		t.Fatal(err)
	}
	calls := e.Calls()
	if len(calls) != 3 || string(calls[0].Body) != string(calls[2].Body) {
		t.Errorf("%d calls", len(calls))
	}
}

// Without a profile or driver it is known who could carry a delivery, and it fails
// for good.
func TestNobodyCarries(t *testing.T) {
	t.Parallel()
	s := reaching(t, nil)
	for target, want := range map[string]string{
		cluster:  "the configuration names neither a forwarding profile (forward-profiles) nor a driver (action-drivers) for ecs",
		recoverI: "names no driver for ec2",
		"arn:aws:redshift:eu-west-1:123456789012:cluster:c": "for redshift-data",
	} {
		_, carries := s.Target(target)
		var f *targets.Failure
		if err := s.Send(t.Context(), delivery(target, "{}")); carries || !errors.As(err, &f) || f.Code != targets.NoResource || !f.Permanent || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: carries %v, %v", target, carries, err)
		}
		if !strings.Contains(s.Advice(target), want) {
			t.Errorf("%s: %s", target, s.Advice(target))
		}
	}
	if _, ok := s.Target(queueARN); ok || s.Advice(queueARN) != "" {
		t.Error("a queue of the house is taken away from it")
	}
}

// A program is told what to do on its command line and on its standard input; its
// exit code says what came of it.
func TestProgram(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "out")
	s := reaching(t, nil,
		abroad.Driver{Services: []string{"ec2"}, Kind: "exec", Command: []string{"/bin/sh", "-c", `cat > "$1"; echo "$2 $3" >> "$1"`, "sh", out, "{action}", "{instance}"}},
		abroad.Driver{Services: []string{"ecs"}, Targets: "*:cluster/c", Kind: "exec", Command: []string{"/bin/sh", "-c", "echo no room >&2; exit 3"}},
	)
	d := delivery(recoverI, `{"AlarmName":"cpu"}`)
	d.Parameters = json.RawMessage(`{"InstanceId":"i-1; rm"}`)
	if _, ok := s.Target(recoverI); !ok {
		t.Error("the driver is not known")
	}
	if err := s.Send(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"id":"` + deliveryID + `","attempt":1,"service":"ec2","action":"recover","instance":"i-1; rm","target":"` + recoverI +
		`","cause":"arn:aws:events:eu-west-1:123456789012:rule/orders","account":"123456789012","region":"eu-west-1",` +
		`"parameters":{"InstanceId":"i-1; rm"},"payload":{"AlarmName":"cpu"}}` + "recover i-1; rm\n"
	if string(got) != want {
		t.Errorf("told %s\nwant %s", got, want)
	}
	var f *targets.Failure
	if err := s.Send(t.Context(), delivery(cluster, "{}")); !errors.As(err, &f) || f.Permanent || !f.Answered || !strings.Contains(err.Error(), "exit code 3: no room") {
		t.Errorf("exit code 3: %v", err)
	}
	// The second driver is for one cluster.
	if _, ok := s.Target(cluster + "2"); ok {
		t.Error("a driver is taken for what it is not")
	}
}

// A driver behind a URL gets the same, under the rules for outbound calls.
func TestURL(t *testing.T) {
	t.Parallel()
	status := http.StatusAccepted
	var body []byte
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(status)
	}))
	defer hook.Close()
	driver := abroad.Driver{Services: []string{"ecs"}, Kind: "webhook", URL: hook.URL}
	s := reaching(t, nil, driver)
	s.HTTP = webhook.New(webhook.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	defer s.HTTP.Close()
	if err := s.Send(t.Context(), delivery(cluster, "text")); err != nil || !strings.HasSuffix(string(body), `"payload":"text"}`) {
		t.Errorf("%v, told %s", err, body)
	}
	for code, again := range map[int]bool{500: true, 429: true, 400: false, 302: false} {
		status = code
		var f *targets.Failure
		if err := s.Send(t.Context(), delivery(cluster, "{}")); !errors.As(err, &f) || f.Permanent == again {
			t.Errorf("%d: %v", code, err)
		}
	}
	s.HTTP = webhook.New(webhook.Options{})
	defer s.HTTP.Close()
	var f *targets.Failure
	if err := s.Send(t.Context(), delivery(cluster, "{}")); !errors.As(err, &f) || f.Code != targets.NoPermissions || !f.Permanent {
		t.Errorf("a forbidden address: %v", err)
	}
}

func TestDriversAreChecked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[{"services":["ecs","e*"],"kind":"exec","command":["/bin/run","{target}"],"timeout":"5s"}]`: "",
		`[{"services":["ec2"],"targets":"arn:aws:automate:*","kind":"webhook","url":"https://a/"}]`:  "",
		`[{"kind":"exec","command":["x"]}]`:                                           "services must name",
		`[{"services":["ec2"],"kind":"exec"}]`:                                        "needs a command line",
		`[{"services":["ec2"],"kind":"webhook"}]`:                                     "needs a url",
		`[{"services":["ec2"],"kind":"exec","command":["x"],"url":"https://a/"}]`:     "and no url",
		`[{"services":["ec2"],"kind":"aws"}]`:                                         `kind "aws" is none of exec and webhook`,
		`[{"services":["ec2"],"kind":"exec","command":["x"],"timeout":"0s"}]`:         "no duration above zero",
		`[{"services":["sqs"],"kind":"exec","command":["x"]}]`:                        `"sqs" is nothing that a driver can do`,
		`[{"services":["ec2"],"kind":"exec","command":["x"],"targets":"["}]`:          "is no pattern",
		`[{"services":["ec2"],"kind":"exec","command":["x","{target}","{instanc}"]}]`: "command: {instanc} is no placeholder",
		`[{"services":["ec2"],"kind":"webhook","url":"scaler"}]`:                      "url: it must be the URL of a host",
		`[{"services":["ec2"],"kind":"exec","comand":["x"]}]`:                         `unknown field "comand"`,
	} {
		var d abroad.Drivers
		err := d.UnmarshalText([]byte(text))
		if err == nil {
			err = d.Validate()
		}
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
