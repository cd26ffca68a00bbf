package abroad

import (
	"encoding/json"
	"fmt"

	"skywatch/targets"
	"skywatch/targets/forward"
)

// putEvent puts an event on a bus elsewhere. It gets an ID and the account there,
// and, as PutEvents has it, no event of a source aws.*.
func putEvent(e *errand) (forward.Call, error) {
	var in struct {
		Source     string          `json:"source"`
		DetailType string          `json:"detail-type"`
		Time       json.RawMessage `json:"time"`
		Resources  []string        `json:"resources"`
		Detail     json.RawMessage `json:"detail"`
	}
	if err := json.Unmarshal([]byte(e.Message), &in); err != nil {
		return forward.Call{}, fmt.Errorf("read event: %w", err)
	}
	entry := map[string]any{
		"EventBusName": e.Target, "Source": in.Source, "DetailType": in.DetailType, "Detail": string(in.Detail), "Resources": in.Resources,
	}
	if at, err := secondsOf(in.Time); err == nil {
		entry["Time"] = at
	}
	if e.Trace != "" {
		entry["TraceHeader"] = e.Trace
	}
	return e.to("PutEvents", map[string]any{"Entries": []any{entry}})
}

// judgeEntries finds the entry that was refused in an answer of PutEvents.
func judgeEntries(answer []byte) error {
	var out struct {
		FailedEntryCount int
		Entries          []struct{ ErrorCode, ErrorMessage string }
	}
	if err := json.Unmarshal(answer, &out); err != nil {
		return fmt.Errorf("read the answer of PutEvents: %w", err)
	}
	if out.FailedEntryCount == 0 || len(out.Entries) == 0 {
		return nil
	}
	no := out.Entries[0]
	code, permanent := forward.Classify(400, no.ErrorCode)
	return &targets.Failure{Code: code, Permanent: permanent, Err: fmt.Errorf("events:PutEvents refused the entry: %s: %s", no.ErrorCode, no.ErrorMessage)}
}
