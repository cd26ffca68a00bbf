package event

import (
	"encoding/json"
	"errors"
	"time"
)

// maxDepth is how deep a detail nests at most, as in encoding/json: beside the
// envelope itself.
const maxDepth = 9999

// Event is an event as a bus carries it.
type Event struct {
	ID         string // unique; a UUID
	Source     string // for example aws.cloudwatch
	DetailType string // what kind of event it is, for people and patterns
	Account    string
	Region     string
	Time       time.Time // whole seconds are shown
	Resources  []string  // ARNs
	Detail     json.RawMessage
	// ReplayName is the replay that sends the event again, empty for an event
	// that is new.
	ReplayName string
}

// ValidTime reports whether a time can stand in an envelope: in RFC 3339 a year
// has four digits.
func ValidTime(t time.Time) bool {
	year := t.UTC().Year()
	return 0 <= year && year <= 9999
}

// wire is the envelope in AWS's order and spelling.
type wire struct {
	Version    string          `json:"version"`
	ID         string          `json:"id"`
	DetailType string          `json:"detail-type"`
	Source     string          `json:"source"`
	Account    string          `json:"account"`
	Time       string          `json:"time"`
	Region     string          `json:"region"`
	Resources  []string        `json:"resources"`
	Detail     json.RawMessage `json:"detail"`
	ReplayName string          `json:"replay-name,omitempty"`
}

// MarshalJSON writes the envelope as AWS sends it.
func (e Event) MarshalJSON() ([]byte, error) { return json.Marshal(e.wire()) }

// Envelope is MarshalJSON without its escapes of <, > and &: the detail's
// literals stay as they were spelled. It fails if the detail is not JSON.
func (e Event) Envelope() ([]byte, error) {
	detail := []byte("null")
	if e.Detail != nil {
		var ok bool
		if detail, ok = AppendCompact(make([]byte, 0, len(e.Detail)), string(e.Detail), maxDepth); !ok {
			return nil, errors.New("the detail of the event is not JSON")
		}
	}
	e.Detail = detail
	return e.AppendEnvelope(nil), nil
}

func (e Event) wire() wire {
	resources := e.Resources
	if resources == nil {
		resources = []string{}
	}
	return wire{
		Version: "0", ID: e.ID, DetailType: e.DetailType, Source: e.Source, Account: e.Account,
		Time: e.Time.UTC().Format(time.RFC3339), Region: e.Region, Resources: resources, Detail: e.Detail,
		ReplayName: e.ReplayName,
	}
}

// UnmarshalJSON reads an envelope.
func (e *Event) UnmarshalJSON(b []byte) error {
	var w wire
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	t, err := time.Parse(time.RFC3339, w.Time)
	if err != nil {
		return err
	}
	*e = Event{
		ID: w.ID, Source: w.Source, DetailType: w.DetailType, Account: w.Account, Region: w.Region,
		Time: t, Resources: w.Resources, Detail: w.Detail, ReplayName: w.ReplayName,
	}
	return nil
}
