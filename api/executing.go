package api

import (
	"slices"

	"skywatch/alarms"
)

// executing adds to policies, by their ARNs, the alarms that have them among
// their actions.
func executing(watching *alarms.Service, c *Call, by map[string][]*alarms.Alarm) error {
	for q := (alarms.Description{ActionPrefix: "arn:aws:autoscaling:"}); len(by) > 0; {
		page, next, err := watching.Describe(c.Tenant, q)
		if err != nil {
			return err
		}
		for _, alarm := range page {
			for _, arn := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(alarm.OKActions, alarm.AlarmActions, alarm.InsufficientDataActions)))) {
				if had, ok := by[arn]; ok {
					by[arn] = append(had, alarm)
				}
			}
		}
		if q.Token = next; next == "" {
			break
		}
	}
	return nil
}
