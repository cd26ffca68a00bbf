package oracle

import (
	"fmt"
	"math"
)

// maxMagnitude is the largest absolute value that a metric takes: 2^360.
const maxMagnitude = 0x1p360

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

func withinMagnitude(f float64) bool { return finite(f) && math.Abs(f) <= maxMagnitude }

func (e *Errors) checkNumbers(d Datum, path string) {
	if d.Value != nil {
		e.checkValue(*d.Value, path)
	}
	if distinct(d.Values) > maxValuesPerDatum {
		e.refuse(InvalidParameterValue, ValidationError)
	}
	for _, v := range d.Values {
		if !withinMagnitude(v) {
			e.refuse(InvalidParameterValue)
		}
	}
	for _, c := range d.Counts {
		if !finite(c) || c < 0 {
			e.refuse(InvalidParameterValue)
		}
	}
}

// checkValue knows the text for NaN only.
func (e *Errors) checkValue(v float64, path string) {
	switch {
	case math.IsNaN(v):
		e.say(InvalidParameterValue, fmt.Sprintf("The value NaN for parameter %s.Value is invalid.", path))
	case !withinMagnitude(v):
		e.refuse(InvalidParameterValue)
	}
}

func (e *Errors) checkSet(set StatisticSet) {
	for _, member := range []*float64{set.Sum, set.Minimum, set.Maximum} {
		if member == nil {
			e.refuse(MissingParameter)
		} else if !withinMagnitude(*member) {
			e.refuse(InvalidParameterValue)
		}
	}
	if set.SampleCount == nil {
		e.refuse(MissingParameter)
	} else if !finite(*set.SampleCount) || *set.SampleCount <= 0 {
		e.refuse(InvalidParameterValue)
	}
	if set.Minimum != nil && set.Maximum != nil && *set.Maximum < *set.Minimum {
		e.refuse(InvalidParameterValue)
	}
}

// distinct counts different values; NaNs are refused elsewhere.
func distinct(values []float64) int {
	seen := make(map[float64]bool)
	for _, v := range values {
		seen[v] = true
	}
	return len(seen)
}
