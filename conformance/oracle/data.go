package oracle

import (
	"fmt"
	"regexp"
	"slices"
	"time"
)

// DefaultMaxDatapoints is the most points of one GetMetricData page.
const DefaultMaxDatapoints = 100800

// Codes of StatusCode and of messages.
const (
	Complete      = "Complete"
	PartialData   = "PartialData"
	Forbidden     = "Forbidden"
	MultipleUnits = "MultipleUnits"
)

// Orders of ScanBy; the first is the default.
const (
	TimestampDescending = "TimestampDescending"
	TimestampAscending  = "TimestampAscending"
)

// GetMetricDataInput is the request of GetMetricData with direct metrics
// only. A zero time and an empty ScanBy or Timezone are absent.
type GetMetricDataInput struct {
	Queries            []Query
	StartTime, EndTime time.Time
	ScanBy             string
	MaxDatapoints      *int
	Timezone           string // of LabelOptions
}

// Query is a MetricDataQuery with a MetricStat.
type Query struct {
	ID         string
	MetricStat MetricStat
	Label      *string
	ReturnData *bool
	AccountID  string
}

// MetricStat is a metric with how to reduce it.
type MetricStat struct {
	Metric Metric
	Period int // seconds
	Stat   string
	Unit   string
}

// GetMetricDataOutput is the answer as if all its pages were one.
type GetMetricDataOutput struct {
	Results []Result
}

// Result is one returned series in the order of ScanBy.
type Result struct {
	ID         string
	Label      Label
	Points     []Point
	StatusCode string // when no further page follows
	Messages   []Message
}

// Point is one value.
type Point struct {
	Timestamp time.Time
	Value     Answer
}

// Message is a code with its text; an empty text is not compared.
type Message struct {
	Code, Value string
}

// Points counts the points of all results.
func (out GetMetricDataOutput) Points() int {
	n := 0
	for _, r := range out.Results {
		n += len(r.Points)
	}
	return n
}

// GetMetricData answers the returned queries in the order of the request.
func (m *Model) GetMetricData(now time.Time, tenant Tenant, in GetMetricDataInput) (GetMetricDataOutput, Errors) {
	if errs := checkData(in); len(errs) > 0 {
		return GetMetricDataOutput{}, errs
	}
	var out GetMetricDataOutput
	for _, q := range in.Queries {
		if q.ReturnData != nil && !*q.ReturnData {
			continue
		}
		r := m.result(now, tenant, in, q)
		r.Label = in.label(tenant, q, r.Points)
		if in.ScanBy != TimestampAscending {
			slices.Reverse(r.Points)
		}
		out.Results = append(out.Results, r)
	}
	return out, nil
}

// result evaluates one query, points in ascending order.
func (m *Model) result(now time.Time, tenant Tenant, in GetMetricDataInput, q Query) Result {
	r := Result{ID: q.ID, StatusCode: Complete}
	if q.AccountID != "" && q.AccountID != tenant.Account {
		r.StatusCode = Forbidden
		r.Messages = []Message{{Code: Forbidden}}
		return r
	}
	metric := newMetric(q.MetricStat.Metric.Namespace, q.MetricStat.Metric.MetricName, q.MetricStat.Metric.Dimensions)
	w := newWindow(now, in.StartTime, in.EndTime, q.MetricStat.Period)
	slots := m.find(tenant, metric).buckets(w, q.MetricStat.Unit)
	st, _ := parseStatistic(q.MetricStat.Stat)
	for at, units := range slots {
		if a, ok := preferred(units).answer(st); ok {
			r.Points = append(r.Points, Point{at, a})
		}
	}
	slices.SortFunc(r.Points, func(a, b Point) int { return a.Timestamp.Compare(b.Timestamp) })
	r.Messages = unitMessages(slots)
	return r
}

// preferred is the bucket of the first unit present in the fixed order.
func preferred(units map[string]*bucket) *bucket {
	for _, unit := range Units() {
		if b, ok := units[unit]; ok {
			return b
		}
	}
	return nil
}

// unitMessages tells when the range held several units, in one period or in
// different ones.
func unitMessages(slots map[time.Time]map[string]*bucket) []Message {
	var present []string
	for _, units := range slots {
		for unit := range units {
			if !slices.Contains(present, unit) {
				present = append(present, unit)
			}
		}
	}
	if len(present) < 2 {
		return nil
	}
	slices.Sort(present)
	list := present[0]
	for _, unit := range present[1:] {
		list += ", " + unit
	}
	return []Message{{MultipleUnits, fmt.Sprintf("Multiple units returned: '[%s]'", list)}}
}

var queryID = regexp.MustCompile(`^[a-z][a-zA-Z0-9_]*$`)

func checkData(in GetMetricDataInput) Errors {
	var errs Errors
	if len(in.Queries) == 0 {
		errs.refuse(MissingParameter, ValidationError, InvalidParameterValue)
	}
	if len(in.Queries) > 500 {
		errs.refuse(ValidationError, InvalidParameterValue)
	}
	errs.checkRange(in.StartTime, in.EndTime)
	if in.MaxDatapoints != nil && (*in.MaxDatapoints < 1 || *in.MaxDatapoints > DefaultMaxDatapoints) {
		errs.refuse(ValidationError, InvalidParameterValue)
	}
	if in.ScanBy != "" && in.ScanBy != TimestampDescending && in.ScanBy != TimestampAscending {
		errs.refuse(ValidationError)
	}
	ids := make(map[string]bool)
	for i, q := range in.Queries {
		errs.checkQuery(i, q)
		if ids[q.ID] {
			errs.say(ValidationError, "The values for parameter id in MetricDataQueries are not unique.")
		}
		ids[q.ID] = true
	}
	return errs
}

func (e *Errors) checkRange(start, end time.Time) {
	switch {
	case start.IsZero() || end.IsZero():
		e.refuse(MissingParameter)
	case start.Equal(end):
		e.say(ValidationError, "The parameter StartTime must not equal parameter EndTime.")
	case start.After(end):
		e.say(ValidationError, "The parameter EndTime must be greater than StartTime.")
	}
}

func (e *Errors) checkQuery(i int, q Query) {
	switch {
	case q.ID == "":
		e.refuse(MissingParameter, ValidationError)
	case len(q.ID) > 255:
		e.refuse(ValidationError)
	case !queryID.MatchString(q.ID):
		e.say(ValidationError, fmt.Sprintf(
			"The value for parameter MetricDataQueries.member.%d.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.",
			i+1))
	}
	e.checkNamespace(q.MetricStat.Metric.Namespace)
	e.checkMetricName(q.MetricStat.Metric.MetricName)
	e.checkDimensions(q.MetricStat.Metric.Dimensions)
	e.checkPeriod(q.MetricStat.Period)
	e.checkUnitFilter(q.MetricStat.Unit)
	if _, ok := parseStatistic(q.MetricStat.Stat); !ok {
		e.refuse(ValidationError, InvalidParameterValue)
	}
}
