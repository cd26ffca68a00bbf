package history

import (
	"fmt"
	"strings"
	"time"

	"skywatch/conformance/oracle"
)

// Ages of the accepted timestamps.
const (
	oldest = 14 * 24 * time.Hour
	newest = 2 * time.Hour
	// slack keeps a history on the real clock away from those limits.
	slack = 10 * time.Minute
)

// put fills in a PutMetricData.
func (g *Generator) put(op *Op) {
	in := g.validPut()
	if g.chance(g.config.Bad) {
		op.Breaks = g.breakPut(&in)
	} else {
		g.remember(op.Tenant, in)
		g.listNext = len(in.MetricData) > 500
	}
	op.Put = &in
}

func (g *Generator) validPut() oracle.PutMetricDataInput {
	in := oracle.PutMetricDataInput{Namespace: g.namespace()}
	switch r := g.rand.Float64(); {
	case r < 0.002:
		in.MetricData = g.bulkData(501 + g.rand.IntN(500))
	case r < 0.05:
		in.EntityMetricData = g.entities()
		in.StrictEntityValidation = ptr(g.chance(0.5))
		if g.chance(0.5) {
			in.MetricData = g.data(1 + g.rand.IntN(3))
		}
	case r < 0.15:
		in.MetricData = g.data(10 + g.rand.IntN(20))
	default:
		in.MetricData = g.data(1 + g.rand.IntN(5))
	}
	return in
}

func (g *Generator) data(n int) []oracle.Datum {
	data := make([]oracle.Datum, n)
	for i := range data {
		data[i] = g.datum()
	}
	return data
}

// bulkData are new metrics, for the listing of several pages that follows.
func (g *Generator) bulkData(n int) []oracle.Datum {
	data := make([]oracle.Datum, n)
	for i := range data {
		g.bulk++
		data[i] = oracle.Datum{MetricName: fmt.Sprintf("bulk%06d", g.bulk), Value: ptr(1.0), Timestamp: ptr(g.now)}
	}
	return data
}

func (g *Generator) entities() []oracle.EntityMetricData {
	groups := make([]oracle.EntityMetricData, 1+g.rand.IntN(2))
	for i := range groups {
		groups[i] = oracle.EntityMetricData{
			Entity: &oracle.Entity{
				KeyAttributes: map[string]string{"Type": "Service", "Name": "web", "Environment": "test"},
				Attributes:    map[string]string{"PlatformType": "Generic"},
			},
			MetricData: g.data(1 + g.rand.IntN(3)),
		}
	}
	return groups
}

func (g *Generator) datum() oracle.Datum {
	d := oracle.Datum{MetricName: g.metricName(), Dimensions: g.dimensions(), Timestamp: g.timestamp(), Unit: g.unit()}
	switch r := g.rand.Float64(); {
	case r < 0.4:
		d.StorageResolution = ptr(1)
	case r < 0.6:
		d.StorageResolution = ptr(60)
	}
	g.fill(&d)
	return d
}

// fill gives the datum its values in one of the accepted forms.
func (g *Generator) fill(d *oracle.Datum) {
	switch r := g.rand.Float64(); {
	case r < 0.45:
		d.Value = ptr(g.value(d.MetricName))
	case r < 0.6:
		g.fillValues(d, false)
	case r < 0.8:
		g.fillValues(d, true)
	case r < 0.85:
		g.fillValues(d, true)
		d.StatisticValues = summary(*d)
	case d.MetricName == sizeName || g.chance(0.05):
		d.StatisticValues = g.opaqueSet(d.MetricName)
	default:
		v, n := float64(g.rand.IntN(800))/8, float64(1+g.rand.IntN(9))
		d.StatisticValues = newSet(n, v*n, v, v)
	}
}

