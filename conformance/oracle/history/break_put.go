package history

import (
	"math"
	"strings"
	"time"

	"skywatch/conformance/oracle"
)

// breakPut breaks one rule, or now and then two.
func (g *Generator) breakPut(in *oracle.PutMetricDataInput) string {
	if len(in.MetricData) == 0 {
		in.MetricData = g.data(1)
	}
	broken := apply(g, in, putBreaches())
	if len(in.MetricData) > 0 && g.chance(0.15) {
		in.MetricData = append(in.MetricData, g.datum())
		broken += "+" + apply(g, &in.MetricData[len(in.MetricData)-1], datumBreaches())
	}
	return broken
}

// putBreaches are the rules of a whole request and, on one of its data, of
// datumBreaches.
func putBreaches() []breach[oracle.PutMetricDataInput] {
	type put = oracle.PutMetricDataInput
	all := []breach[put]{
		{"empty request", func(_ *Generator, in *put) { in.MetricData, in.EntityMetricData = nil, nil }},
		{"namespace empty", func(_ *Generator, in *put) { in.Namespace = "" }},
		{"namespace colon", func(_ *Generator, in *put) { in.Namespace = ":App" }},
		{"namespace blank", func(_ *Generator, in *put) { in.Namespace = "  " }},
		{"namespace long", func(_ *Generator, in *put) { in.Namespace = strings.Repeat("n", 256) }},
		{"namespace control", func(_ *Generator, in *put) { in.Namespace = "A\x7fp" }},
		{"namespace foreign", func(_ *Generator, in *put) { in.Namespace = "Äpp" }},
		{"namespace reserved", func(_ *Generator, in *put) { in.Namespace = "AWS/EC2" }},
		{"too many data", func(g *Generator, in *put) { in.MetricData = g.manyData(1001) }},
		{"too many entities", func(g *Generator, in *put) {
			in.EntityMetricData = append(g.entities(), g.entities()...)
			in.EntityMetricData = append(in.EntityMetricData, g.entities()...)
			in.StrictEntityValidation = ptr(true)
		}},
		{"strictness missing", func(g *Generator, in *put) {
			in.EntityMetricData, in.StrictEntityValidation = g.entities(), nil
		}},
		{"entity key attributes", func(g *Generator, in *put) {
			g.breakEntity(in, func(e *oracle.Entity) { e.KeyAttributes = map[string]string{"Name": "web"} })
		}},
		{"entity type", func(g *Generator, in *put) {
			g.breakEntity(in, func(e *oracle.Entity) { e.KeyAttributes["Type"] = "Thing" })
		}},
		{"entity key", func(g *Generator, in *put) {
			g.breakEntity(in, func(e *oracle.Entity) { e.KeyAttributes["Colour"] = "red" })
		}},
	}
	for _, b := range datumBreaches() {
		all = append(all, breach[put]{b.name, func(g *Generator, in *put) { b.apply(g, &in.MetricData[g.rand.IntN(len(in.MetricData))]) }})
	}
	return all
}

// manyData are small ones, since only their number matters.
func (g *Generator) manyData(n int) []oracle.Datum {
	data := make([]oracle.Datum, n)
	for i := range data {
		data[i] = oracle.Datum{MetricName: g.metricName(), Value: ptr(1.0)}
	}
	return data
}

// breakEntity makes the first of some entities invalid under strict validation.
func (g *Generator) breakEntity(in *oracle.PutMetricDataInput, change func(*oracle.Entity)) {
	in.EntityMetricData, in.StrictEntityValidation = g.entities(), ptr(true)
	change(in.EntityMetricData[0].Entity)
}

func datumBreaches() []breach[oracle.Datum] {
	return append(append(nameBreaches(), valueBreaches()...), setBreaches()...)
}

