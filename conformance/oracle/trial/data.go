package trial

import (
	"math"
	"slices"
	"time"

	"skywatch/conformance/oracle"
	"skywatch/conformance/oracle/alarm"
)

// units are those that the metrics of trials have.
func units() []string { return []string{"Count", "Seconds", "Bytes", "None"} }

// weather is how the metric behaves for a while.
type weather int

const (
	calm   weather = iota // one side of the threshold
	stormy                // the other side
	mixed                 // both
	sparse                // one slot of several
	silent                // nothing
	weathers
)

// source is how one metric is published. What a period under a minute sees of a
// minute of both resolutions is open.
type source struct {
	definition alarm.Definition
	units      []string
	coarse     bool // all data of a minute's resolution
	forms      int  // how often, of a hundred, data are not a plain value
}

// data are what the metric was given, from before the first range to the end,
// weather after weather.
func (g *Generator) data(t Trial) []oracle.Datum {
	d := t.Definition
	s := source{definition: d, units: []string{one(g, units()...)}, forms: one(g, 0, 0, 20, 80)}
	if g.chance(20) {
		s.units = units()
	}
	if d.Unit != "" && g.chance(80) {
		s.units = append(s.units, d.Unit)
	}
	s.coarse = d.Period >= 60 || g.chance(10)
	begin := t.Start.Add(-time.Duration(d.Range()+2) * seconds(d.Period))
	var data []oracle.Datum
	var sky weather
	for at, left := begin, 0; at.Before(t.End.Add(seconds(d.Period))); at, left = at.Add(seconds(d.Period)), left-1 {
		if left <= 0 {
			sky, left = weather(g.IntN(int(weathers))), g.between(1, d.EvaluationPeriods+4)
		}
		data = append(data, g.slot(s, at, sky)...)
	}
	return data
}

// slot are the data of one slot.
func (g *Generator) slot(s source, at time.Time, sky weather) []oracle.Datum {
	if sky == silent || sky == sparse && g.chance(75) {
		return nil
	}
	var data []oracle.Datum
	for range one(g, 1, 1, 1, 2, 3) {
		stamp := at.Add(time.Duration(g.Int64N(int64(s.definition.Period)*1000)) * time.Millisecond)
		if g.chance(20) { // the bounds of slots
			stamp = at.Truncate(10 * time.Second)
		}
		if stamp.After(g.now) {
			continue
		}
		d := oracle.Datum{Timestamp: &stamp, Unit: one(g, s.units...)}
		resolution := 60
		if !s.coarse || s.definition.Period >= 60 && g.chance(10) {
			resolution = 1
		}
		d.StorageResolution = &resolution
		g.fill(&d, s, sky)
		data = append(data, d)
	}
	return data
}

// value is on the side of the threshold that the weather says, or on it: a
// number of quarters.
func (g *Generator) value(s source, sky weather) float64 {
	distance := one(g, 0, 0.25, 0.25, 1, 5, 10)
	above := sky == calm
	if sky == mixed || sky == sparse {
		above = g.chance(50)
	}
	if !above {
		distance = -distance
	}
	v := math.Floor(s.definition.Threshold*4)/4 + distance
	if v < 0 && g.chance(90) { // percentiles know no negative values
		v = 0
	}
	return v
}

// fill gives the datum its numbers: a value, weighted values, a statistic set,
// or values beside a set.
func (g *Generator) fill(d *oracle.Datum, s source, sky weather) {
	if !g.chance(s.forms) {
		v := g.value(s, sky)
		d.Value = &v
		return
	}
	kind := one(g, "values", "values", "weighted", "weighted", "set", "single", "both")
	if kind != "set" && kind != "single" {
		for range g.between(1, 3) {
			d.Values = append(d.Values, g.value(s, sky))
			if kind != "values" {
				d.Counts = append(d.Counts, one(g, 1.0, 3, 9, 10, 19, 20, 89, 99, 100, 999, 1000, 10000))
			}
		}
	}
	switch kind {
	case "set", "single":
		d.StatisticValues = g.set(s, sky, kind == "single")
	case "both":
		d.StatisticValues = sum(d.Values, d.Counts)
	}
}

// sum is the statistic set of weighted values.
func sum(values, counts []float64) *oracle.StatisticSet {
	low, high := slices.Min(values), slices.Max(values)
	var n, total float64
	for i, v := range values {
		n += counts[i]
		total += v * counts[i]
	}
	return &oracle.StatisticSet{SampleCount: &n, Sum: &total, Minimum: &low, Maximum: &high}
}

// set is a statistic set, of one value alone where its distribution is to be known.
func (g *Generator) set(s source, sky weather, single bool) *oracle.StatisticSet {
	count := one(g, 1.0, 2, 8, 20, 100)
	low := g.value(s, sky)
	high := low
	if !single {
		high += one(g, 0, 0.5, 4)
	}
	sum := low * count
	if count > 1 {
		sum += high - low
	}
	return &oracle.StatisticSet{SampleCount: &count, Sum: &sum, Minimum: &low, Maximum: &high}
}
