package body

// annotations judges what is marked on a graph: the state of an alarm, values
// (horizontal lines and bands) and times (vertical ones).
var annotations = record(nil, fields{
	"alarms": list(0, 1, alarmARN()),
	"horizontal": list(0, maxMetrics, lineOrBand(fields{
		"value": aNumber(), "label": aText(), "color": color(), "visible": aBoolean(),
		"fill": enum("above", "below", "none"), "yAxis": enum("left", "right"),
	})),
	"vertical": list(0, maxMetrics, lineOrBand(fields{
		"value": instant(), "label": aText(), "color": color(), "visible": aBoolean(),
		"fill": enum("before", "after", "none"),
	})),
})

// lineOrBand takes a line, or the two lines of a band.
func lineOrBand(known fields) rule {
	line := record(having("value"), known)
	band := list(2, 2, line)
	return func(c *checker, v *value, at *place) {
		if v.kind == array {
			band(c, v, at)
			return
		}
		line(c, v, at)
	}
}

// alarmed reports whether the properties have the annotation of an alarm.
func alarmed(v *value) bool {
	alarms := v.dig("annotations", "alarms")
	return alarms != nil && len(alarms.items) > 0
}
