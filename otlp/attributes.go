package otlp

import (
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strconv"

	common "go.opentelemetry.io/proto/otlp/common/v1"

	"skywatch/ingest"
	"skywatch/metric"
)

// pairs are attributes as text, by their names, with prefix before these.
// Without a value an attribute is none.
func pairs(prefix string, attributes []*common.KeyValue) ([]metric.Dimension, error) {
	if len(attributes) > ingest.MaxRawLabels {
		return nil, fmt.Errorf("there are more than %d attributes", ingest.MaxRawLabels)
	}
	out := make([]metric.Dimension, 0, len(attributes))
	for _, a := range attributes {
		switch v := textOf(a.GetValue()); {
		case a.GetKey() == ingest.RawNameLabel:
			return nil, fmt.Errorf("the attribute %s has the name of the metric's own label", a.GetKey())
		case v != "":
			out = append(out, metric.Dimension{Name: prefix + a.GetKey(), Value: v})
		}
	}
	return out, nil
}

// over returns the pairs of base, but for those with a name of above, and above.
func over(base, above []metric.Dimension) []metric.Dimension {
	out := make([]metric.Dimension, 0, len(base)+len(above)+2)
	for _, b := range base {
		if !slices.ContainsFunc(above, func(a metric.Dimension) bool { return a.Name == b.Name }) {
			out = append(out, b)
		}
	}
	return append(out, above...)
}

// textOf writes the value of an attribute as text, as the Collector does: what is
// no single value becomes JSON, bytes become base64.
func textOf(v *common.AnyValue) string {
	switch p := plain(v).(type) {
	case nil:
		return ""
	case string:
		return p
	default:
		return string(marshal(p))
	}
}

// plain is the value of an attribute as JSON can write it.
func plain(v *common.AnyValue) any {
	switch v := v.GetValue().(type) {
	case *common.AnyValue_StringValue:
		return v.StringValue
	case *common.AnyValue_BoolValue:
		return v.BoolValue
	case *common.AnyValue_IntValue:
		return v.IntValue
	case *common.AnyValue_DoubleValue:
		if math.IsNaN(v.DoubleValue) || math.IsInf(v.DoubleValue, 0) {
			return strconv.FormatFloat(v.DoubleValue, 'g', -1, 64)
		}
		return v.DoubleValue
	case *common.AnyValue_BytesValue:
		return base64.StdEncoding.EncodeToString(v.BytesValue)
	case *common.AnyValue_ArrayValue:
		list := make([]any, 0, len(v.ArrayValue.GetValues()))
		for _, e := range v.ArrayValue.GetValues() {
			list = append(list, plain(e))
		}
		return list
	case *common.AnyValue_KvlistValue:
		object := make(map[string]any, len(v.KvlistValue.GetValues()))
		for _, e := range v.KvlistValue.GetValues() {
			object[e.GetKey()] = plain(e.GetValue())
		}
		return object
	}
	return nil
}
