package body

import "math"

// The grid is 24 columns wide and as high as one likes.
const (
	columns   = 24
	maxHeight = 1000
)

// widget judges a widget: where it stands, and its properties by its type.
var widget = record(having("type", "properties"), fields{
	"type":       enum("metric", "text", "log", "alarm", "explorer", "custom", "chart", "trace"),
	"x":          integer(0, columns-1),
	"y":          integer(0, math.MaxInt32),
	"width":      integer(1, columns),
	"height":     integer(1, maxHeight),
	"properties": anything, // below
}, position, properties)

// position: a widget that says where it stands says both.
func position(c *checker, v *value, at *place) {
	for _, pair := range [][2]string{{"x", "y"}, {"y", "x"}} {
		if v.get(pair[0]) != nil && v.get(pair[1]) == nil {
			c.wrong(at, "Should have property %s when property %s is present", pair[1], pair[0])
		}
	}
}

func properties(c *checker, v *value, at *place) {
	p := v.get("properties")
	if p == nil {
		return
	}
	at = at.member("properties")
	switch v.textOf("type") {
	case "metric":
		metricWidget(c, p, at)
	case "text":
		textWidget(c, p, at)
	case "log":
		logWidget(c, p, at)
	case "alarm":
		alarmWidget(c, p, at)
	case "explorer":
		explorerWidget(c, p, at)
	case "custom":
		customWidget(c, p, at)
	default:
		// The properties of charts and traces are not described (cloudwatch.md
		// 19.2): they are kept as they are. A type that is not known has been told.
		typed(object, "object", nil)(c, p, at)
	}
}