func nameBreaches() []breach[oracle.Datum] {
	type datum = oracle.Datum
	dimension := func(name, value string) func(*Generator, *datum) {
		return func(_ *Generator, d *datum) {
			d.Dimensions = []oracle.Dimension{{Name: "Host", Value: "a"}, {Name: name, Value: value}}
		}
	}
	return []breach[datum]{
		{"name empty", func(_ *Generator, d *datum) { d.MetricName = "" }},
		{"name blank", func(_ *Generator, d *datum) { d.MetricName = "   " }},
		{"name long", func(_ *Generator, d *datum) { d.MetricName = strings.Repeat("m", 256) }},
		{"name control", func(_ *Generator, d *datum) { d.MetricName = "c\npu" }},
		{"name foreign", func(_ *Generator, d *datum) { d.MetricName = "naïve" }},
		{"dimension name empty", dimension("", "a")},
		{"dimension name colon", dimension(":Zone", "a")},
		{"dimension name blank", dimension(" ", "a")},
		{"dimension name long", dimension(strings.Repeat("d", 256), "a")},
		{"dimension name control", dimension("Z\x01ne", "a")},
		{"dimension value empty", dimension("Zone", "")},
		{"dimension value blank", dimension("Zone", "  ")},
		{"dimension value long", dimension("Zone", strings.Repeat("v", 1025))},
		{"dimension value control", dimension("Zone", "a\tb")},
		{"dimension value foreign", dimension("Zone", "zürich")},
		{"dimension twice", dimension("Host", "b")},
		{"too many dimensions", func(_ *Generator, d *datum) {
			d.Dimensions = nil
			for c := range 31 {
				d.Dimensions = append(d.Dimensions, oracle.Dimension{Name: "D" + string(rune('A'+c)), Value: "v"})
			}
		}},
		{"unit", func(g *Generator, d *datum) { d.Unit = pick(g, []string{"count", "Parsecs", "Bytes/second"}) }},
		{"resolution", func(g *Generator, d *datum) { d.StorageResolution = ptr(pick(g, []int{2, 5, 30, 61, 3600})) }},
		{"resolution zero", func(_ *Generator, d *datum) { d.StorageResolution = ptr(0) }},
		{"too old", func(g *Generator, d *datum) {
			d.Timestamp = ptr(g.now.Add(-oldest - g.beyond()))
		}},
		{"too far ahead", func(g *Generator, d *datum) {
			d.Timestamp = ptr(g.now.Add(newest + g.beyond()))
		}},
	}
}

// beyond is how far a timestamp misses a limit: by a millisecond where the
// clock is known.
func (g *Generator) beyond() time.Duration {
	if g.config.Now != nil {
		return slack
	}
	return time.Millisecond + g.upTo(time.Hour)*time.Duration(g.rand.IntN(2))
}

func valueBreaches() []breach[oracle.Datum] {
	type datum = oracle.Datum
	value := func(v float64) func(*Generator, *datum) {
		return func(_ *Generator, d *datum) { only(d); d.Value = &v }
	}
	values := func(values, counts []float64) func(*Generator, *datum) {
		return func(_ *Generator, d *datum) { only(d); d.Values, d.Counts = values, counts }
	}
	return []breach[datum]{
		{"value NaN", value(math.NaN())},
		{"value infinite", value(math.Inf(1))},
		{"value too great", value(0x1p361)},
		{"value too small", value(-0x1.0000000000001p360)},
		{"values NaN", values([]float64{1, math.NaN()}, nil)},
		{"values infinite", values([]float64{math.Inf(-1), 1}, []float64{1, 1})},
		{"values too great", values([]float64{0x1p400}, nil)},
		{"too many values", func(_ *Generator, d *datum) {
			only(d)
			for i := range 151 {
				d.Values = append(d.Values, float64(i))
			}
		}},
		{"count negative", values([]float64{1, 2}, []float64{1, -0.125})},
		{"count NaN", values([]float64{1, 2}, []float64{math.NaN(), 1})},
		{"count infinite", values([]float64{1, 2}, []float64{1, math.Inf(1)})},
		{"counts too few", values([]float64{1, 2, 3}, []float64{1, 1})},
		{"counts too many", values([]float64{1}, []float64{1, 1})},
		{"counts alone", values(nil, []float64{1})},
		{"no value", values(nil, nil)},
		{"value and values", func(_ *Generator, d *datum) { only(d); d.Value, d.Values = ptr(1.0), []float64{1} }},
		{"value and counts", func(_ *Generator, d *datum) { only(d); d.Value, d.Counts = ptr(1.0), []float64{1} }},
	}
}

func setBreaches() []breach[oracle.Datum] {
	type datum = oracle.Datum
	set := func(count, sum, low, high float64) func(*Generator, *datum) {
		return func(_ *Generator, d *datum) { only(d); d.StatisticValues = newSet(count, sum, low, high) }
	}
	return []breach[datum]{
		{"value and set", func(_ *Generator, d *datum) { only(d); d.Value, d.StatisticValues = ptr(1.0), newSet(1, 1, 1, 1) }},
		{"everything", func(_ *Generator, d *datum) {
			d.Value, d.Values, d.Counts, d.StatisticValues = ptr(1.0), []float64{1}, nil, newSet(1, 1, 1, 1)
		}},
		{"set count zero", set(0, 0, 0, 0)},
		{"set count negative", set(-1, 1, 1, 1)},
		{"set count NaN", set(math.NaN(), 1, 1, 1)},
		{"set sum infinite", set(2, math.Inf(1), 1, 2)},
		{"set minimum NaN", set(2, 3, math.NaN(), 2)},
		{"set maximum too great", set(2, 3, 1, 0x1p361)},
		{"set reversed", set(2, 3, 2, 1)},
	}
}

// only takes every form of value away.
func only(d *oracle.Datum) {
	d.Value, d.Values, d.Counts, d.StatisticValues = nil, nil, nil, nil
}
