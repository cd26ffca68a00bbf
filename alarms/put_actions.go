package alarms

import (
	"slices"

	"skywatch/targets"
)

// checkActions holds the ARNs of an alarm's actions to the kinds that it may
// have.
func checkActions(d *Definition, region string) error {
	for i, list := range [][]string{d.OKActions, d.AlarmActions, d.InsufficientDataActions} {
		for _, a := range list {
			known, err := checkFarAction(d, a, region)
			if !known && err == nil {
				err = checkAction(a, region)
			}
			if err == nil {
				err = d.allows(a, i == 2)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// allows refuses kinds of actions that an alarm of several contributors does not
// have (cloudwatch.md 12.5); wordings (inferred).
func (d *Definition) allows(action string, withoutData bool) error {
	kind := targets.KindOf(action)
	told := slices.Contains([]targets.Kind{targets.Topic, targets.Function, targets.Destination}, kind)
	scales := kind == targets.ScalingPolicy || kind == targets.ScalablePolicy
	switch {
	case d.Kind() == OnPromQL && !told:
		return invalid("Alarms on PromQL queries support Amazon SNS and AWS Lambda actions only: %s", action)
	case len(d.GroupBy) > 0 && scales:
		return invalid("Auto Scaling actions are not supported for alarms on multi time series: %s", action)
	case len(d.GroupBy) > 0 && withoutData && told:
		return invalid("Amazon SNS and AWS Lambda actions are not supported in InsufficientDataActions for alarms on multi time series: %s", action)
	}
	return nil
}
