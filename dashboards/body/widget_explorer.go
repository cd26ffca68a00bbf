package body

// maxExplored bounds the lists of an explorer (ours).
const maxExplored = 500

// explorerWidget judges the properties of an explorer, which finds the resources
// that have some tags.
var explorerWidget = record(having("metrics"), fields{
	"metrics": list(0, maxExplored, record(having("metricName", "resourceType"), fields{
		"metricName": aText(), "resourceType": aText(), "stat": statistic(),
	})),
	"labels":      list(0, maxExplored, record(having("key"), fields{"key": aText(), "value": aText()})),
	"aggregateBy": record(nil, fields{"key": aText(), "func": aText()}),
	"splitBy":     aText(),
	"period":      period(),
	"title":       aText(),
	"region":      aText(),
	"widgetOptions": record(nil, fields{
		"legend": legend(), "view": view(), "stacked": aBoolean(),
		"rowsPerPage": integer(1, maxExplored), "widgetsPerRow": integer(1, columns),
	}),
})
