package history

import (
	"math"
	"slices"

	"skywatch/conformance/oracle"
)

func (g *Generator) namespace() string { return pick(g, []string{"App", "App", "app", "My App/Web"}) }

// Names with a part to play: only deltaName may have negative values, and
// mostly sizeName gets statistic sets that hide their values, so that the
// others keep their percentiles.
const (
	deltaName = "delta"
	sizeName  = "size"
)

func (g *Generator) metricName() string {
	return pick(g, []string{"cpu", "latency", "latency", "Latency", deltaName, sizeName})
}

func (g *Generator) dimensions() []oracle.Dimension {
	all := [][]oracle.Dimension{
		nil,
		{{Name: "Host", Value: "a"}},
		{{Name: "Host", Value: "b"}},
		{{Name: "Host", Value: "a"}, {Name: "Zone", Value: "z 1"}},
		{{Name: "Host", Value: "b"}, {Name: "Zone", Value: "z 1"}},
	}
	chosen := slices.Clone(pick(g, all))
	g.rand.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
	return chosen
}

func (g *Generator) metric() oracle.Metric {
	return oracle.Metric{Namespace: g.namespace(), MetricName: g.metricName(), Dimensions: g.dimensions()}
}

// unit is mostly absent or one of a few, seldom any of the 27.
func (g *Generator) unit() string {
	if g.chance(0.03) {
		return pick(g, oracle.Units())
	}
	return pick(g, []string{"", "", "", "", "Count", "Milliseconds", "Seconds", "None", "Percent"})
}

// value is small and repeated, or of a wide range; exact in sums unless the
// share of floats has its turn.
func (g *Generator) value(name string) float64 {
	v := float64(g.rand.IntN(8_000_001)) / 8
	switch r := g.rand.Float64(); {
	case r < g.config.Floats:
		v = math.Exp(g.rand.Float64()*30 - 10)
	case r < 0.7:
		v = pick(g, []float64{0, 1, 2.5, 10, 10.125, 42, 99.875, 100, 1000, 250_000})
	}
	if name == deltaName && g.chance(0.4) {
		return 0 - v // no negative zero
	}
	return v
}

// count is a weight; zero only where the values allow it.
func (g *Generator) count() float64 {
	if g.chance(0.6) {
		return float64(1 + g.rand.IntN(20))
	}
	return pick(g, []float64{0.125, 0.5, 1.25, 1, 3.875, 100})
}
