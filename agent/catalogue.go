package agent

import "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

// Kind says how a metric's value follows from what the machine counts.
type Kind string

// The kinds.
const (
	// Level is the state at the time of the reading.
	Level Kind = "level"
	// Growth is how much a counter grew since the reading before.
	Growth Kind = "growth"
	// Share is a part of the time since the reading before, in percent.
	Share Kind = "share"
)

// Definition describes a metric that the agent publishes.
type Definition struct {
	Name       string
	Unit       types.StandardUnit
	Dimensions []string // beside host, which every metric has
	Kind       Kind
	Text       string
}

// Metrics lists all metrics that the agent publishes, in the order of
// METRICS.md.
func Metrics() []Definition {
	var all []Definition
	for _, c := range newCollectors(machine{}, nil) {
		all = append(all, c.metrics()...)
	}
	return all
}

// field is a metric taken from a reading of type T.
type field[T any] struct {
	name  string
	unit  types.StandardUnit
	kind  Kind
	text  string
	value func(T) float64
}

// definitions describes fields that share their dimensions.
func definitions[T any](fields []field[T], dimensions ...string) []Definition {
	defs := make([]Definition, len(fields))
	for i, f := range fields {
		defs[i] = Definition{Name: f.name, Unit: f.unit, Dimensions: dimensions, Kind: f.kind, Text: f.text}
	}
	return defs
}

func (f field[T]) datum(value float64, dims []Dimension) Datum {
	return Datum{Name: f.name, Unit: f.unit, Dimensions: dims, Value: value}
}

// levels appends the value of each field in r.
func levels[T any](out []Datum, fields []field[T], r T, dims []Dimension) []Datum {
	for _, f := range fields {
		out = append(out, f.datum(f.value(r), dims))
	}
	return out
}
