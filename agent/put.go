package agent

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go"
)

// requestTimeout bounds one PutMetricData, connection included.
const requestTimeout = 10 * time.Second

// minGzipBytes is the SDK's default, which it takes from a shared
// configuration that the agent does not read.
const minGzipBytes = 10 << 10

// putter sends batches with the Go SDK.
type putter struct {
	api        *cloudwatch.Client
	close      func() // ends idle connections, where they are the putter's
	namespace  string
	resolution int32
}

func newPutter(c Config) *putter {
	creds := c.Credentials
	if creds == nil {
		creds = credentials.NewStaticCredentialsProvider("skywatch-agent", "local", "")
	}
	client, closeIdle := c.HTTPClient, func() {}
	if client == nil {
		client, closeIdle = newHTTPClient()
	}
	return &putter{
		api: cloudwatch.New(cloudwatch.Options{
			BaseEndpoint: &c.Endpoint,
			Region:       c.Region,
			Credentials:  creds,
			HTTPClient:   client,
			Retryer:      aws.NopRetryer{}, // the sender retries, from the buffer

			RequestMinCompressSizeBytes: minGzipBytes,
		}),
		close:      closeIdle,
		namespace:  c.Namespace,
		resolution: resolution(c.Interval),
	}
}

// newHTTPClient returns a client with the SDK's settings whose connections
// can be ended: the SDK's own keeps idle ones for 90 s.
func newHTTPClient() (client aws.HTTPClient, closeIdle func()) {
	transport := awshttp.NewBuildableClient().GetTransport()
	noRedirects := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &http.Client{Transport: transport, CheckRedirect: noRedirects}, transport.CloseIdleConnections
}

// resolution is 1 s for readings less than a minute apart (cloudwatch.md 22.2).
func resolution(interval time.Duration) int32 {
	if interval < time.Minute {
		return 1
	}
	return 60
}

func (p *putter) put(ctx context.Context, batch []Datum) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	_, err := p.api.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{
		Namespace:  &p.namespace,
		MetricData: p.wire(batch),
	})
	return err
}

func (p *putter) wire(batch []Datum) []types.MetricDatum {
	data := make([]types.MetricDatum, len(batch))
	var dims []types.Dimension
	for i := range batch {
		d := &batch[i]
		if i == 0 || !same(d.Dimensions, batch[i-1].Dimensions) {
			dims = wireDimensions(d.Dimensions)
		}
		data[i] = types.MetricDatum{
			MetricName:        &d.Name,
			Dimensions:        dims,
			Timestamp:         &d.Time,
			Unit:              d.Unit,
			Value:             &d.Value,
			StorageResolution: &p.resolution,
		}
	}
	return data
}

func wireDimensions(dims []Dimension) []types.Dimension {
	out := make([]types.Dimension, len(dims))
	for i := range dims {
		out[i] = types.Dimension{Name: &dims[i].Name, Value: &dims[i].Value}
	}
	return out
}

// poisoned reports whether err says that the batch itself is wrong, so that
// sending it again is of no use: a 4xx that is about neither the credentials
// nor the rate of requests (those pass without a change to the batch), or a
// batch that the SDK cannot even write.
func poisoned(err error) bool {
	if _, ok := errors.AsType[*smithy.SerializationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*smithy.InvalidParamsError](err); ok {
		return true
	}
	answer, ok := errors.AsType[*awshttp.ResponseError](err)
	if !ok {
		return false
	}
	switch status := answer.HTTPStatusCode(); status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	default:
		return status >= 400 && status < 500 && !throttled(err)
	}
}

// throttled reports whether err carries one of the codes that SDKs take for
// throttling, which come with status 400 (clients.md, "Throttling codes").
func throttled(err error) bool {
	codes := retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}
	return codes.IsErrorThrottle(err) == aws.TrueTernary
}
