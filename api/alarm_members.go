package api

import (
	"encoding/json"

	"skywatch/internal/fault"
)

// OnlyMembers refuses members that the input of an operation on metrics and alarms
// has not, as the CLI does with what is in a file.
func (h *Handler) OnlyMembers(operation string, body []byte) error {
	var sent any
	if err := json.Unmarshal(body, &sent); err != nil {
		return fault.New(fault.Malformed, "The input is not JSON: %v.", err)
	}
	return onlyMembers(h.services[monitoring][operation].Input, sent, nil)
}
