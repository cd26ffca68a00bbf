package oracle

import (
	"fmt"
	"strings"
	"time"
)

// Limits of one PutMetricData (3.2).
const (
	maxDataPerRequest  = 1000
	maxEntityGroups    = 2
	maxValuesPerDatum  = 150
	maxTimestampAge    = 14 * 24 * time.Hour
	maxTimestampFuture = 2 * time.Hour
)

// checkPut collects what the request breaks. The specification does not say
// which error wins, so all of them are acceptable.
func (m *Model) checkPut(now time.Time, in PutMetricDataInput) Errors {
	var errs Errors
	errs.checkNamespace(in.Namespace)
	if m.Reserved && strings.HasPrefix(in.Namespace, "AWS/") {
		errs.say(InvalidParameterValue, "The value AWS/ for parameter Namespace is invalid.")
	}
	errs.checkSize(in)
	errs.checkEntities(in)
	for i, d := range in.MetricData {
		errs.checkDatum(now, d, fmt.Sprintf("MetricData.member.%d", i+1))
	}
	for i, group := range in.EntityMetricData {
		for j, d := range group.MetricData {
			errs.checkDatum(now, d, fmt.Sprintf("EntityMetricData.member.%d.MetricData.member.%d", i+1, j+1))
		}
	}
	return errs
}

func (e *Errors) checkSize(in PutMetricDataInput) {
	switch n := len(in.data()); {
	case n == 0:
		e.say(MissingParameter, "At least one MetricDatum object must be present in the request.")
	case n > maxDataPerRequest:
		e.refuse(InvalidParameterValue, ValidationError)
	}
	if len(in.EntityMetricData) > maxEntityGroups {
		e.refuse(InvalidParameterValue, ValidationError)
	}
}

func (e *Errors) checkDatum(now time.Time, d Datum, path string) {
	e.checkMetricName(d.MetricName)
	e.checkDimensions(d.Dimensions)
	e.checkTimestamp(now, d.Timestamp, path)
	if d.Unit != "" && !isUnit(d.Unit) {
		e.refuse(InvalidParameterValue)
	}
	e.checkResolution(d.StorageResolution)
	e.checkNumbers(d, path)
	e.checkCombination(d, path)
	if d.StatisticValues != nil {
		e.checkSet(*d.StatisticValues)
	}
}

func (e *Errors) checkTimestamp(now time.Time, at *time.Time, path string) {
	if at == nil {
		return
	}
	if at.Before(now.Add(-maxTimestampAge)) || at.After(now.Add(maxTimestampFuture)) {
		e.mention(InvalidParameterValue, path+".Timestamp")
	}
}

func (e *Errors) checkResolution(resolution *int) {
	if resolution == nil || *resolution == 1 || *resolution == 60 {
		return
	}
	e.mention(InvalidParameterValue, "StorageResolution must be a value in the set [ 1, 60 ]")
	if *resolution < 1 { // also below the model's own minimum
		e.refuse(ValidationError)
	}
}

// checkCombination applies the table of combinations at the end of 3.3.
func (e *Errors) checkCombination(d Datum, path string) {
	value, values, set := d.Value != nil, len(d.Values) > 0, d.StatisticValues != nil
	exclusive := func(a, b string) {
		e.say(InvalidParameterCombination, fmt.Sprintf(
			"The parameters %[1]s.%[2]s and %[1]s.%[3]s are mutually exclusive and you have specified both.", path, a, b))
	}
	if value && values {
		exclusive("Value", "Values")
	}
	if value && set {
		exclusive("Value", "StatisticValues")
	}
	if !value && !values && !set {
		e.refuse(MissingParameter, InvalidParameterCombination)
	}
	switch {
	case len(d.Counts) > 0 && !values:
		e.refuse(InvalidParameterCombination)
	case len(d.Counts) > 0 && len(d.Counts) != len(d.Values):
		e.say(InvalidParameterValue, fmt.Sprintf(
			"The parameters %[1]s.Values and %[1]s.Counts must be of the same size.", path))
	}
}
