package history

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"skywatch/conformance/oracle"
)

// Op is one request; exactly one of the four inputs is set.
type Op struct {
	At     time.Time
	Tenant oracle.Tenant
	// Breaks names the rules that the request is meant to break, joined by
	// a plus; it is empty for a valid one.
	Breaks string

	Put        *oracle.PutMetricDataInput
	List       *oracle.ListMetricsInput
	Statistics *oracle.GetMetricStatisticsInput
	Data       *oracle.GetMetricDataInput
}

// shownData is how many data of one request are printed.
const shownData = 20

// String prints the request on one line. Long texts and lists are cut; the
// seed gives them back.
func (op Op) String() string {
	line := fmt.Sprintf("%s %s/%s %s", stamp(op.At), op.Tenant.Account, op.Tenant.Region, op.request())
	if op.Breaks != "" {
		line += "  # breaks " + op.Breaks
	}
	return line
}

func (op Op) request() string {
	switch {
	case op.Put != nil:
		return "PutMetricData " + putText(*op.Put)
	case op.List != nil:
		return fmt.Sprintf("ListMetrics %s:%s%v recently=%s",
			text(op.List.Namespace), text(op.List.MetricName), op.List.Dimensions, op.List.RecentlyActive)
	case op.Statistics != nil:
		in := op.Statistics
		return fmt.Sprintf("GetMetricStatistics %s [%s, %s) period=%d %v %v unit=%s",
			identity(in.Namespace, in.MetricName, in.Dimensions), stamp(in.StartTime), stamp(in.EndTime), in.Period,
			in.Statistics, in.ExtendedStatistics, in.Unit)
	case op.Data != nil:
		return "GetMetricData " + dataText(*op.Data)
	}
	return "nothing"
}

func putText(in oracle.PutMetricDataInput) string {
	line := text(in.Namespace) + dataList(in.MetricData)
	for _, group := range in.EntityMetricData {
		line += " entity=" + entityText(group.Entity) + dataList(group.MetricData)
	}
	if in.StrictEntityValidation != nil {
		line += fmt.Sprintf(" strict=%v", *in.StrictEntityValidation)
	}
	return line
}

func entityText(entity *oracle.Entity) string {
	if entity == nil {
		return "none"
	}
	return fmt.Sprintf("%v%v", entity.KeyAttributes, entity.Attributes)
}

func dataList(data []oracle.Datum) string {
	var shown []string
	for i, d := range data {
		if i == shownData {
			shown = append(shown, fmt.Sprintf("and %d more", len(data)-i))
			break
		}
		shown = append(shown, datumText(d))
	}
	return " [" + strings.Join(shown, "; ") + "]"
}

func datumText(d oracle.Datum) string {
	parts := []string{identity("", d.MetricName, d.Dimensions)}
	if d.Timestamp != nil {
		parts = append(parts, "@"+stamp(*d.Timestamp))
	}
	if d.Value != nil {
		parts = append(parts, "value="+number(*d.Value))
	}
	if len(d.Values)+len(d.Counts) > 0 {
		parts = append(parts, "values="+numbers(d.Values)+"x"+numbers(d.Counts))
	}
	if s := d.StatisticValues; s != nil {
		parts = append(parts, fmt.Sprintf("set=n%s,sum%s,min%s,max%s",
			optional(s.SampleCount), optional(s.Sum), optional(s.Minimum), optional(s.Maximum)))
	}
	if d.Unit != "" {
		parts = append(parts, d.Unit)
	}
	if d.StorageResolution != nil {
		parts = append(parts, fmt.Sprintf("res=%d", *d.StorageResolution))
	}
	return strings.Join(parts, " ")
}

func dataText(in oracle.GetMetricDataInput) string {
	var queries []string
	for i, q := range in.Queries {
		if i == shownData {
			queries = append(queries, fmt.Sprintf("and %d more", len(in.Queries)-i))
			break
		}
		s := q.MetricStat
		part := fmt.Sprintf("%s=%s(%s) period=%d unit=%s", text(q.ID), s.Stat,
			identity(s.Metric.Namespace, s.Metric.MetricName, s.Metric.Dimensions), s.Period, s.Unit)
		if q.Label != nil {
			part += fmt.Sprintf(" label=%q", *q.Label)
		}
		if q.ReturnData != nil {
			part += fmt.Sprintf(" return=%v", *q.ReturnData)
		}
		queries = append(queries, part)
	}
	line := fmt.Sprintf("[%s] [%s, %s) scan=%s zone=%s", strings.Join(queries, "; "), stamp(in.StartTime), stamp(in.EndTime),
		in.ScanBy, in.Timezone)
	if in.MaxDatapoints != nil {
		line += fmt.Sprintf(" max=%d", *in.MaxDatapoints)
	}
	return line
}

func identity(namespace, name string, dimensions []oracle.Dimension) string {
	var pairs []string
	for _, d := range dimensions {
		pairs = append(pairs, text(d.Name)+"="+text(d.Value))
	}
	if namespace != "" {
		namespace = text(namespace) + ":"
	}
	return namespace + text(name) + "{" + strings.Join(pairs, ",") + "}"
}

// text prints a name, quoted where it would be hard to read, and shortened.
func text(s string) string {
	if len(s) > 60 {
		return fmt.Sprintf("%q...(%d)", s[:20], len(s))
	}
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return strconv.Quote(s)
	}
	return s
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999Z07:00") }

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

func numbers(list []float64) string {
	var shown []string
	for i, f := range list {
		if i == shownData {
			shown = append(shown, fmt.Sprintf("and %d more", len(list)-i))
			break
		}
		shown = append(shown, number(f))
	}
	return "[" + strings.Join(shown, " ") + "]"
}

func optional(f *float64) string {
	if f == nil {
		return "?"
	}
	return number(*f)
}

// Kind names the operation.
func (op Op) Kind() string {
	name, _, _ := strings.Cut(op.request(), " ")
	return name
}
