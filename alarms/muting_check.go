package alarms

import (
	"slices"
	"strings"
	"unicode/utf8"

	"skywatch/alarms/mute"
	"skywatch/catalog"
	"skywatch/metric"
)

// maxMuteTargets is how many alarms a mute rule names at most (API model).
const maxMuteTargets = 100

// check holds the rules of PutAlarmMuteRule that look at nothing else. Those of the
// API model for single fields were checked before. The wordings are (inferred).
func (d *MuteDefinition) check(name string) error {
	switch {
	case name == "":
		return missing("Name")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return invalid("Name must not contain ASCII Control characters") // as an alarm's
	case d.Schedule.Expression == "":
		return missing("Rule.Schedule.Expression")
	case d.Schedule.Duration == "":
		return missing("Rule.Schedule.Duration")
	case len(d.Targets) > maxMuteTargets:
		return invalid("MuteTargets.AlarmNames must not name more than %d alarms", maxMuteTargets)
	case slices.Contains(d.Targets, ""):
		return invalid("MuteTargets.AlarmNames must not hold an empty name")
	}
	if s, e := d.Schedule.Start, d.Schedule.Expire; !s.IsZero() && !e.IsZero() && !s.Before(e) {
		return invalid("StartDate must be before ExpireDate")
	}
	_, err := mute.Parse(d.Schedule)
	return err
}

// checkMuteTargets demands that the alarms exist, of whatever kind.
func checkMuteTargets(r catalog.Reader, t metric.Tenant, names []string) error {
	var unknown []string
	for _, name := range names {
		_, ok, err := definitions.Get(r, Key{t, name}.parts()...)
		if err != nil {
			return err
		}
		if !ok {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 { // code and wording (inferred): the operation has no error of its own for it
		return invalid("The alarms in MuteTargets must exist in this account and Region. Unknown: %s", strings.Join(unknown, ", "))
	}
	return nil
}
