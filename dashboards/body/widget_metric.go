package body

import (
	"math"

	"skywatch/metric"
)

func legend() rule {
	return record(nil, fields{"position": enum("right", "bottom", "hidden")})
}

func view() rule { return enum("timeSeries", "singleValue", "gauge", "bar", "pie", "table") }

// color takes a color as CSS's numbers have it.
func color() rule { return like(`^#[0-9A-Fa-f]{6}$`) }

func statistic() rule {
	return aText(func(c *checker, v *value, at *place) {
		if _, ok := metric.ParseStatistic(v.text); !ok { // wording (inferred)
			c.wrong(at, `The statistic "%s" is not supported`, v.text)
		}
	})
}

func axis() rule {
	return record(nil, fields{"min": aNumber(), "max": aNumber(), "label": aText(), "showUnits": aBoolean()})
}

// metricWidget judges the properties of a widget that shows metrics.
var metricWidget = record(nil, fields{
	"metrics":     rows,
	"annotations": annotations,
	"region":      aText(),
	"accountId":   aText(),
	"period":      period(),
	"stat":        statistic(),
	"view":        view(),
	"title":       aText(),
	"timezone":    like(`^[+-][0-9]{4}$`),
	"legend":      legend(),
	"yAxis":       record(nil, fields{"left": axis(), "right": axis()}),
	"table": record(nil, fields{
		"layout": enum("vertical", "horizontal"), "stickySummary": aBoolean(), "showTimeSeriesData": aBoolean(),
		"summaryColumns": list(0, 4, enum("MIN", "MAX", "SUM", "AVG")),
	}),
	"stacked":                  aBoolean(),
	"sparkline":                aBoolean(),
	"liveData":                 aBoolean(),
	"singleValueFullPrecision": aBoolean(),
	"setPeriodToTimeRange":     aBoolean(),
	"trend":                    aBoolean(),
	// Not in the guide; the console and the CDK write them (inferred).
	"start": startTime(),
	"end":   instant(),
}, shown, gauge, endNeedsStart)

// shown: a widget has metrics and their region, or the annotation of an alarm. The
// three findings are those that AWS has for a widget without either; where it has
// one without the other, they are inferred.
func shown(c *checker, v *value, at *place) {
	metrics, region := v.get("metrics"), v.get("region")
	alarm := alarmed(v)
	switch {
	case alarm && metrics != nil && len(metrics.items) > 0: // wording (inferred)
		c.wrong(at.member("annotations").member("alarms"), "Should NOT have an alarm annotation when property metrics is present")
	case alarm || metrics != nil && region != nil:
		return
	default:
		if metrics == nil {
			c.lacks(at, "metrics")
		} else {
			c.lacks(at, "region")
		}
		c.wrong(at, "The metric widget should have specified a region and a data source or an alarm annotation")
		if v.get("annotations") == nil {
			c.lacks(at, "annotations")
		} else {
			c.lacks(at.member("annotations"), "alarms")
		}
	}
}

// gauge: a gauge has a least and a most.
func gauge(c *checker, v *value, at *place) {
	if v.textOf("view") != "gauge" {
		return
	}
	at = at.member("yAxis")
	least, most := math.Inf(-1), math.Inf(1)
	for name, bound := range map[string]*float64{"min": &least, "max": &most} {
		if n := v.dig("yAxis", "left", name); n != nil && n.kind == number {
			*bound = n.number
		}
	}
	switch { // wording (inferred)
	case math.IsInf(least, 0) || math.IsInf(most, 0):
		c.wrong(at, "A gauge should have the properties left.min and left.max")
	case least >= most:
		c.wrong(at, "The property left.max of a gauge should be greater than left.min")
	}
}

// dig follows names into objects; nil where there is none.
func (v *value) dig(names ...string) *value {
	for _, name := range names {
		if v = v.get(name); v == nil {
			return nil
		}
	}
	return v
}
