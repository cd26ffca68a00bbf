package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go"

	"skywatch/alarms/trial"
	"skywatch/server"
)

// trialHouse is a server as a test of alarms sees it.
type trialHouse struct {
	*server.Server
	http *http.Client
	aws  *cloudwatch.Client
}

var _ trial.House = (*trialHouse)(nil)

func newTrialHouse(s *server.Server, region string) *trialHouse {
	client := s.Client()
	id, secret := s.ProcessKey()
	return &trialHouse{s, client, cloudwatch.New(cloudwatch.Options{
		Region: region, BaseEndpoint: aws.String(s.URL()), HTTPClient: client, Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
	})}
}

// Put implements trial.House. The input goes to the server as it stands in the
// file, so that an alarm here is what it is there.
func (h *trialHouse) Put(ctx context.Context, a *trial.Alarm) error {
	operation := "PutMetricAlarm"
	if a.Composite {
		operation = "PutCompositeAlarm"
	}
	if err := h.CheckAlarm(operation, a.Input); err != nil {
		return &trial.Refusal{Text: fmt.Sprintf("alarm %q: %v", a.Name, err)}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL(), bytes.NewReader(a.Input))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "GraniteServiceVersion20100801."+operation)
	res, err := h.http.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode == http.StatusOK {
		_, err := io.Copy(io.Discard, res.Body)
		return err
	}
	var no struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, answerBytes)).Decode(&no); err != nil {
		return fmt.Errorf("%s was answered with %s", operation, res.Status)
	}
	return &trial.Refusal{Text: fmt.Sprintf("alarm %q is refused: %s: %s", a.Name, no.Type[strings.Index(no.Type, "#")+1:], no.Message)}
}

// Feed implements trial.House. Values that are closer than a minute are of high
// resolution.
func (h *trialHouse) Feed(ctx context.Context, s *trial.Series, at []time.Time, values []float64) error {
	resolution := int32(60)
	for _, t := range at {
		if t.Truncate(time.Minute) != t {
			resolution = 1
		}
	}
	if err := h.PutValues(ctx, s.Namespace, s.Name, s.Dimensions, s.Unit, resolution, at, values); err != nil {
		return &trial.Refusal{Text: fmt.Sprintf("the series is refused: %v", err)}
	}
	return nil
}

// AdvanceTo implements trial.House.
func (h *trialHouse) AdvanceTo(ctx context.Context, to time.Time) error {
	_, err := h.Server.AdvanceTo(ctx, to)
	return err
}

var everyAlarm = []types.AlarmType{types.AlarmTypeMetricAlarm, types.AlarmTypeCompositeAlarm}

// State implements trial.House.
func (h *trialHouse) State(ctx context.Context, alarm string) (s trial.State, err error) {
	out, err := h.aws.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{alarm}, AlarmTypes: everyAlarm})
	if err != nil {
		return s, fmt.Errorf("describe alarm %q: %w", alarm, plain(err))
	}
	for _, a := range out.MetricAlarms {
		s.Value, s.Reason = string(a.StateValue), aws.ToString(a.StateReason)
	}
	for _, a := range out.CompositeAlarms {
		s.Value, s.Reason = string(a.StateValue), aws.ToString(a.StateReason)
	}
	return s, nil
}

// Course implements trial.House.
func (h *trialHouse) Course(ctx context.Context, alarm string) (all []trial.Change, err error) {
	pages := cloudwatch.NewDescribeAlarmHistoryPaginator(h.aws, &cloudwatch.DescribeAlarmHistoryInput{
		AlarmName: &alarm, AlarmTypes: everyAlarm, ScanBy: types.ScanByTimestampAscending,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("describe history of alarm %q: %w", alarm, plain(err))
		}
		for i := range page.AlarmHistoryItems {
			c, ok, err := changeOf(&page.AlarmHistoryItems[i])
			if err != nil {
				return nil, err
			}
			if ok {
				all = append(all, c)
			}
		}
	}
	return all, nil
}

// changeOf reads an item of the history; ok is false for what is no change.
func changeOf(it *types.AlarmHistoryItem) (c trial.Change, ok bool, err error) {
	type state struct {
		StateValue  string `json:"stateValue"`
		StateReason string `json:"stateReason"`
	}
	var data struct {
		Old      state  `json:"oldState"`
		New      state  `json:"newState"`
		Resource string `json:"notificationResource"`
	}
	c.At = aws.ToTime(it.Timestamp)
	switch it.HistoryItemType {
	case types.HistoryItemTypeStateUpdate, types.HistoryItemTypeAction:
	default:
		return c, false, nil
	}
	if err := json.Unmarshal([]byte(aws.ToString(it.HistoryData)), &data); err != nil {
		return c, false, fmt.Errorf("history of alarm %q: %w", aws.ToString(it.AlarmName), err)
	}
	c.Old, c.New = data.Old.StateValue, trial.State{Value: data.New.StateValue, Reason: data.New.StateReason}
	if data.Resource != "" {
		c.Actions = []string{data.Resource}
	}
	return c, true, nil
}

// plain is what the server said, without the SDK's words around it.
func plain(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		return fmt.Errorf("%s: %s", api.ErrorCode(), api.ErrorMessage())
	}
	return err
}
