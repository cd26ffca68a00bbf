package body

// Limits of a dashboard (cloudwatch.md 19.2, 19.3).
const (
	maxWidgets          = 500
	maxVariables        = 25
	maxMetrics          = 500 // of a widget
	maxDashboardMetrics = 2500
)

// members judges what a body consists of.
var members = record(having("widgets"), fields{
	"widgets":        list(0, maxWidgets, widget),
	"variables":      variables,
	"start":          startTime(),
	"end":            instant(),
	"periodOverride": enum("auto", "inherit"),
}, endNeedsStart)

// dashboard judges a whole body.
func dashboard(c *checker, v *value, at *place) {
	members(c, v, at)
	if c.metrics > maxDashboardMetrics { // wording (inferred)
		c.wrong(at.member("widgets"), "The dashboard has %d metrics and should NOT have more than %d", c.metrics, maxDashboardMetrics)
	}
}
