package alarms

import (
	"strconv"
	"strings"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// maxDimensions is how many dimensions a metric has at most.
const maxDimensions = 30

// checkMetric holds the rules of PutMetricData for the names of a metric
// (cloudwatch.md 3.3). The metric need not exist, and the vendor's namespaces
// are allowed.
func (p *Put) checkMetric() error {
	switch {
	case p.MetricName == "":
		return missing("MetricName")
	case p.Namespace == "":
		return missing("Namespace")
	case strings.HasPrefix(p.Namespace, ":"):
		return badName("Namespace", p.Namespace)
	case len(p.Dimensions) > maxDimensions:
		return fault.New(fault.InvalidValue, "The collection Dimensions must not have a size greater than %d.", maxDimensions).On("Dimensions")
	}
	if p.Unit != "" {
		if _, ok := metric.ParseUnit(p.Unit); !ok {
			return badName("Unit", p.Unit)
		}
	}
	if err := checkText("Namespace", p.Namespace); err != nil {
		return err
	}
	if err := checkText("MetricName", p.MetricName); err != nil {
		return err
	}
	return checkDimensions(p.Dimensions)
}

func checkDimensions(dimensions []metric.Dimension) error {
	seen := map[string]bool{}
	for i, d := range dimensions {
		at := "Dimensions.member." + strconv.Itoa(i+1) + "."
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
