package query

import (
	"fmt"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// Limits of GetMetricData (cloudwatch.md 5.3, A.2).
const (
	maxQueries       = 500
	maxDatapoints    = 100800
	maxExpression    = 2048
	scanDescending   = "TimestampDescending" // the default
	scanAscending    = "TimestampAscending"
	idPattern        = "^[a-z][a-zA-Z0-9_]*$"
	metricDataPath   = "MetricDataQueries.member.%d"
	metricDataModel  = "metricDataQueries.%d.member"
	timezonePattern  = `[+-]\d{4}`
	timezonePathName = "labelOptions.timezone"
)

// validate checks the whole request: the model's constraints first, then what
// is required, then how the members fit together.
func (in *DataInput) validate() error {
	switch {
	case len(in.Queries) == 0:
		return required("MetricDataQueries")
	case in.StartTime == nil:
		return required("StartTime")
	case in.EndTime == nil:
		return required("EndTime")
	case len(in.Queries) > maxQueries: // (text inferred)
		return fault.New(fault.Validation, "The collection MetricDataQueries must not have a size greater than %d.", maxQueries).On("MetricDataQueries")
	}
	if err := in.constrain(); err != nil {
		return err
	}
	if err := in.validateQueries(); err != nil {
		return err
	}
	switch {
	case *in.StartTime == *in.EndTime:
		return fault.New(fault.Validation, "The parameter StartTime must not equal parameter EndTime.").On("StartTime")
	case *in.StartTime > *in.EndTime:
		return fault.New(fault.Validation, "The parameter EndTime must be greater than StartTime.").On("EndTime")
	}
	return nil
}

func (in *DataInput) constrain() error {
	var c constraints
	for i := range in.Queries {
		in.Queries[i].constrain(&c, fmt.Sprintf(metricDataModel, i+1))
	}
	if in.MaxDatapoints != nil {
		c.between("maxDatapoints", int(*in.MaxDatapoints), 1, maxDatapoints)
	}
	if in.ScanBy != "" {
		c.enum("scanBy", in.ScanBy, scanDescending, scanAscending)
	}
	if in.Timezone != "" {
		_, ok := parseTimezone(in.Timezone)
		c.pattern(timezonePathName, in.Timezone, ok, timezonePattern)
	}
	return c.err()
}

func (q *DataQuery) constrain(c *constraints, at string) {
	if q.ID == "" {
		c.missing(at + ".id")
	}
	c.text(at+".id", q.ID, maxName)
	c.text(at+".expression", q.Expression, maxExpression)
	c.text(at+".accountId", q.AccountID, maxName)
	if q.Period != nil {
		c.between(at+".period", int(*q.Period), 1, maxPeriod)
	}
	if m := q.Stat; m != nil {
		c.namespace(at+".metricStat.metric.namespace", m.Namespace)
		c.text(at+".metricStat.metric.metricName", m.Name, maxName)
		c.dimensions(at+".metricStat.metric.dimensions", m.Dimensions)
		if m.Period == nil {
			c.missing(at + ".metricStat.period")
		} else {
			c.between(at+".metricStat.period", int(*m.Period), 1, maxPeriod)
		}
		if m.Stat == "" {
			c.missing(at + ".metricStat.stat")
		}
		c.unit(at+".metricStat.unit", m.Unit)
	}
}

func (in *DataInput) validateQueries() error {
	seen := make(map[string]bool, len(in.Queries))
	for i := range in.Queries {
		q := &in.Queries[i]
		path := fmt.Sprintf(metricDataPath, i+1)
		if !validID(q.ID) {
			return fault.New(fault.Validation, "The value for parameter %s.Id is not matching the expected pattern %s.", path, idPattern).On(path + ".Id")
		}
		if seen[q.ID] {
			return fault.New(fault.Validation, "The values for parameter id in MetricDataQueries are not unique.").On(path + ".Id")
		}
		seen[q.ID] = true
		if err := q.validate(path); err != nil {
			return err
		}
	}
	return nil
}

// validate checks one query; path names it in messages.
func (q *DataQuery) validate(path string) error {
	switch {
	case q.Stat != nil && q.Expression != "":
		return fault.New(fault.Validation, "The parameters %[1]s.Expression and %[1]s.MetricStat are mutually exclusive and you have specified both.", path).On(path)
	case q.Stat == nil && q.Expression == "": // (text inferred)
		return fault.New(fault.Validation, "Either the parameter %[1]s.Expression or the parameter %[1]s.MetricStat must be specified.", path).On(path)
	case q.Stat == nil:
		return nil
	}
	if err := q.Stat.validate(path + ".MetricStat"); err != nil {
		return err
	}
	if q.Period != nil && *q.Period != *q.Stat.Period {
		// The model has the query's own period for expressions only; one that
		// says something else cannot be obeyed (inferred).
		return fault.New(fault.Validation, "The Period of the query '%s' must equal the Period of its MetricStat.", q.ID).On(path + ".Period")
	}
	if q.Label != nil {
		if _, err := parseTemplate(*q.Label); err != nil {
			return fault.New(fault.Validation, "Error in label of '%s': %v", q.ID, err).On(path + ".Label")
		}
	}
	return nil
}

func (m *MetricStat) validate(path string) error {
	if m.Namespace == "" {
		return required(path + ".Metric.Namespace")
	}
	if m.Name == "" {
		return required(path + ".Metric.MetricName")
	}
	if err := validPeriod(fault.Validation, *m.Period); err != nil {
		return fault.Of(err).On(path + ".Period")
	}
	if _, ok := metric.ParseStatistic(m.Stat); !ok {
		return fault.New(fault.Validation, "The value %s for parameter %s.Stat is not supported.", m.Stat, path).On(path + ".Stat")
	}
	return nil
}

// validID reports whether s matches idPattern.
func validID(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z'
		if i > 0 {
			letter = letter || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
		}
		if !letter {
			return false
		}
	}
	return s != ""
}
