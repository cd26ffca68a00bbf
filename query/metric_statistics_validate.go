package query

import (
	"fmt"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// Limits of GetMetricStatistics (cloudwatch.md 5.2, A.1).
const (
	maxStatisticsPoints   = 1440
	maxStatistics         = 5
	maxExtendedStatistics = 10
)

// validate checks the model's constraints first, then what is required, then
// the values.
func (in *StatisticsInput) validate() ([]metric.Statistic, unitFilter, error) {
	unit, err := in.constrain()
	if err != nil {
		return nil, unit, err
	}
	if err := in.present(); err != nil {
		return nil, unit, err
	}
	if err := validPeriod(fault.InvalidValue, *in.Period); err != nil {
		return nil, unit, fault.Of(err).On("Period")
	}
	if *in.StartTime >= *in.EndTime {
		return nil, unit, fault.New(fault.InvalidValue, "The parameter StartTime must be less than the parameter EndTime.").On("StartTime")
	}
	if err := in.countPoints(); err != nil {
		return nil, unit, err
	}
	stats, err := in.statistics()
	return stats, unit, err
}

func (in *StatisticsInput) constrain() (unitFilter, error) {
	var c constraints
	c.namespace("namespace", in.Namespace)
	c.text("metricName", in.Name, maxName)
	c.dimensions("dimensions", in.Dimensions)
	if in.Period != nil && *in.Period < 1 {
		c.between("period", int(*in.Period), 1, maxPeriod)
	}
	c.count("statistics", in.Statistics, maxStatistics)
	for i, s := range in.Statistics {
		// The order is the model's own [M].
		c.enum(fmt.Sprintf("statistics.%d.member", i+1), s, "Maximum", "SampleCount", "Sum", "Minimum", "Average")
	}
	c.count("extendedStatistics", in.ExtendedStatistics, maxExtendedStatistics)
	unit := c.unit("unit", in.Unit)
	return unit, c.err()
}

// maxPeriod is the largest number that a period can have on the wire.
const maxPeriod = 1<<31 - 1

func (in *StatisticsInput) present() error {
	switch {
	case in.Namespace == "":
		return required("Namespace")
	case in.Name == "":
		return required("MetricName")
	case in.StartTime == nil:
		return required("StartTime")
	case in.EndTime == nil:
		return required("EndTime")
	case in.Period == nil:
		return required("Period")
	case len(in.Statistics)+len(in.ExtendedStatistics) == 0:
		// (inferred)
		return fault.New(fault.InvalidCombo, "Must specify either Statistics or ExtendedStatistics")
	}
	return nil
}

// countPoints holds the request to 1440 datapoints. A last period that is only
// begun counts.
func (in *StatisticsInput) countPoints() error {
	span, width := *in.EndTime-*in.StartTime, metric.Period(*in.Period).Millis()
	if n := (span + width - 1) / width; n > maxStatisticsPoints {
		return fault.New(fault.InvalidCombo, "You have requested up to %d datapoints, which exceeds the limit of %d. "+
			"You may reduce the datapoints requested by increasing Period, or decreasing the time range.", n, maxStatisticsPoints)
	}
	return nil
}

func (in *StatisticsInput) statistics() ([]metric.Statistic, error) {
	var stats []metric.Statistic
	for _, text := range in.Statistics {
		s, _ := metric.ParseStatistic(text) // of the enumeration
		stats = appendNew(stats, s)
	}
	for i, text := range in.ExtendedStatistics {
		s, ok := metric.ParseStatistic(text)
		if !ok || s.Basic() {
			return nil, fault.New(fault.InvalidValue, "The value %s for parameter ExtendedStatistics.member.%d.<list element> is not supported.", text, i+1).
				On(fmt.Sprintf("ExtendedStatistics.member.%d", i+1))
		}
		stats = appendNew(stats, s)
	}
	return stats, nil
}

// appendNew appends s if it was not asked for before.
func appendNew(stats []metric.Statistic, s metric.Statistic) []metric.Statistic {
	for _, o := range stats {
		if o == s {
			return stats
		}
	}
	return append(stats, s)
}
