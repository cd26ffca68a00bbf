package conformance_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchschemas "github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"
	"github.com/aws/smithy-go/transport/http/protocol/rpcv2"
)

// dialect is one way to speak to CloudWatch. The Go SDK speaks all of them: it
// holds the vendor's own codecs, and which one a client uses is an option.
type dialect struct {
	name  string
	codec smithyhttp.ClientProtocol
	// plain clients do not send x-amzn-query-mode: they were built before the
	// service had query-compatible errors.
	plain bool
	// region keeps the data of the dialects apart, and from the metrics that the
	// server keeps of itself in its own region.
	region string
}

func dialects() []dialect {
	service := cloudwatchschemas.GraniteServiceVersion20100801
	return []dialect{
		{name: "cbor", codec: rpcv2.NewCBOR(service), region: "us-east-2"},
		{name: "json", codec: awsjson.New10(service), region: "eu-west-1"},
		{name: "query", codec: awsquery.New(service), region: "ap-southeast-2"},
		{name: "cbor-plain", codec: rpcv2.NewCBOR(service), plain: true, region: "us-west-2"},
		{name: "json-plain", codec: awsjson.New10(service), plain: true, region: "eu-central-1"},
	}
}

func (d dialect) query() bool { return d.name == "query" }

// account is the account of local mode.
const account = "000000000000"

var dummyKey = credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")

// caller calls CloudWatch in one dialect and keeps what came over the wire.
type caller struct {
	dialect
	url    string
	client *cloudwatch.Client
	wire   *recorder
}

func newCaller(url string, d dialect) *caller {
	c := &caller{dialect: d, url: url, wire: &recorder{}}
	c.as(dummyKey)
	return c
}

// as makes the client anew with other credentials: the SDK's signer keeps the
// secret that it first saw for a key.
func (c *caller) as(who aws.CredentialsProvider) {
	c.client = cloudwatch.New(cloudwatch.Options{
		Region: c.region, BaseEndpoint: &c.url, Credentials: who, HTTPClient: c.wire, Retryer: aws.NopRetryer{},
	}, func(o *cloudwatch.Options) {
		o.Protocol = c.codec
		o.APIOptions = append(o.APIOptions, uncheckedInput)
		if c.plain {
			o.APIOptions = append(o.APIOptions, withoutQueryMode)
		}
	})
}

// eachDialect runs f once a dialect.
func eachDialect(t *testing.T, url string, f func(t *testing.T, c *caller)) {
	for _, d := range dialects() {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			f(t, newCaller(url, d))
		})
	}
}

// uncheckedInput takes out the client's own check of required members: what
// the server says of them is what is tested.
func uncheckedInput(s *middleware.Stack) error {
	_, _ = s.Initialize.Remove("OperationInputValidation") // an operation may have none
	return nil
}

func withoutQueryMode(s *middleware.Stack) error {
	return s.Build.Add(middleware.BuildMiddlewareFunc("WithoutQueryMode",
		func(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (middleware.BuildOutput, middleware.Metadata, error) {
			in.Request.(*smithyhttp.Request).Header.Del("X-Amzn-Query-Mode")
			return next.HandleBuild(ctx, in)
		}), middleware.Before)
}

// operation is the name of the operation that an SDK input struct is of.
func operation(in any) string {
	return strings.TrimSuffix(reflect.TypeOf(in).Elem().Name(), "Input")
}

// call sends in and returns the output struct or the error.
func (c *caller) call(ctx context.Context, in any) (any, error) {
	return invoke(ctx, c.client, in)
}

// must is call for a step that the test only needs to be done.
func (c *caller) must(t *testing.T, in any) any {
	t.Helper()
	out, err := c.call(t.Context(), in)
	if err != nil {
		t.Fatalf("%s: %v", operation(in), err)
	}
	return out
}

// invoke calls the method of an SDK client that takes in.
func invoke(ctx context.Context, client, in any) (any, error) {
	res := reflect.ValueOf(client).MethodByName(operation(in)).Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(in)})
	err, _ := res[1].Interface().(error)
	return res[0].Interface(), err
}

// recorder is an HTTP client that keeps the last answer.
type recorder struct {
	status int
	header http.Header
	body   []byte
}

// Do implements aws.HTTPClient.
func (r *recorder) Do(req *http.Request) (*http.Response, error) {
	resp, body, err := entire(req)
	if err != nil {
		return nil, err
	}
	r.status, r.header, r.body = resp.StatusCode, resp.Header, body
	return resp, nil
}

// patient is an HTTP client for SDK clients that make one attempt only.
type patient struct{}

// Do implements aws.HTTPClient.
func (patient) Do(req *http.Request) (*http.Response, error) {
	resp, _, err := entire(req)
	return resp, err
}

// entire reads an answer to its end before the SDK has it. The SDK closes the
// body of its request as soon as there is an answer; where net/http is not yet
// done with that body it then drops the connection, and the rest of a long
// answer is lost ("use of closed network connection"). The SDK's own cure is to
// try again, which would hide what these tests look for.
func entire(req *http.Request) (*http.Response, []byte, error) {
	resp, err := client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return nil, nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, body, nil
}
