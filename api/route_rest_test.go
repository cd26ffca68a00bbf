package api

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	lambdaschemas "github.com/aws/aws-sdk-go-v2/service/lambda/schemas"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"skywatch/api/wire"
	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/schedule/ticker"
	"skywatch/scheduler"
	"skywatch/targets"
)

// routed are some of the paths that Lambda has, as a service with many.
func routed() paths {
	p := paths{}
	for _, s := range append([]*smithy.Schema{
		lambdaschemas.ListFunctions, lambdaschemas.GetFunction, lambdaschemas.GetFunctionConfiguration, lambdaschemas.Invoke,
		lambdaschemas.AddPermission, lambdaschemas.RemovePermission, lambdaschemas.GetAccountSettings, lambdaschemas.ListTags,
		lambdaschemas.GetProvisionedConcurrencyConfig, lambdaschemas.ListProvisionedConcurrencyConfigs,
	}, schedulerRoutes...) {
		op := &Operation{Operation: wire.Operation{Name: s.ID().Name}}
		op.http, _ = smithy.SchemaTrait[*traits.HTTP](s)
		p.add(op)
	}
	// A literal goes before a label.
	p.add(&Operation{Operation: wire.Operation{Name: "GetDefault"}, http: &traits.HTTP{Method: http.MethodGet, URI: "/schedule-groups/default?exact"}})
	return p
}

func TestPaths(t *testing.T) {
	t.Parallel()
	p := routed()
	for _, c := range []struct {
		method, path, want string
		labels             map[string]string
	}{
		{"GET", "/schedules", "ListSchedules", map[string]string{}},
		{"GET", "/schedules/", "ListSchedules", map[string]string{}},
		{"POST", "/schedules/a", "CreateSchedule", map[string]string{"Name": "a"}},
		{"PUT", "/schedules/a%2Fb%20c", "UpdateSchedule", map[string]string{"Name": "a/b c"}},
		{"GET", "/schedule-groups/default", "GetDefault", map[string]string{}},
		{"GET", "/schedule-groups/other", "GetScheduleGroup", map[string]string{"Name": "other"}},
		{"DELETE", "/tags/arn%3Aaws%3Ascheduler%3Aus-east-1%3A1%3Aschedule-group%2Fg", "UntagResource", map[string]string{"ResourceArn": "arn:aws:scheduler:us-east-1:1:schedule-group/g"}},
		{"POST", "/tags/arn:aws:scheduler:us-east-1:1:schedule-group%2Fg", "TagResource", map[string]string{"ResourceArn": "arn:aws:scheduler:us-east-1:1:schedule-group/g"}},
		{"GET", "/2015-03-31/functions/", "ListFunctions", map[string]string{}},
		{"GET", "/2015-03-31/functions", "ListFunctions", map[string]string{}},
		{"GET", "/2015-03-31/functions/f", "GetFunction", map[string]string{"FunctionName": "f"}},
		{"GET", "/2015-03-31/functions/f/configuration", "GetFunctionConfiguration", map[string]string{"FunctionName": "f"}},
		{"POST", "/2015-03-31/functions/f/invocations", "Invoke", map[string]string{"FunctionName": "f"}},
		{"DELETE", "/2015-03-31/functions/f/policy/s", "RemovePermission", map[string]string{"FunctionName": "f", "StatementId": "s"}},
		{"GET", "/2019-09-30/functions/f/provisioned-concurrency?Qualifier=1", "GetProvisionedConcurrencyConfig", map[string]string{"FunctionName": "f"}},
		{"GET", "/2019-09-30/functions/f/provisioned-concurrency?List=ALL&MaxItems=1", "ListProvisionedConcurrencyConfigs", map[string]string{"FunctionName": "f"}},
		{"PATCH", "/schedules/a", "", nil},
		{"GET", "/schedules/a/b", "", nil},
		{"GET", "/", "", nil},
		{"GET", "/schedules/%zz", "", nil},
		{"GET", "/2015-03-31/functions/f/other", "", nil},
	} {
		escaped, query, _ := strings.Cut(c.path, "?")
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		op, labels := p.find(c.method, escaped, values)
		got := ""
		if op != nil {
			got = op.Name
		}
		if got != c.want || cmp.Diff(c.labels, labels) != "" {
			t.Errorf("%s %s: %s %v, want %s %v", c.method, c.path, got, labels, c.want, c.labels)
		}
	}
}

// Whatever the labels, a path that was made of them leads back to them.
func FuzzPaths(f *testing.F) {
	p := routed()
	f.Add("f", "s")
	f.Add("a/b", "%2F")
	f.Add("", "{x}")
	f.Fuzz(func(t *testing.T, function, statement string) {
		op, labels := p.find(http.MethodDelete, "/2015-03-31/functions/"+url.PathEscape(function)+"/policy/"+url.PathEscape(statement), nil)
		switch {
		case function == "" || statement == "": // no label is empty
			if op != nil {
				t.Errorf("%q %q: %s %v", function, statement, op.Name, labels)
			}
		case op == nil || op.Name != "RemovePermission" || labels["FunctionName"] != function || labels["StatementId"] != statement:
			t.Errorf("%q %q: %v %v", function, statement, op, labels)
		}
	})
}

// anybody takes every request for the default account's.
type anybody struct{}

// Authenticate implements Authenticator.
func (anybody) Authenticate(*http.Request, []byte, bool) (Caller, error) {
	return Caller{Tenant: metric.Tenant{Account: "123456789012", Region: "us-east-1"}}, nil
}

