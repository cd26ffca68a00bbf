package agent

// growth turns counters into how much they grew between two readings. The
// first reading of a device tells nothing, and neither does a counter that
// went backwards (it wrapped or the device was replaced); the CloudWatch agent
// drops the first reading likewise. A device that is missing from a reading
// is forgotten.
type growth[T any] struct {
	fields []field[T]
	last   map[string][]float64 // by device; one value per field
	next   map[string][]float64 // being filled by the reading under way
}

func newGrowth[T any](fields []field[T]) *growth[T] {
	return &growth[T]{fields: fields}
}

// begin starts a reading, end finishes it.
func (g *growth[T]) begin() { g.next = make(map[string][]float64, len(g.last)) }

func (g *growth[T]) end() { g.last, g.next = g.next, nil }

// add appends what is to be published of one device: levels as they are,
// counters by their growth.
func (g *growth[T]) add(out []Datum, device string, reading T, dims []Dimension) []Datum {
	last, known := g.last[device]
	values := make([]float64, len(g.fields))
	for i, f := range g.fields {
		v := f.value(reading)
		values[i] = v
		switch {
		case f.kind == Level:
			out = append(out, f.datum(v, dims))
		case known && v >= last[i]:
			out = append(out, f.datum(v-last[i], dims))
		}
	}
	g.next[device] = values
	return out
}