func (g *Generator) fillValues(d *oracle.Datum, counts bool) {
	n := 1 + g.rand.IntN(6)
	if g.chance(0.05) {
		n = 100 + g.rand.IntN(51)
	}
	for i := range n {
		v, c := g.value(d.MetricName), g.count()
		if v >= 0 && (i > 0 || g.config.Contested) && g.chance(0.05) {
			c = 0
		}
		d.Values = append(d.Values, v)
		if counts {
			d.Counts = append(d.Counts, c)
		}
	}
}

// opaqueSet is a statistic set of several values, its sum not always true.
func (g *Generator) opaqueSet(name string) *oracle.StatisticSet {
	low := float64(g.rand.IntN(8000)) / 8
	if name == deltaName {
		low = -low
	}
	high := low + float64(1+g.rand.IntN(8000))/8
	count := float64(2+g.rand.IntN(40)) / 2
	sum := count * (low + high) / 2
	if g.chance(0.1) {
		sum = float64(g.rand.IntN(8000)) / 8
	}
	return newSet(count, sum, low, high)
}

// summary is the set that a client sends beside its own Values.
func summary(d oracle.Datum) *oracle.StatisticSet {
	var count, sum float64
	low, high := d.Values[0], d.Values[0]
	for i, v := range d.Values {
		count += d.Counts[i]
		sum += v * d.Counts[i]
		low, high = min(low, v), max(high, v)
	}
	if count == 0 { // a set must have samples
		count = 1
	}
	return newSet(count, sum, low, high)
}

func newSet(count, sum, low, high float64) *oracle.StatisticSet {
	return &oracle.StatisticSet{SampleCount: &count, Sum: &sum, Minimum: &low, Maximum: &high}
}

// timestamp is recent, repeated, out of order, old, ahead, at a limit, or
// absent.
func (g *Generator) timestamp() *time.Time {
	margin := time.Duration(0)
	if g.config.Now != nil {
		margin = slack
	}
	r := g.rand.Float64()
	if g.config.Now == nil {
		switch {
		case r < 0.05:
			return nil
		case r < 0.06:
			return ptr(g.now.Add(-oldest))
		case r < 0.07:
			return ptr(g.now.Add(newest))
		}
	}
	switch {
	case r < 0.25:
		if at, ok := g.repeated(margin); ok {
			return &at
		}
	case r < 0.4:
		return ptr(g.now.Add(-g.upTo(3 * time.Hour)))
	case r < 0.5:
		return ptr(g.now.Add(-g.upTo(oldest - margin)))
	case r < 0.55:
		return ptr(g.now.Add(g.upTo(newest - margin)))
	}
	return ptr(g.now.Add(-g.upTo(5 * time.Minute)).Truncate(time.Second))
}

// repeated is the timestamp of one of the last data, if still accepted.
func (g *Generator) repeated(margin time.Duration) (time.Time, bool) {
	if len(g.past) == 0 {
		return time.Time{}, false
	}
	at := g.recent().at
	return at, g.now.Sub(at) < oldest-margin
}

// remember keeps what reads aim at. Bulk metrics are left to the listings.
func (g *Generator) remember(tenant oracle.Tenant, in oracle.PutMetricDataInput) {
	data := in.MetricData
	for _, group := range in.EntityMetricData {
		data = append(data[:len(data):len(data)], group.MetricData...)
	}
	for _, d := range data {
		if strings.HasPrefix(d.MetricName, "bulk") {
			continue
		}
		at := g.now
		if d.Timestamp != nil {
			at = *d.Timestamp
		}
		metric := oracle.Metric{Namespace: in.Namespace, MetricName: d.MetricName, Dimensions: d.Dimensions}
		g.past = append(g.past, written{tenant, metric, at})
	}
}

// recent is mostly one of the last data, sometimes any.
func (g *Generator) recent() written {
	n := len(g.past)
	if g.chance(0.6) {
		n = min(n, 40)
	}
	return g.past[len(g.past)-1-g.rand.IntN(n)]
}
