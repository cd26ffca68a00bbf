package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
)

// alarm returns the input of PutMetricAlarm that makes an alarm of the server
// again, but for its tags.
func (c *client) alarm(ctx context.Context, name string) (map[string]json.RawMessage, error) {
	body, err := json.Marshal(map[string]any{"AlarmNames": []string{name}, "AlarmTypes": []string{"MetricAlarm", "CompositeAlarm"}})
	if err != nil {
		return nil, err
	}
	var out struct {
		MetricAlarms    []map[string]json.RawMessage
		CompositeAlarms []json.RawMessage
	}
	if err := c.send(ctx, func(ctx context.Context) (*http.Request, error) { return c.describeAlarms(ctx, body) }, &out); err != nil {
		return nil, fmt.Errorf("read alarm %q: %w", name, err)
	}
	switch {
	case len(out.CompositeAlarms) > 0:
		return nil, fmt.Errorf("%q is a composite alarm: a back-test is of others", name)
	case len(out.MetricAlarms) == 0:
		return nil, fmt.Errorf("there is no alarm with the name %s", name)
	}
	members := out.MetricAlarms[0]
	input := reflect.TypeFor[cloudwatch.PutMetricAlarmInput]()
	for member := range members {
		if _, ok := input.FieldByName(member); !ok { // its state, and what else the server adds
			delete(members, member)
		}
	}
	return members, nil
}

func (c *client) describeAlarms(ctx context.Context, body []byte) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "GraniteServiceVersion20100801.DescribeAlarms")
	return r, c.sign(ctx, r, body, "monitoring")
}
