package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchschemas "github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"
	"github.com/aws/smithy-go/transport/http/protocol/rpcv2"
)

// dialect is a protocol as the Go SDK speaks it.
type dialect struct {
	name  string
	codec smithyhttp.ClientProtocol
	// content is what its requests have as Content-Type.
	content string
	goal    string // CPU-seconds per million samples written
}

func cbor() dialect {
	return dialect{"CBOR", rpcv2.NewCBOR(cloudwatchschemas.GraniteServiceVersion20100801), "application/cbor", "≤ 2.0"}
}

func dialects() []dialect {
	service := cloudwatchschemas.GraniteServiceVersion20100801
	return []dialect{
		cbor(),
		{"JSON", awsjson.New10(service), "application/x-amz-json-1.0", "≤ 3.0"},
		{"Query", awsquery.New(service), "application/x-www-form-urlencoded", "≤ 4.0"},
	}
}

// testKey is taken by a server in local mode.
var testKey = credentials.NewStaticCredentialsProvider("bench", "bench", "")

// connect returns a client that goes through over, which counts what it sees.
func connect(url string, d dialect, gzip bool, over *transport) *cloudwatch.Client {
	over.content = d.content
	return cloudwatch.New(cloudwatch.Options{
		Region: "us-east-1", BaseEndpoint: &url, Credentials: testKey, HTTPClient: over, Retryer: aws.NopRetryer{},
		DisableRequestCompression: !gzip,
	}, func(o *cloudwatch.Options) { o.Protocol = d.codec })
}

// transport is an HTTP client that tells how long the last exchange took, from
// the request until the whole body was read: what the client does before and
// after is not in it. It serves one goroutine.
type transport struct {
	http    *http.Client
	content string
	last    time.Duration
	sent    int64 // bytes of bodies
	body    []byte
	keep    bool // keep the request's body instead of sending it
}

func newTransport() *transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy, t.DisableCompression = nil, true
	return &transport{http: &http.Client{Transport: t, Timeout: time.Minute}}
}

func (t *transport) close() { t.http.CloseIdleConnections() }

// Do implements the SDK's HTTPClient.
func (t *transport) Do(req *http.Request) (*http.Response, error) {
	if have := req.Header.Get("Content-Type"); !strings.HasPrefix(have, t.content) {
		return nil, fmt.Errorf("the SDK sends %s where %s is to be measured", have, t.content)
	}
	t.sent += req.ContentLength
	if t.keep {
		var err error
		t.body, err = io.ReadAll(req.Body)
		return nil, errors.Join(err, errKept)
	}
	begin := time.Now()
	resp, err := t.http.Do(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	t.last = time.Since(begin)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// errKept says that a request was not sent because its body was asked for.
var errKept = errors.New("the body was kept")
