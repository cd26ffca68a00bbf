package abroad

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"

	"skywatch/targets/forward"
)

// putLogEvents writes to a log group: into a stream for each cause, as this
// house's own log groups have it. A message in the form
// {"timestamp":...,"message":...} says both.
func putLogEvents(e *errand) (forward.Call, error) {
	at, message := e.Created.UnixMilli(), e.Message
	var form struct {
		Timestamp json.RawMessage `json:"timestamp"`
		Message   *string         `json:"message"`
		Time      json.RawMessage `json:"time"`
	}
	if json.Unmarshal([]byte(e.Message), &form) == nil {
		if ms, ok := millisecondsOf(form.Timestamp); ok && form.Message != nil {
			at, message = ms, *form.Message
		} else if s, err := secondsOf(form.Time); err == nil {
			at = int64(s * 1000)
		}
	}
	return e.to("PutLogEvents", map[string]any{
		"logGroupName": logGroup(e), "logStreamName": logStream(e),
		"logEvents": []any{map[string]any{"timestamp": at, "message": message}},
	})
}

func createLogStream(e *errand) forward.Call {
	return forward.Call{Action: "CreateLogStream", Input: map[string]any{"logGroupName": logGroup(e), "logStreamName": logStream(e)}}
}

func logGroup(e *errand) string {
	return strings.TrimSuffix(strings.TrimPrefix(e.arn.Resource, "log-group:"), ":*")
}

func logStream(e *errand) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte(e.Cause)).String()
}

// millisecondsOf reads the time of a log event: a number of milliseconds, also as
// a text, or a date.
func millisecondsOf(raw json.RawMessage) (int64, bool) {
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		if ms, err := n.Int64(); err == nil {
			return ms, true
		}
	}
	s, err := secondsOf(raw)
	return int64(s * 1000), err == nil
}

// secondsOf reads a date as the JSON protocols send times.
func secondsOf(raw json.RawMessage) (float64, error) {
	var t time.Time
	if len(raw) == 0 {
		raw = json.RawMessage(`""`)
	}
	if err := json.Unmarshal(raw, &t); err != nil {
		return 0, err
	}
	return float64(t.UnixMilli()) / 1000, nil
}
