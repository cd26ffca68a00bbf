package wire

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	endpoints "github.com/aws/smithy-go/endpoints"
)

// sdkServices are the services whose SDK client the tests drive, with the
// protocol that it speaks.
var sdkServices = map[string]Protocol{
	"cloudwatch": CBOR, "eventbridge": JSON11, "sqs": JSON10, "sns": Query, "sts": Query, "lambda": RESTJSON, "scheduler": RESTJSON,
}

// transport stands in for the network of an SDK client.
type transport func(*http.Request) (*http.Response, error)

// Do implements aws.HTTPClient.
func (t transport) Do(r *http.Request) (*http.Response, error) { return t(r) }

// sdkClient makes the SDK's client of a service.
func sdkClient(t testing.TB, service string, do transport) any {
	t.Helper()
	cfg := aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String("http://127.0.0.1:1"), HTTPClient: do,
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} },
	}
	switch service {
	case "cloudwatch":
		return cloudwatch.NewFromConfig(cfg, func(o *cloudwatch.Options) { o.DisableRequestCompression = true })
	case "eventbridge":
		return eventbridge.NewFromConfig(cfg, func(o *eventbridge.Options) { o.EndpointResolverV2 = anyEndpoint{} })
	case "lambda":
		return lambda.NewFromConfig(cfg)
	case "scheduler":
		return scheduler.NewFromConfig(cfg)
	case "sns":
		return sns.NewFromConfig(cfg)
	case "sqs":
		return sqs.NewFromConfig(cfg, func(o *sqs.Options) { o.DisableMessageChecksumValidation = true })
	case "sts":
		return sts.NewFromConfig(cfg)
	}
	t.Fatalf("no service %q", service)
	return nil
}

// anyEndpoint takes every EndpointId: the SDK's rules want a host label.
type anyEndpoint struct{}

// ResolveEndpoint implements eventbridge.EndpointResolverV2.
func (anyEndpoint) ResolveEndpoint(context.Context, eventbridge.EndpointParameters) (endpoints.Endpoint, error) {
	return endpoints.Endpoint{URI: url.URL{Scheme: "http", Host: "127.0.0.1:1"}}, nil
}

// call calls an operation of an SDK client.
func call(ctx context.Context, client any, op string, in any) (any, error) {
	res := reflect.ValueOf(client).MethodByName(op).Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(in)})
	err, _ := res[1].Interface().(error)
	return res[0].Interface(), err
}

// errCaptured ends a call once its request is known.
var errCaptured = errors.New("captured")

// sdkRequest returns the request that the SDK sends for an input.
func sdkRequest(t testing.TB, service, op string, in any) (*http.Request, []byte) {
	t.Helper()
	var got *http.Request
	var body []byte
	client := sdkClient(t, service, func(r *http.Request) (*http.Response, error) {
		got = r
		if r.Body != nil {
			body, _ = io.ReadAll(r.Body)
		}
		return nil, errCaptured
	})
	if _, err := call(t.Context(), client, op, in); !errors.Is(err, errCaptured) {
		t.Fatalf("%s: %v", op, err)
	}
	return got, body
}

// sdkAnswer gives a response to the SDK as the answer to an operation.
func sdkAnswer(t testing.TB, service, op string, in any, res Response) (any, error) {
	t.Helper()
	client := sdkClient(t, service, func(r *http.Request) (*http.Response, error) {
		if r.Body != nil {
			_, _ = io.Copy(io.Discard, r.Body)
		}
		return &http.Response{
			StatusCode: res.Status, Header: res.Header.Clone(), Request: r,
			Body: io.NopCloser(bytes.NewReader(res.Body)), ContentLength: int64(len(res.Body)),
		}, nil
	})
	return call(t.Context(), client, op, in)
}

// requestOf is what the dispatcher would make of an HTTP request.
func requestOf(op testOperation, r *http.Request, body []byte) *Request {
	return &Request{
		Method: r.Method, Form: r.URL.Query(), Header: r.Header, Body: body,
		Labels: labelsOf(op, r.URL.EscapedPath()),
	}
}

// isLabel reports whether a segment of a path is the value of a label: in
// these tests texts begin with the label's name, and no path has two numbers.
func isLabel(m *smithy.Schema, name, segment string) bool {
	if m.Type() == smithy.ShapeTypeString || m.Type() == smithy.ShapeTypeEnum {
		return strings.HasPrefix(segment, "__"+name+"__")
	}
	_, err := strconv.ParseInt(segment, 10, 64)
	return err == nil
}

// labelsOf finds the labels of a path.
func labelsOf(op testOperation, path string) map[string]string {
	labels := map[string]string{}
	for name, m := range op.Input.Members() {
		if bindingOf(m).place != inLabel {
			continue
		}
		for segment := range strings.SplitSeq(path, "/") {
			if s, err := url.PathUnescape(segment); err == nil && isLabel(m, name, s) {
				labels[name] = s
			}
		}
	}
	return labels
}
