package schedule

import (
	"time"

	// The zones are in the binary, for machines that have no database of them.
	_ "time/tzdata"

	"skywatch/internal/fault"
)

// maxZoneName bounds the name of a time zone: ScheduleExpressionTimezone of
// CreateSchedule, Timezone of PutAlarmMuteRule (API models).
const maxZoneName = 50

// Zone returns the time zone of an IANA name, such as Europe/Berlin; the empty
// name is UTC.
func Zone(name string) (*time.Location, error) {
	// time.LoadLocation gives this machine's own zone for Local.
	if name != "Local" && len(name) <= maxZoneName {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone, nil
		}
	}
	// (inferred) AWS's text is not published.
	return nil, fault.New(fault.Validation, "The time zone %q is not in the IANA database.", name)
}
