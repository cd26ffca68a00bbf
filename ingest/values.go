package ingest

import (
	"math"
	"strconv"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// values checks the value members of a datum and their combinations (the
// second table of cloudwatch.md 3.3) and fills the sample's set and values.
func values(at string, in *Datum, s *metric.Sample) error {
	if err := checkCombination(at, in); err != nil {
		return err
	}
	if in.Value != nil {
		if err := checkValue(at+"Value", *in.Value); err != nil {
			return err
		}
		s.Set = metric.Single(unsigned(*in.Value))
		return nil
	}
	if len(in.Values) > 0 {
		if err := checkValues(at, in); err != nil {
			return err
		}
		weigh(in, s)
	}
	if in.Set == nil {
		return nil
	}
	set, err := checkSet(at+"StatisticValues.", in.Set)
	if err != nil {
		return err
	}
	s.Set = set
	s.Incomplete = len(in.Values) == 0 && !set.Degenerate()
	return nil
}

func checkCombination(at string, in *Datum) error {
	value, vals, set := in.Value != nil, len(in.Values) > 0, in.Set != nil
	switch {
	case value && vals:
		return exclusive(at, "Value", "Values")
	case value && set:
		return exclusive(at, "Value", "StatisticValues")
	case len(in.Counts) > 0 && !vals:
		return fault.New(fault.InvalidCombo, "The parameter %sCounts must be specified together with %sValues.", at, at).On(at + "Counts")
	case vals && len(in.Values) > MaxValues:
		return collection(at+"Values", MaxValues)
	case len(in.Counts) > 0 && len(in.Counts) != len(in.Values):
		return invalid(at+"Counts", "The parameters %sValues and %sCounts must be of the same size.", at, at)
	case !value && !vals && !set:
		// The code is [T]'s; the documents do not say.
		return fault.New(fault.InvalidCombo, "At least one of the parameters %sValue, %sValues or %sStatisticValues must be specified.", at, at, at).On(at + "Value")
	}
	return nil
}

func exclusive(at, a, b string) error {
	return fault.New(fault.InvalidCombo, "The parameters %s%s and %s%s are mutually exclusive and you have specified both.", at, a, at, b).On(at + a)
}

func checkValue(param string, v float64) error {
	if math.IsNaN(v) || math.Abs(v) > maxMagnitude {
		return invalid(param, "The value %s for parameter %s is invalid.", number(v), param)
	}
	return nil
}

// unsigned is v, of which zero has no sign.
func unsigned(v float64) float64 { return v + 0 }

// number prints a float as AWS's messages do: NaN, Infinity, -Infinity, or the
// shortest decimal form.
func number(v float64) string {
	switch {
	case math.IsInf(v, 1):
		return "Infinity"
	case math.IsInf(v, -1):
		return "-Infinity"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

func checkValues(at string, in *Datum) error {
	for i, v := range in.Values {
		if checkValue("", v) != nil {
			return checkValue(at+"Values."+element(i), v)
		}
	}
	for i, c := range in.Counts {
		if checkWeight("", c) != nil {
			return checkWeight(at+"Counts."+element(i), c)
		}
	}
	return nil
}

func checkWeight(param string, c float64) error {
	if c < 0 {
		return invalid(param, "The value %s for parameter %s is invalid.", number(c), param)
	}
	return checkValue(param, c)
}

// weigh fills set and values from Values and Counts. A value without a count
// was seen once; the same value twice adds up.
func weigh(in *Datum, s *metric.Sample) {
	weights := make([]metric.Weight, len(in.Values))
	for i, v := range in.Values {
		v, c := unsigned(v), 1.0
		if len(in.Counts) > 0 {
			c = in.Counts[i]
		}
		weights[i] = metric.Weight{Value: v, Count: c}
		if i == 0 {
			s.Set = metric.Weighted(v, c)
		} else {
			s.Set = s.Set.Merge(metric.Weighted(v, c))
		}
	}
	if in.Set != nil || !s.Set.Degenerate() {
		s.Values = weights
	}
}

func checkSet(at string, in *StatisticValues) (metric.StatisticSet, error) {
	var out metric.StatisticSet
	for _, f := range []struct {
		name string
		in   *float64
		out  *float64
	}{
		{"SampleCount", in.SampleCount, &out.SampleCount},
		{"Sum", in.Sum, &out.Sum},
		{"Minimum", in.Minimum, &out.Minimum},
		{"Maximum", in.Maximum, &out.Maximum},
	} {
		if f.in == nil {
			return out, missing(at + f.name)
		}
		if err := checkValue(at+f.name, *f.in); err != nil {
			return out, err
		}
		*f.out = unsigned(*f.in)
	}
	if out.SampleCount <= 0 {
		return out, invalid(at+"SampleCount", "The value %s for parameter %sSampleCount is invalid.", number(out.SampleCount), at)
	}
	if out.Maximum < out.Minimum {
		return out, invalid(at+"Maximum", "The parameter %sMaximum must be greater than or equal to %sMinimum.", at, at)
	}
	return out, nil
}
