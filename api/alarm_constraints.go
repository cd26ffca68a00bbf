package api

import (
	"maps"

	"skywatch/api/wire/constraint"
)

// withNewer adds to the constraints of CloudWatch's model what the SDK's reference
// demands of structures that are newer than the model the table was made from
// (cloudwatch.md 23.3).
func withNewer(t constraint.Table) constraint.Table {
	t = maps.Clone(t)
	t["AlarmTagsPropagation"] = []constraint.Member{{Name: "Enabled", Required: true}}
	t["WarmUpConfiguration"] = []constraint.Member{{Name: "WarmUpPeriodDurationInMinutes", Required: true}}
	return t
}
