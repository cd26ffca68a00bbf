package logs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"skywatch/internal/fault"
	"skywatch/journal"
	"skywatch/targets"
)

// Take adds what rules and schedules send to a group. It is an Idempotent
// target: a delivery's event is in the log under its time and the delivery's ID.
func (s *Service) Take(ctx context.Context, all []targets.Delivery) []error {
	results := make([]error, len(all))
	shares := map[StreamName][]int{}
	for i := range all {
		n, ok := ParseGroup(all[i].Target)
		if !ok {
			results[i] = &targets.Failure{Code: targets.NoResource, Permanent: true, Err: fmt.Errorf("%s is not a log group", all[i].Target)}
			continue
		}
		to := StreamName{n, streamOf(all[i].Cause)}
		shares[to] = append(shares[to], i)
	}
	for to, share := range shares {
		s.takeShare(ctx, to, all, share, results)
	}
	return results
}

// streamOf names the stream for what one rule or schedule sends: a UUID, as at
// AWS, which is always the same for the same cause (inferred).
func streamOf(cause string) string { return uuid.NewSHA1(uuid.NameSpaceURL, []byte(cause)).String() }

// takeShare adds those deliveries that go to one stream.
func (s *Service) takeShare(ctx context.Context, to StreamName, all []targets.Delivery, share []int, results []error) {
	g, st, err := s.ensure(ctx, to, false)
	var records []journal.Record
	var taken []int
	now := s.now()
	for _, i := range share {
		if results[i] = err; err != nil {
			continue
		}
		e := delivered(&all[i])
		if from, end, _ := s.window(&g, []Event{e}); from >= end {
			results[i] = fault.New(fault.InvalidValue, "The time of the log event, %s, is older than 14 days or than the log group keeps events, or more than 2 hours ahead.", e.Time.Format(time.RFC3339))
			continue
		}
		e.Ingested = now
		records, taken = append(records, e.record(deliveredID(all[i].ID))), append(taken, i)
	}
	if len(records) == 0 {
		return
	}
	err = s.write(ctx, to.GroupName, st.Log, records)
	if fault.Is(err, fault.NotFound) { // the stream went away just now: another attempt makes it anew
		err = &targets.Failure{Code: targets.ServerError, Err: err}
	}
	for _, i := range taken {
		results[i] = err
	}
}

// delivered is the event of a delivery. A message in the form
// {"timestamp":...,"message":...}, which AWS wants of an input transformer,
// says both; anything else is the message itself, at the time of the event that
// it is, or of the delivery.
func delivered(d *targets.Delivery) Event {
	whole := Event{Time: d.Created.UTC().Truncate(time.Millisecond), Message: d.Message}
	var form map[string]json.RawMessage
	if json.Unmarshal([]byte(d.Message), &form) != nil {
		return whole
	}
	if at, err := moment(form["timestamp"]); err == nil && len(form) == 2 && len(form["message"]) > 0 {
		var message string
		if json.Unmarshal(form["message"], &message) != nil {
			message = string(form["message"])
		}
		if message != "" {
			return Event{Time: at, Message: message}
		}
	}
	if at, err := moment(form["time"]); err == nil && form["detail-type"] != nil {
		whole.Time = at
	}
	return whole
}

var errNoTime = errors.New("not a time")

// moment reads a time: milliseconds since 1970, as a number or its digits, or
// ISO 8601, as events have it.
func moment(raw json.RawMessage) (time.Time, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		if at, err := time.Parse(time.RFC3339, text); err == nil {
			return at.UTC().Truncate(time.Millisecond), nil
		}
		raw = json.RawMessage(text)
	}
	var millis int64
	if json.Unmarshal(raw, &millis) != nil || len(raw) == 0 {
		return time.Time{}, errNoTime
	}
	return time.UnixMilli(millis).UTC(), nil
}
