package alarms

import (
	"strconv"
	"strings"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// maxDimensions is how many dimensions a metric has at most.
const maxDimensions = 30

// metricNames name a metric, and the unit that is asked for.
type metricNames struct {
	namespace, name string
	dimensions      []metric.Dimension
	unit            string
}

// checkMetric holds the rules for the metric that an alarm is on.
func (p *Put) checkMetric() error {
	switch {
	case p.MetricName == "":
		return missing("MetricName")
	case p.Namespace == "":
		return missing("Namespace")
	}
	return checkMetricNames("", metricNames{p.Namespace, p.MetricName, p.Dimensions, p.Unit}, "Unit")
}

// checkMetricNames holds the rules of PutMetricData for the names of a metric
// (cloudwatch.md 3.3). The metric need not exist, and the vendor's namespaces
// are allowed. at precedes the parameters of the metric.
func checkMetricNames(at string, m metricNames, unitParam string) error {
	switch {
	case strings.HasPrefix(m.namespace, ":"):
		return badName(at+"Namespace", m.namespace)
	case len(m.dimensions) > maxDimensions:
		return fault.New(fault.InvalidValue, "The collection %sDimensions must not have a size greater than %d.", at, maxDimensions).On(at + "Dimensions")
	}
	if m.unit != "" {
		if _, ok := metric.ParseUnit(m.unit); !ok {
			return badName(unitParam, m.unit)
		}
	}
	if err := checkText(at+"Namespace", m.namespace); err != nil {
		return err
	}
	if err := checkText(at+"MetricName", m.name); err != nil {
		return err
	}
	return checkDimensions(at, m.dimensions)
}

func checkDimensions(before string, dimensions []metric.Dimension) error {
	seen := map[string]bool{}
	for i, d := range dimensions {
		at := before + "Dimensions.member." + strconv.Itoa(i+1) + "."
		switch {
		case d.Name == "":
			return missing(at + "Name")
		case d.Value == "":
			return missing(at + "Value")
		case strings.HasPrefix(d.Name, ":") || seen[d.Name]: // names are unique
			return badName(at+"Name", d.Name)
		}
		seen[d.Name] = true
		if err := checkText(at+"Name", d.Name); err != nil {
			return err
		}
		if err := checkText(at+"Value", d.Value); err != nil {
			return err
		}
	}
	return nil
}

// checkText wants printable ASCII, not only blanks.
func checkText(param, s string) error {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return fault.New(fault.InvalidValue, "The value for parameter %s contains non-ASCII or control characters.", param).On(param)
		}
	}
	if strings.TrimSpace(s) == "" {
		return fault.New(fault.InvalidValue, "The parameter %s must contain at least one non-blank character.", param).On(param)
	}
	return nil
}

func badName(param, value string) error {
	return fault.New(fault.InvalidValue, "The value %s for parameter %s is invalid.", value, param).On(param)
}
