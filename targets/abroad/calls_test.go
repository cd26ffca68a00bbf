package abroad_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"skywatch/metric"
	"skywatch/targets"
	"skywatch/targets/abroad"
	"skywatch/targets/forward"
	"skywatch/targets/forward/forwardtest"
)

const deliveryID = "5f2a9c1e-7a34-5a5b-9c4d-1f0e2d3c4b5a"

// reaching returns a service whose every call goes to an endpoint.
func reaching(t testing.TB, e *forwardtest.Endpoint, drivers ...abroad.Driver) *abroad.Service {
	t.Helper()
	o := forward.Options{}
	if e != nil {
		o.Profiles = forward.Profiles{{
			Services: []string{"*"}, Endpoint: e.URL, PathStyle: true,
			Credentials: forward.Credentials{AccessKey: forwardtest.AccessKey, SecretKey: forwardtest.Secret},
		}}
	}
	client, err := forward.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return abroad.New(abroad.Options{Client: client, Drivers: drivers})
}

func delivery(target, message string) targets.Delivery {
	return targets.Delivery{
		ID: deliveryID, Tenant: metric.Tenant{Account: "123456789012", Region: "eu-west-1"}, Target: target, Message: message, Attempts: 1,
		Cause: "arn:aws:events:eu-west-1:123456789012:rule/orders", Created: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC),
	}
}

// TestCalls holds, for each kind of target, the call that a delivery becomes.
func TestCalls(t *testing.T) {
	t.Parallel()
	e := forwardtest.Start(t, nil)
	s := reaching(t, e)
	datadriven.RunTest(t, "testdata/calls", func(t *testing.T, d *datadriven.TestData) string {
		one := delivery(d.CmdArgs[0].String(), "")
		d.CmdArgs = d.CmdArgs[1:]
		for _, arg := range d.CmdArgs {
			switch arg.Key {
			case "cause":
				one.Cause = arg.Vals[0]
			case "group":
				one.Group = arg.Vals[0]
			case "subject":
				one.Subject = arg.Vals[0]
			case "trace":
				one.Trace = arg.Vals[0]
			case "attribute":
				one.Attributes = map[string]targets.Attribute{arg.Vals[0]: {Type: "String", String: arg.Vals[1]}}
			case "shaped":
				one.Shaped = true
			default:
				t.Fatalf("unknown argument %s", arg.Key)
			}
		}
		message, parameters, given := strings.Cut(d.Input, "\nparameters ")
		one.Message = message
		if given {
			one.Parameters = json.RawMessage(parameters)
		}
		if _, ok := s.Target(one.Target); !ok {
			return strings.TrimSpace("nowhere: " + s.Advice(one.Target))
		}
		err := s.Send(t.Context(), one)
		var b strings.Builder
		for _, c := range e.Calls() {
			show(&b, c)
		}
		if err != nil {
			fmt.Fprintf(&b, "error: %v\n", err)
		}
		return strings.ReplaceAll(b.String(), e.URL, "ENDPOINT")
	})
}

// show writes a call as a reviewer reads it.
func show(b *strings.Builder, c forwardtest.Call) {
	fmt.Fprintf(b, "%s %s", c.Method, c.Path)
	if c.Query != "" {
		b.WriteString("?" + c.Query)
	}
	fmt.Fprintf(b, "  signed for %s in %s\n", c.Service, c.Region)
	for _, name := range []string{"X-Amz-Target", "X-Amz-Invocation-Type", "Content-Type", "X-Order"} {
		if v := c.Header.Get(name); v != "" {
			fmt.Fprintf(b, "%s: %s\n", name, v)
		}
	}
	if strings.HasPrefix(c.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form, _ := url.ParseQuery(string(c.Body))
		for _, name := range slices.Sorted(maps.Keys(form)) {
			fmt.Fprintf(b, "  %s=%s\n", name, strings.Join(form[name], " "))
		}
		return
	}
	var out bytes.Buffer
	if json.Indent(&out, c.Body, "", "  ") != nil {
		out.Write(c.Body)
	}
	b.Write(bytes.TrimSpace(out.Bytes()))
	b.WriteByte('\n')
}
