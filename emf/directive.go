package emf

import (
	"bytes"
	"encoding/json"

	"skywatch/ingest"
	"skywatch/metric"
)

// reading makes rows of one document.
type reading struct {
	root object
	at   metric.Instant
	rows []ingest.Row
}

// directive adds the data of one directive: each metric under each set of
// dimensions.
func (r *reading) directive(in object) error {
	var namespace *string
	var keys [][]string
	var metrics []object
	switch {
	case json.Unmarshal(in["Namespace"], &namespace) != nil || namespace == nil:
		return malformed("Namespace is not a string.")
	case json.Unmarshal(in["Dimensions"], &keys) != nil || keys == nil:
		return malformed("Dimensions is not an array of arrays of strings.")
	case json.Unmarshal(in["Metrics"], &metrics) != nil || metrics == nil:
		return malformed("Metrics is not an array of objects.")
	case len(keys) == 0:
		return invalid("Dimensions has no set; one without dimensions is [].")
	case len(metrics) > MaxMetrics:
		return invalid("Metrics has %d members, more than %d.", len(metrics), MaxMetrics)
	case len(r.rows)+len(keys)*len(metrics) > MaxData:
		return invalid("The document makes more than %d data.", MaxData)
	}
	data := make([]ingest.Datum, len(metrics))
	for i, m := range metrics {
		var err error
		if data[i], err = r.datum(m); err != nil {
			return err
		}
	}
	for _, set := range keys {
		dimensions, err := r.dimensions(set)
		if err != nil {
			return err
		}
		for _, d := range data {
			if d.Value == nil && d.Set == nil && len(d.Values) == 0 {
				continue // such as an empty array: nothing was seen (inferred)
			}
			d.Dimensions = dimensions
			r.rows = append(r.rows, ingest.Row{Namespace: namespace, Datum: d})
		}
	}
	return nil
}

// dimensions makes a set of dimensions of the members that its keys name.
func (r *reading) dimensions(keys []string) ([]ingest.Dimension, error) {
	if len(keys) > ingest.MaxDimensions {
		return nil, invalid("A set of dimensions has %d members, more than %d.", len(keys), ingest.MaxDimensions)
	}
	out := make([]ingest.Dimension, len(keys))
	for i, key := range keys {
		if len(key) > MaxKey {
			return nil, invalid("The name of dimension %.20q... has more than %d characters.", key, MaxKey)
		}
		var value *string
		if json.Unmarshal(r.root[key], &value) != nil || value == nil {
			return nil, invalid("Dimension %q is not a member of the document that is a string.", key)
		}
		out[i] = ingest.Dimension{Name: &key, Value: value}
	}
	return out, nil
}

// datum makes a datum, without its dimensions, of a metric's definition.
func (r *reading) datum(in object) (ingest.Datum, error) {
	d := ingest.Datum{Time: &r.at}
	if json.Unmarshal(in["Name"], &d.Name) != nil || d.Name == nil {
		return d, malformed("Metrics has a member whose Name is not a string.")
	}
	if raw, ok := in["Unit"]; ok {
		var unit *string
		if json.Unmarshal(raw, &unit) != nil || unit == nil {
			return d, invalid("The Unit of metric %q is not a unit.", *d.Name)
		}
		d.Unit = *unit // an empty one is none, as exporters write it (inferred)
	}
	if raw, ok := in["StorageResolution"]; ok {
		if json.Unmarshal(raw, &d.Resolution) != nil || d.Resolution == nil {
			return d, invalid("The StorageResolution of metric %q is neither 1 nor 60.", *d.Name)
		}
	}
	return d, r.values(&d)
}

// values fills in the member of the document that has the metric's name: a
// number, an array of numbers, each of which is a sample, or a distribution.
func (r *reading) values(d *ingest.Datum) error {
	raw := r.root[*d.Name]
	switch {
	case bytes.HasPrefix(raw, []byte("{")):
		return distribution(d, raw)
	case !bytes.HasPrefix(raw, []byte("[")):
		if json.Unmarshal(raw, &d.Value) != nil || d.Value == nil {
			return invalid("Metric %q is not a member of the document that is a number.", *d.Name)
		}
		return nil
	}
	var ok bool
	if d.Values, ok = numbers(raw); !ok {
		return invalid("Metric %q is not an array of numbers.", *d.Name)
	}
	if len(d.Values) > MaxValues {
		return invalid("Metric %q has %d values, more than %d.", *d.Name, len(d.Values), MaxValues)
	}
	return nil
}
