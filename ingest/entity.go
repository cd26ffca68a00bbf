package ingest

import (
	"slices"

	"skywatch/internal/fault"
)

// checkEntity returns the failure word of an invalid entity (API reference,
// PutMetricData, StrictEntityValidation), empty for a valid one.
func checkEntity(e Entity) string {
	switch {
	case len(e.KeyAttributes) == 0:
		return "MissingRequiredFields"
	case len(e.KeyAttributes) < 2 || len(e.KeyAttributes) > 4:
		return "InvalidKeyAttributes"
	case len(e.Attributes) > 10:
		return "InvalidAttributes"
	}
	keys := []string{"Type", "ResourceType", "Identifier", "Name", "Environment"}
	for k, v := range e.KeyAttributes {
		if !slices.Contains(keys, k) || v == "" || len(v) > 2048 {
			return "InvalidKeyAttributes"
		}
	}
	for k, v := range e.Attributes {
		if k == "" || len(k) > 256 || v == "" || len(v) > 2048 {
			return "InvalidAttributes"
		}
	}
	types := []string{"AWS::Resource", "AWS::Service", "Resource", "Service", "RemoteService"}
	switch t, ok := e.KeyAttributes["Type"]; {
	case !ok:
		return "MissingRequiredFields"
	case !slices.Contains(types, t):
		return "InvalidTypeValue"
	}
	return ""
}

func invalidEntity(param, failure string) error {
	return fault.New(fault.InvalidValue, "The parameter %s is invalid: %s.", param, failure).On(param)
}
