package oracle

import "slices"

// checkEntities applies 3.4. An invalid entity matters only under strict
// validation; otherwise its metrics are stored without it.
func (e *Errors) checkEntities(in PutMetricDataInput) {
	if len(in.EntityMetricData) == 0 {
		return
	}
	if in.StrictEntityValidation == nil {
		e.refuse(MissingParameter, InvalidParameterCombination)
		return
	}
	if !*in.StrictEntityValidation {
		return
	}
	for _, group := range in.EntityMetricData {
		if group.Entity != nil && !group.Entity.valid() {
			e.refuse(InvalidParameterValue, ValidationError, MissingParameter)
		}
	}
}

func (n Entity) valid() bool {
	return validKeyAttributes(n.KeyAttributes) && validAttributes(n.Attributes)
}

func validKeyAttributes(attributes map[string]string) bool {
	if len(attributes) < 2 || len(attributes) > 4 {
		return false
	}
	for key, value := range attributes {
		known := slices.Contains([]string{"Type", "ResourceType", "Identifier", "Name", "Environment"}, key)
		if !known || len(value) < 1 || len(value) > 2048 {
			return false
		}
	}
	types := []string{"AWS::Resource", "AWS::Service", "Resource", "Service", "RemoteService"}
	kind, given := attributes["Type"]
	return !given || slices.Contains(types, kind)
}

func validAttributes(attributes map[string]string) bool {
	if len(attributes) > 10 {
		return false
	}
	for key, value := range attributes {
		if len(key) < 1 || len(key) > 256 || len(value) < 1 || len(value) > 2048 {
			return false
		}
	}
	return true
}
