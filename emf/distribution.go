package emf

import (
	"encoding/json"

	"skywatch/ingest"
)

// distribution reads the form that AWS's page does not have and its exporter for
// OpenTelemetry writes, which CloudWatch takes (inferred): a statistic set as an
// object, and beside it, for a histogram, the values with their counts.
func distribution(d *ingest.Datum, raw json.RawMessage) error {
	wrong := func() error {
		return invalid("Metric %q is an object without the numbers Max, Min, Count and Sum, or with Values and Counts that do not belong together.", *d.Name)
	}
	var in object
	var set ingest.StatisticValues
	if json.Unmarshal(raw, &in) != nil {
		return wrong()
	}
	for name, to := range map[string]**float64{"Max": &set.Maximum, "Min": &set.Minimum, "Count": &set.SampleCount, "Sum": &set.Sum} {
		if json.Unmarshal(in[name], to) != nil || *to == nil {
			return wrong()
		}
	}
	values, ok := numbers(in["Values"])
	counts, same := numbers(in["Counts"])
	if !ok || !same || len(values) != len(counts) || len(values) > MaxValues {
		return wrong()
	}
	if len(counts) > 0 { // the exporter's Count is not looked at then (inferred)
		*set.SampleCount = 0
		for _, n := range counts {
			*set.SampleCount += n
		}
	}
	if *set.SampleCount == 0 {
		return nil // nothing was seen
	}
	d.Set, d.Values, d.Counts = &set, values, counts
	return nil
}

// numbers reads an array of numbers, or none.
func numbers(raw json.RawMessage) (all []float64, ok bool) {
	var in []*float64
	if len(raw) > 0 && json.Unmarshal(raw, &in) != nil {
		return nil, false
	}
	for _, v := range in {
		if v == nil {
			return nil, false
		}
		all = append(all, *v)
	}
	return all, true
}
