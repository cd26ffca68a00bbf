package questions

import (
	"math/rand/v2"
	"slices"
	"time"

	"skywatch/conformance/oracle"
)

// Generator makes the questions about one store.
type Generator struct {
	*rand.Rand
	now     time.Time
	metrics []oracle.Metric
}

// New makes questions that are asked at now.
func New(random *rand.Rand, now time.Time) *Generator {
	g := &Generator{Rand: random, now: now}
	for range 4 + random.IntN(14) {
		g.metrics = append(g.metrics, g.metric())
	}
	return g
}

var (
	namespaces = []string{"App", "App", "Web/EC2", "My Space"}
	names      = []string{"CPUUtilization", "CustomCount1", "Latency", "network-errors", "SDBFailure", "queueDepth"}
	dimensions = [][]string{nil, {"InstanceId"}, {"InstanceId"}, {"InstanceId", "Zone"}, {"Load Balancer", "Zone"}, {"Zone"}}
	values     = []string{"i-1", "i-2", "us-east-1a", "Project2-trial333", "CustomCount", "the (b)"}
)

// units are those of the names; the last has no fixed one.
var units = map[string]string{
	"CPUUtilization": "Percent", "CustomCount1": "Count", "Latency": "Milliseconds", "network-errors": "Count", "SDBFailure": "",
}

const mixed = "queueDepth" // the name whose samples have several units

func one[T any](g *Generator, list ...T) T { return list[g.IntN(len(list))] }

// chance is true n times of a hundred.
func (g *Generator) chance(n int) bool { return g.IntN(100) < n }

func (g *Generator) metric() oracle.Metric {
	m := oracle.Metric{Namespace: one(g, namespaces...), MetricName: one(g, names...)}
	for _, name := range one(g, dimensions...) {
		m.Dimensions = append(m.Dimensions, oracle.Dimension{Name: name, Value: one(g, values...)})
	}
	return m
}

// Put is a request and when it is made.
type Put struct {
	At time.Time
	In oracle.PutMetricDataInput
}

// Store is what the metrics are given, oldest first: a few are silent for more
// than two weeks, some have no point in the last hours.
func (g *Generator) Store() []Put {
	var puts []Put
	for range 2 {
		at := g.now.Add(-14*24*time.Hour - 10*time.Minute)
		puts = append(puts, g.put(at, g.metric(), []oracle.Datum{g.datum(at, "", 60)}))
	}
	for _, m := range g.metrics {
		data := g.data(m)
		for chunk := range slices.Chunk(data, 200) {
			puts = append(puts, g.put(g.now, m, chunk))
		}
	}
	return puts
}

func (g *Generator) put(at time.Time, m oracle.Metric, data []oracle.Datum) Put {
	for i := range data {
		data[i].MetricName, data[i].Dimensions = m.MetricName, m.Dimensions
	}
	return Put{at, oracle.PutMetricDataInput{Namespace: m.Namespace, MetricData: data}}
}

// data are the points of a metric: one a minute or less often with gaps, or
// many a minute in high resolution.
func (g *Generator) data(m oracle.Metric) []oracle.Datum {
	if g.chance(8) {
		at := g.now.Add(-5 * time.Hour)
		return []oracle.Datum{g.datum(at, units[m.MetricName], 60)}
	}
	step, span, resolution := time.Minute, 2*time.Hour, 60
	switch g.IntN(5) {
	case 0:
		step, span, resolution = time.Duration(one(g, 1, 5, 10))*time.Second, 10*time.Minute, 1
	case 1:
		step = 5 * time.Minute
	}
	present := one(g, 20, 60, 95)
	var data []oracle.Datum
	for age := span; age > 0; age -= step {
		if !g.chance(present) {
			continue
		}
		unit := units[m.MetricName]
		if m.MetricName == mixed {
			unit = one(g, "Count", "Count", "Bytes")
		}
		data = append(data, g.datum(g.now.Add(-age), unit, resolution))
	}
	if len(data) == 0 {
		data = append(data, g.datum(g.now.Add(-time.Hour), units[m.MetricName], 60))
	}
	return data
}

func (g *Generator) datum(at time.Time, unit string, resolution int) oracle.Datum {
	v := g.small()
	d := oracle.Datum{Timestamp: &at, Unit: unit, StorageResolution: &resolution}
	if g.chance(20) {
		d.Values, d.Counts = []float64{v, v + 1}, []float64{1, 2}
		return d
	}
	d.Value = &v
	return d
}

// small is a number that floats add exactly.
func (g *Generator) small() float64 {
	switch g.IntN(6) {
	case 0:
		return 0
	case 1:
		return float64(g.IntN(40)) / 4
	case 2:
		return -float64(g.IntN(5))
	}
	return float64(g.IntN(30))
}
