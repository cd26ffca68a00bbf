package body

import (
	"strings"

	"skywatch/internal/arn"
)

// maxAlarms is how many alarms a widget shows.
const maxAlarms = 100

// alarmWidget judges the properties of a list of alarms.
var alarmWidget = record(having("alarms"), fields{
	"alarms": list(1, maxAlarms, alarmARN()),
	"title":  aText(),
	"sortBy": enum("default", "stateUpdatedTimestamp", "timestamp"),
	"states": list(0, 3, enum("ALARM", "INSUFFICIENT_DATA", "OK")),
})

// alarmARN takes the ARN of an alarm; whether there is such an alarm does not
// matter.
func alarmARN() rule {
	return aText(func(c *checker, v *value, at *place) {
		a, err := arn.Parse(v.text)
		if name, ok := strings.CutPrefix(a.Resource, "alarm:"); err != nil || a.Service != "cloudwatch" || !ok || name == "" {
			c.wrong(at, "Should be the ARN of an alarm") // wording (inferred)
		}
	})
}