func TestRESTRequests(t *testing.T) {
	t.Parallel()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	h := NewHandler(Rooms{Schedules: scheduler.New(scheduler.Options{Catalog: db, Outbox: targets.NewOutbox(nil), Plans: ticker.NewPlans()})}, Options{
		Auth: anybody{}, Logger: slog.New(slog.DiscardHandler), Now: time.Now, MaxInFlight: 4, BasePath: "/sky",
	})
	const signed = "AWS4-HMAC-SHA256 Credential=A/20261125/us-east-1/%s/aws4_request, SignedHeaders=host, Signature=" + "0000000000000000000000000000000000000000000000000000000000000000"
	const target = `"Target":{"Arn":"arn:aws:sqs:us-east-1:123456789012:q","RoleArn":"arn:aws:iam::123456789012:role/r"`
	for _, c := range []struct {
		name, method, path, service, body string
		status                            int
		kind, answer                      string
	}{
		{"group", "POST", "/schedule-groups/g", "", `{}`, 200, "", `{"ScheduleGroupArn":"arn:aws:scheduler:us-east-1:123456789012:schedule-group/g"}`},
		{"base path, signed", "POST", "/sky/schedule-groups/h", "scheduler", ``, 200, "", `{"ScheduleGroupArn":"arn:aws:scheduler:us-east-1:123456789012:schedule-group/h"}`},
		{"ARN in the path", "POST", "/tags/arn%3Aaws%3Ascheduler%3Aus-east-1%3A123456789012%3Aschedule-group%2Fg", "", `{"Tags":[{"Key":"a","Value":"b"}]}`, 200, "", `{}`},
		{"list in the query", "DELETE", "/tags/arn%3Aaws%3Ascheduler%3Aus-east-1%3A123456789012%3Aschedule-group%2Fg?TagKeys=a&TagKeys=c", "", ``, 200, "", `{}`},
		{"tags", "GET", "/tags/arn%3Aaws%3Ascheduler%3Aus-east-1%3A123456789012%3Aschedule-group%2Fg", "", ``, 200, "", `{"Tags":[]}`},
		{"exists", "POST", "/schedule-groups/g", "", `{}`, 409, "ConflictException", `{"Message":"Schedule group g already exists."}`},
		{"not there", "GET", "/schedules/s?groupName=g", "", ``, 404, "ResourceNotFoundException", `{"Message":"Schedule s does not exist."}`},
		{
			"no target", "POST", "/schedules/s", "", `{"FlexibleTimeWindow":{"Mode":"OFF"},"ScheduleExpression":"rate(1 hour)"}`, 400, "ValidationException",
			`{"Message":"1 validation error detected: Value null at 'target' failed to satisfy constraint: Member must not be null"}`,
		},
		{
			"source of AWS", "POST", "/schedules/s", "", `{"FlexibleTimeWindow":{"Mode":"OFF"},"ScheduleExpression":"rate(1 hour)",` + target + `,"EventBridgeParameters":{"DetailType":"d","Source":"aws.x"}}}`, 400, "ValidationException",
			`{"Message":"1 validation error detected: Value 'aws.x' at 'target.eventBridgeParameters.source' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?=[/\\.\\-_A-Za-z0-9]+)((?!aws\\.).*)|(\\$(\\.[\\w_-]+(\\[(\\d+|\\*)\\])*)*)$"}`,
		},
		{
			"a key", "POST", "/schedules/s", "", `{"KmsKeyArn":"arn:aws:kms:us-east-1:123456789012:key/k","FlexibleTimeWindow":{"Mode":"OFF"},"ScheduleExpression":"rate(1 hour)",` + target + `}}`, 400, "ValidationException",
			`{"Message":"The parameter KmsKeyArn is not supported by this version of Skywatch."}`,
		},
		{
			"window without a length", "POST", "/schedules/s", "", `{"FlexibleTimeWindow":{"Mode":"FLEXIBLE"},"ScheduleExpression":"rate(1 hour)",` + target + `}}`, 400, "ValidationException",
			`{"Message":"MaximumWindowInMinutes is required where the mode of the FlexibleTimeWindow is FLEXIBLE."}`,
		},
		{
			"length without a window", "POST", "/schedules/s", "", `{"FlexibleTimeWindow":{"Mode":"OFF","MaximumWindowInMinutes":5},"ScheduleExpression":"rate(1 hour)",` + target + `}}`, 400, "ValidationException",
			`{"Message":"MaximumWindowInMinutes cannot be given where the mode of the FlexibleTimeWindow is OFF."}`,
		},
		{"token", "GET", "/schedules?NextToken=x", "", ``, 400, "ValidationException", `{"Message":"Invalid NextToken."}`},
		{
			"too many", "GET", "/schedule-groups?MaxResults=101", "", ``, 400, "ValidationException",
			`{"Message":"1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100"}`,
		},
		{"not JSON", "POST", "/schedule-groups/i", "", `{`, 400, "SerializationException", ``},
		{"no such path", "GET", "/nowhere", "scheduler", ``, 404, "UnknownOperationException", `{"message":"No operation of the service has the method GET and this path."}`},
		{"no such method", "PATCH", "/schedules/s", "scheduler", ``, 404, "UnknownOperationException", `{"message":"No operation of the service has the method PATCH and this path."}`},
		{"another's path", "GET", "/schedules", "events", ``, 400, "UnknownOperationException", ``},
		{"nobody's path", "POST", "/nowhere", "", ``, 400, "UnknownOperationException", ``},
	} {
		r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		if c.service != "" {
			r.Header.Set("Authorization", strings.Replace(signed, "%s", c.service, 1))
			r.Header.Set("X-Amz-Date", "20261125T120000Z")
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		body, _ := io.ReadAll(w.Body)
		if w.Code != c.status || w.Header().Get("X-Amzn-Errortype") != c.kind || c.answer != "" && string(body) != c.answer {
			t.Errorf("%s: %d %s %s", c.name, w.Code, w.Header().Get("X-Amzn-Errortype"), body)
		}
	}
}
