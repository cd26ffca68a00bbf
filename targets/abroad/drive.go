package abroad

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"skywatch/targets"
	"skywatch/targets/driver"
	"skywatch/targets/forward"
	"skywatch/targets/webhook"
)

// order is what a driver is told: on its standard input, or as the body of a
// request.
type order struct {
	ID      string `json:"id"` // the same for every attempt
	Attempt int    `json:"attempt"`
	Service string `json:"service"`
	// Action is of instances: stop, reboot, terminate, recover, create-snapshot.
	Action     string          `json:"action,omitempty"`
	Instance   string          `json:"instance,omitempty"`
	Target     string          `json:"target"`
	Cause      string          `json:"cause"`
	Account    string          `json:"account"`
	Region     string          `json:"region"`
	Parameters json.RawMessage `json:"parameters,omitempty"`
	// Payload is what the target is sent: JSON as it is, other text as a text.
	Payload json.RawMessage `json:"payload"`
}

func orderOf(e *errand) (order, error) {
	o := order{
		ID: e.ID, Attempt: max(1, e.Attempts), Service: e.kind.name, Action: e.kind.action, Target: e.Target, Cause: e.Cause,
		Account: e.account, Region: e.region, Parameters: e.Parameters, Payload: json.RawMessage(e.Message),
	}
	if !json.Valid(o.Payload) {
		text, err := json.Marshal(e.Message)
		if err != nil {
			return o, fmt.Errorf("write the payload: %w", err)
		}
		o.Payload = text
	}
	var p targets.InstanceParameters
	switch {
	case e.kind.action == "":
	case e.read(&p) == nil && p.InstanceID != "":
		o.Instance = p.InstanceID
	default: // a built-in target's payload is the ID
		_ = json.Unmarshal(o.Payload, &o.Instance)
	}
	return o, nil
}

// drive has a driver do an errand.
func (s *Service) drive(ctx context.Context, d *Driver, e *errand) error {
	o, err := orderOf(e)
	if err != nil {
		return refuse(targets.ClientError, err)
	}
	body, err := json.Marshal(o)
	if err != nil {
		return refuse(targets.ClientError, fmt.Errorf("write the order: %w", err))
	}
	timeout, err := d.timeout()
	if err != nil {
		return refuse(targets.NoResource, err)
	}
	if d.Kind == webhookKind {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		return s.post(ctx, d.URL, body)
	}
	argv := driver.Fill(d.Command, pairs(o)...)
	if _, err := driver.RunWith(ctx, argv, bytes.NewReader(body), timeout); err != nil {
		// Its own failure says nothing of the next: many targets share a program.
		return &targets.Failure{Code: targets.ServerError, Answered: !driver.IsUnknown(err), Err: err}
	}
	return nil
}

// pairs are the placeholders of command lines with their values.
func pairs(o order) []string {
	return []string{
		"{id}", o.ID, "{attempt}", strconv.Itoa(o.Attempt), "{service}", o.Service, "{action}", o.Action, "{instance}", o.Instance,
		"{target}", o.Target, "{cause}", o.Cause, "{account}", o.Account, "{region}", o.Region,
	}
}

func placeholders() (names []string) {
	for pair := range slices.Chunk(pairs(order{}), 2) {
		names = append(names, pair[0])
	}
	return names
}

// post calls a driver behind a URL; any status of success is one.
func (s *Service) post(ctx context.Context, url string, body []byte) error {
	got, err := s.HTTP.Do(ctx, webhook.Request{
		Method: http.MethodPost, URL: url, Header: http.Header{"Content-Type": {"application/json"}}, Body: body,
	})
	switch {
	case errors.Is(err, webhook.ErrEgress):
		return refuse(targets.NoPermissions, fmt.Errorf("call the driver: %w", err))
	case errors.Is(err, context.DeadlineExceeded):
		return &targets.Failure{Code: targets.Timeout, Err: errors.New("the driver did not answer in time")}
	case err != nil:
		return &targets.Failure{Code: targets.ServerError, Err: fmt.Errorf("call the driver: %w", err)}
	case got.Status/100 == 2:
		return nil
	}
	code, permanent := forward.Classify(got.Status, "")
	return &targets.Failure{Code: code, Permanent: permanent, After: max(0, got.RetryAfter), Err: fmt.Errorf("the driver answered with status %d: %.100s", got.Status, got.Body)}
}
