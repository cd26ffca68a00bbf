package api

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/smithy-go"

	"skywatch/alarms"
	"skywatch/api/wire"
	"skywatch/internal/fault"
)

// MetricAlarm reads the input of PutMetricAlarm as JSON, in the form that the CLI's
// --cli-input-json takes. It refuses what the operation refuses, and, as the CLI
// does, members that the operation has not.
func (h *Handler) MetricAlarm(body []byte) (*alarms.Put, error) {
	op := h.services[monitoring]["PutMetricAlarm"]
	var sent any
	if err := json.Unmarshal(body, &sent); err != nil {
		return nil, fault.New(fault.Malformed, "The alarm is not JSON: %v.", err)
	}
	if err := onlyMembers(op.Input, sent, nil); err != nil {
		return nil, err
	}
	in := &cloudwatch.PutMetricAlarmInput{}
	if err := wire.JSON10.Decode(&op.Operation, &wire.Request{Body: body}, in); err != nil {
		return nil, err
	}
	if err := op.check(in); err != nil {
		return nil, err
	}
	return alarmSent(in), nil
}

// MetricsCode returns AWS's code for an error of an operation on metrics and
// alarms, as boto3 and the CLI show it.
func MetricsCode(err error) string { return wireError(monitoring, err).Code }

// onlyMembers refuses members that are not in the schema; path leads to v.
func onlyMembers(s *smithy.Schema, v any, path []string) error {
	switch v := v.(type) {
	case map[string]any:
		if s.Type() != smithy.ShapeTypeStructure && s.Type() != smithy.ShapeTypeUnion {
			return nil // decoding refuses it
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			at := append(path[:len(path):len(path)], name)
			member := s.Member(name)
			if member == nil {
				return fault.New(fault.Malformed, "There is no member %s.", strings.Join(at, ".")).On(strings.Join(at, "."))
			}
			if err := onlyMembers(member, v[name], at); err != nil {
				return err
			}
		}
	case []any:
		if s.Type() != smithy.ShapeTypeList {
			return nil
		}
		for _, e := range v {
			if err := onlyMembers(s.ListMember(), e, path); err != nil {
				return err
			}
		}
	}
	return nil
}
