package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchschemas "github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"

	"skywatch/api/wire"
)

// measureDecode decodes the SDK's own requests in this process, by the codecs
// alone.
func measureDecode(ctx context.Context, b *bench) ([]figure, error) {
	op := &wire.Operation{Service: &wire.Service{}, Name: "PutMetricData", Input: cloudwatchschemas.PutMetricDataInput}
	protocols := map[string]wire.Protocol{"CBOR": wire.CBOR, "JSON": wire.JSON10, "Query": wire.Query}
	var out []figure
	for _, d := range dialects() {
		b.progress("decode: %s", d.name)
		body, err := sdkBody(ctx, d)
		if err != nil {
			return nil, err
		}
		repeat := b.scaled(500)
		c, err := meter(repeat*perPut, func() error {
			for range repeat {
				var in cloudwatch.PutMetricDataInput
				if err := protocols[d.name].Decode(op, &wire.Request{Body: body}, &in); err != nil {
					return err
				}
				if n := len(in.MetricData); n != perPut || *in.MetricData[n-1].Dimensions[2].Value != "us-east-1a" {
					return errors.New("the request was not read whole")
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		out = append(out, c.figure("decode a datum, "+d.name, fmt.Sprintf(", %d B in the request", len(body)/perPut)))
	}
	return out, nil
}

// sdkBody returns the body that the SDK makes of a full request.
func sdkBody(ctx context.Context, d dialect) ([]byte, error) {
	t := newTransport()
	t.keep = true
	w := newWorkload(perPut, 1)
	var walks []*walk
	for i := range perPut {
		walks = append(walks, newWalk(i))
	}
	_, err := connect("http://127.0.0.1", d, false, t).PutMetricData(ctx, put(walks, 0, w.begin))
	if !errors.Is(err, errKept) {
		return nil, fmt.Errorf("make a %s request: %w", d.name, err)
	}
	return t.body, nil
}
