package alarms

import (
	"slices"

	"skywatch/catalog"
)

// compositeConfiguration is a composite alarm as the history shows it
// (cloudwatch.md 13.5, in the recorded order; the place of what is about the
// suppressor is inferred).
type compositeConfiguration struct {
	AlarmName                          string       `json:"alarmName"`
	AlarmDescription                   *string      `json:"alarmDescription,omitempty"`
	AlarmArn                           string       `json:"alarmArn"`
	AlarmConfigurationUpdatedTimestamp stamp        `json:"alarmConfigurationUpdatedTimestamp"`
	AlarmRule                          string       `json:"alarmRule"`
	ActionsSuppressor                  string       `json:"actionsSuppressor,omitempty"`
	ActionsSuppressorWaitPeriod        *int         `json:"actionsSuppressorWaitPeriod,omitempty"`
	ActionsSuppressorExtensionPeriod   *int         `json:"actionsSuppressorExtensionPeriod,omitempty"`
	StateValue                         State        `json:"stateValue"`
	StateUpdatedTimestamp              stamp        `json:"stateUpdatedTimestamp"`
	ActionsEnabled                     bool         `json:"actionsEnabled"`
	AlarmActions                       []string     `json:"alarmActions"`
	InsufficientDataActions            []string     `json:"insufficientDataActions"`
	ChildStates                        []childShown `json:"childStates"`
	OKActions                          []string     `json:"okactions"`
}

// childShown is an alarm that a composite alarm depends on, with its state.
type childShown struct {
	ARN   string `json:"arn"`
	State struct {
		Value               State `json:"value"`
		TransitionTimestamp stamp `json:"transitionTimestamp"`
		Timestamp           stamp `json:"timestamp"`
	} `json:"state"`
}

func compositeConfigurationOf(r catalog.Reader, a *Alarm) (compositeConfiguration, error) {
	c := compositeConfiguration{
		AlarmName: a.Name, AlarmDescription: a.Description, AlarmArn: a.ARN(),
		AlarmConfigurationUpdatedTimestamp: stamp(a.ConfigurationUpdated), AlarmRule: a.Composite.Rule,
		ActionsSuppressor: a.Composite.Suppressor, ActionsSuppressorWaitPeriod: a.Composite.Wait,
		ActionsSuppressorExtensionPeriod: a.Composite.Extension,
		StateValue:                       a.Value, StateUpdatedTimestamp: stamp(a.Updated), ActionsEnabled: a.ActionsEnabled,
		AlarmActions: present(a.AlarmActions), InsufficientDataActions: present(a.InsufficientDataActions),
		ChildStates: []childShown{}, OKActions: present(a.OKActions),
	}
	read, err := a.Composite.ruleOf(a.Tenant)
	if err != nil {
		return c, err
	}
	names := read.Refs()
	if name := a.Composite.suppressor(a.Tenant); name != "" && !slices.Contains(names, name) {
		names = append(names, name)
	}
	all, err := children(r, a.Tenant, names)
	for _, of := range all {
		s := childShown{ARN: of.ARN()}
		s.State.Value, s.State.TransitionTimestamp, s.State.Timestamp = of.Value, stamp(of.Transitioned), stamp(of.Updated)
		c.ChildStates = append(c.ChildStates, s)
	}
	return c, err
}

// shown is an alarm of any kind as the history shows it.
func shown(r catalog.Reader, a *Alarm) (any, error) {
	if a.Kind() == OnChildren {
		return compositeConfigurationOf(r, a)
	}
	return configurationOf(a), nil
}
