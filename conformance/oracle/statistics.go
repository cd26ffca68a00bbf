package oracle

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// maxStatisticsPoints is the most that one GetMetricStatistics may ask for.
const maxStatisticsPoints = 1440

// GetMetricStatisticsInput is the request of GetMetricStatistics. A zero time
// or period, and an empty Unit, are absent ones.
type GetMetricStatisticsInput struct {
	Namespace          string
	MetricName         string
	Dimensions         []Dimension
	StartTime, EndTime time.Time
	Period             int // seconds
	Statistics         []string
	ExtendedStatistics []string
	Unit               string
}

// GetMetricStatisticsOutput is its answer; Datapoints are sorted by time and
// unit, though a server may use any order.
type GetMetricStatisticsOutput struct {
	Label      string
	Datapoints []Datapoint
}

// Datapoint is one period and unit with the statistics that are available.
type Datapoint struct {
	Timestamp          time.Time
	Unit               string
	Statistics         map[string]Answer
	ExtendedStatistics map[string]Answer
}

// GetMetricStatistics answers one point for each period and unit with data.
func (m *Model) GetMetricStatistics(
	now time.Time, tenant Tenant, in GetMetricStatisticsInput,
) (GetMetricStatisticsOutput, Errors) {
	if errs := checkStatistics(in); len(errs) > 0 {
		return GetMetricStatisticsOutput{}, errs
	}
	out := GetMetricStatisticsOutput{Label: in.MetricName}
	series := m.find(tenant, newMetric(in.Namespace, in.MetricName, in.Dimensions))
	w := newWindow(now, in.StartTime, in.EndTime, in.Period)
	for at, units := range series.buckets(w, in.Unit) {
		for unit, b := range units {
			point := b.datapoint(in)
			point.Timestamp, point.Unit = at, unit
			if len(point.Statistics)+len(point.ExtendedStatistics) > 0 {
				out.Datapoints = append(out.Datapoints, point)
			}
		}
	}
	slices.SortFunc(out.Datapoints, func(a, b Datapoint) int {
		return cmp.Or(a.Timestamp.Compare(b.Timestamp), cmp.Compare(a.Unit, b.Unit))
	})
	return out, nil
}

func (b *bucket) datapoint(in GetMetricStatisticsInput) Datapoint {
	p := Datapoint{Statistics: make(map[string]Answer), ExtendedStatistics: make(map[string]Answer)}
	for _, name := range in.Statistics {
		st, _ := basicStatistic(name)
		if a, ok := b.answer(st); ok {
			p.Statistics[name] = a
		}
	}
	for _, name := range in.ExtendedStatistics {
		st, _ := extendedStatistic(name)
		if a, ok := b.answer(st); ok {
			p.ExtendedStatistics[name] = a
		}
	}
	return p
}

func checkStatistics(in GetMetricStatisticsInput) Errors {
	var errs Errors
	errs.checkNamespace(in.Namespace)
	errs.checkMetricName(in.MetricName)
	errs.checkDimensions(in.Dimensions)
	if in.StartTime.IsZero() || in.EndTime.IsZero() || in.Period == 0 {
		errs.refuse(MissingParameter)
	}
	errs.checkPeriod(in.Period)
	errs.checkNames(in)
	errs.checkUnitFilter(in.Unit)
	if !in.StartTime.Before(in.EndTime) {
		errs.say(InvalidParameterValue, "The parameter StartTime must be less than the parameter EndTime.")
	}
	errs.checkPoints(in)
	return errs
}

// checkUnitFilter refuses a unit of a read: broken enumerations are
// validation errors, and 3.3 gives the other code for the same field.
func (e *Errors) checkUnitFilter(unit string) {
	if unit != "" && !isUnit(unit) {
		e.refuse(ValidationError, InvalidParameterValue)
	}
}

func (e *Errors) checkNames(in GetMetricStatisticsInput) {
	if len(in.Statistics)+len(in.ExtendedStatistics) == 0 {
		e.refuse(MissingParameter, InvalidParameterCombination)
	}
	if len(in.Statistics) > 5 || len(in.ExtendedStatistics) > 10 {
		e.refuse(ValidationError, InvalidParameterValue)
	}
	for _, name := range in.Statistics {
		if _, ok := basicStatistic(name); !ok {
			e.mention(ValidationError,
				"Member must satisfy enum value set: [Maximum, SampleCount, Sum, Minimum, Average]")
		}
	}
	for _, name := range in.ExtendedStatistics {
		if _, ok := extendedStatistic(name); !ok {
			e.mention(InvalidParameterValue,
				fmt.Sprintf("The value %s for parameter ExtendedStatistics.member.", name))
		}
	}
}

// checkPoints applies the limit to the range as given, and knows the number
// in the message when the range is whole periods.
func (e *Errors) checkPoints(in GetMetricStatisticsInput) {
	period := time.Duration(in.Period) * time.Second
	if period <= 0 {
		return
	}
	length := in.EndTime.Sub(in.StartTime)
	if length <= maxStatisticsPoints*period {
		return
	}
	const tail = "datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested " +
		"by increasing Period, or decreasing the time range."
	if length%period == 0 {
		e.say(InvalidParameterCombination, fmt.Sprintf("You have requested up to %d %s", length/period, tail))
	} else {
		e.mention(InvalidParameterCombination, tail)
	}
}
