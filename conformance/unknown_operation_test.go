package conformance_test

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventbridgeschemas "github.com/aws/aws-sdk-go-v2/service/eventbridge/schemas"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
	"github.com/aws/smithy-go/transport/http/protocol/rpcv2"
)

// offered are the operations of CloudWatch that are not refused as unknown.
var offered = map[string]bool{
	"PutMetricData": true, "ListMetrics": true, "GetMetricStatistics": true, "GetMetricData": true,
	"PutMetricAlarm": true, "DescribeAlarms": true, "DescribeAlarmsForMetric": true, "DescribeAlarmHistory": true, "DescribeAlarmContributors": true,
	"SetAlarmState": true, "EnableAlarmActions": true, "DisableAlarmActions": true, "DeleteAlarms": true, "PutCompositeAlarm": true,
	"PutAlarmMuteRule": true, "GetAlarmMuteRule": true, "ListAlarmMuteRules": true, "DeleteAlarmMuteRule": true,
	"ListTagsForResource": true, "TagResource": true, "UntagResource": true,
	"PutDashboard": true, "GetDashboard": true, "ListDashboards": true, "DeleteDashboards": true,
}

// operations returns an empty input of every operation of an SDK client.
func operations(client any) []any {
	var inputs []any
	v := reflect.ValueOf(client)
	for i := range v.NumMethod() {
		if m := v.Method(i).Type(); m.NumIn() == 3 && m.IsVariadic() && m.NumOut() == 2 {
			inputs = append(inputs, reflect.New(m.In(1).Elem()).Interface())
		}
	}
	return inputs
}

// TestUnknownOperations calls everything that AWS has with nothing in it: what
// is not offered is refused as an unknown operation in the protocol's own form,
// and what is offered is answered or refused, with no 5xx anywhere.
func TestUnknownOperations(t *testing.T) {
	t.Parallel()
	server := start(t)
	eachDialect(t, server, func(t *testing.T, c *caller) {
		inputs := operations(c.client)
		if len(inputs) < 55 {
			t.Fatalf("the SDK has %d operations, want 55 or more", len(inputs))
		}
		for _, in := range inputs {
			t.Run(operation(in), func(t *testing.T) {
				_, err := c.call(t.Context(), in)
				c.checkHeaders(t)
				switch {
				case !offered[operation(in)]:
					c.checkRefusal(t, unknownOperation(operation(in)))
				case err != nil && (c.wire.status < 400 || c.wire.status > 499):
					t.Errorf("%d %s", c.wire.status, c.wire.body)
				}
			})
		}
	})
}

// TestEveryEventBridgeOperation holds that none of EventBridge's operations is
// unknown, in its own protocol and in CBOR: each is answered, or refused in
// EventBridge's own words. Only those of global endpoints have no word for it.
func TestEveryEventBridgeOperation(t *testing.T) {
	t.Parallel()
	server := start(t)
	for name, codec := range map[string]smithyhttp.ClientProtocol{
		"json": awsjson.New11(eventbridgeschemas.AWSEvents), "cbor": rpcv2.NewCBOR(eventbridgeschemas.AWSEvents),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wire := &recorder{}
			c := eventbridge.New(eventbridge.Options{
				Region: "us-east-1", Credentials: dummyKey, HTTPClient: wire, Retryer: aws.NopRetryer{},
				EndpointResolverV2: fixedEndpoint(server),
			}, func(o *eventbridge.Options) {
				o.Protocol = codec
				o.APIOptions = append(o.APIOptions, uncheckedInput)
			})
			inputs := operations(c)
			if len(inputs) < 57 {
				t.Fatalf("the SDK has %d operations, want 57 or more", len(inputs))
			}
			for _, in := range inputs {
				if _, err := invoke(t.Context(), c, in); err != nil {
					wire.checkEventsRefusal(t, operation(in))
				}
			}
		})
	}
}

func (r *recorder) checkEventsRefusal(t *testing.T, op string) {
	t.Helper()
	got, err := r.refusal()
	own := strings.HasPrefix(got.shape, "com.amazonaws.events#") || got.shape == coral+"UnsupportedOperationException" && strings.HasSuffix(op, "Endpoint")
	if err != nil || r.status != http.StatusBadRequest || !own || got.text == "" {
		t.Errorf("%s: %d %s (%v)", op, r.status, r.body, err)
	}
	if h := r.header.Get("X-Amzn-Query-Error"); h != "" {
		t.Errorf("%s: x-amzn-query-error %q of a service that never spoke Query", op, h)
	}
}

// TestEventBridgeByQuery holds that a form for a service that never spoke Query
// is refused in Query's form.
func TestEventBridgeByQuery(t *testing.T) {
	t.Parallel()
	server := start(t)
	for _, h := range []byHand{
		{name: "form", dialect: "query", path: "/", header: formHeader(), body: "Action=PutRule&Version=2015-10-07&Name=r", refused: unknownOperation("PutRule")},
		{name: "GET", dialect: "query", method: http.MethodGet, path: "/?Action=PutEvents&Version=2015-10-07", refused: unknownOperation("PutEvents")},
	} {
		h.run(t, server)
	}
}

// TestPathWithForm: curl -d says that what it sends is a form. Where a path of a
// service is called, that service answers.
func TestPathWithForm(t *testing.T) {
	t.Parallel()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, start(t)+"/2015-03-31/functions/none/invocations", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range formHeader() {
		req.Header.Set(name, value)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if got := resp.Header.Get("X-Amzn-Errortype"); resp.StatusCode != http.StatusNotFound || got != "ResourceNotFoundException" {
		t.Errorf("%s %q", resp.Status, got)
	}
}

// fixedEndpoint takes every EndpointId: the SDK's own rules want a host label.
type fixedEndpoint string

// ResolveEndpoint implements eventbridge.EndpointResolverV2.
func (e fixedEndpoint) ResolveEndpoint(context.Context, eventbridge.EndpointParameters) (smithyendpoints.Endpoint, error) {
	u, err := url.Parse(string(e))
	if err != nil {
		return smithyendpoints.Endpoint{}, err
	}
	return smithyendpoints.Endpoint{URI: *u}, nil
}
