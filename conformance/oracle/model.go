package oracle

import (
	"cmp"
	"math/big"
	"slices"
	"time"
)

// Model is the whole service in memory. The zero value is not usable: see New.
// It is not safe for concurrent use.
type Model struct {
	// Reserved says whether namespaces that start with AWS/ are refused.
	Reserved bool

	metrics map[string]*series
}

// New returns a model without any metric that refuses reserved namespaces.
func New() *Model {
	return &Model{Reserved: true, metrics: make(map[string]*series)}
}

// Metric is the identity of a metric within a tenant, dimensions sorted by
// name.
type Metric struct {
	Namespace  string
	MetricName string
	Dimensions []Dimension
}

// series is every sample that one metric was ever given.
type series struct {
	tenant  Tenant
	metric  Metric
	samples []sample
}

// sample is one accepted datum, in the numbers that section 3.5 says it adds.
type sample struct {
	at       time.Time
	received time.Time
	unit     string
	fine     bool // StorageResolution 1

	count, sum *big.Rat
	magnitude  *big.Rat // sum of the absolute products, the scale of rounding errors
	min, max   float64

	pairs  []pair
	opaque bool // a statistic set whose values cannot be told
}

// pair is a value and how often it was measured.
type pair struct {
	value  float64
	weight *big.Rat
}

// truncated is the timestamp cut to the resolution that the datum was given.
func (s sample) truncated() time.Time {
	if s.fine {
		return floor(s.at, time.Second)
	}
	return floor(s.at, time.Minute)
}

// floor rounds down on the grid of the Unix epoch.
func floor(t time.Time, grid time.Duration) time.Time {
	ns := t.UnixNano()
	rest := ns % int64(grid)
	if rest < 0 {
		rest += int64(grid)
	}
	return time.Unix(0, ns-rest).UTC()
}

func newMetric(namespace, name string, dimensions []Dimension) Metric {
	sorted := slices.Clone(dimensions)
	slices.SortFunc(sorted, func(a, b Dimension) int { return cmp.Compare(a.Name, b.Name) })
	return Metric{Namespace: namespace, MetricName: name, Dimensions: sorted}
}

// key is one string for the metric; no name may hold a control character, so
// NUL separates the parts.
func (m Metric) key() string {
	key := m.Namespace + "\x00" + m.MetricName
	for _, d := range m.Dimensions {
		key += "\x00" + d.Name + "\x00" + d.Value
	}
	return key
}

func (m *Model) find(tenant Tenant, metric Metric) *series {
	return m.metrics[tenantKey(tenant)+metric.key()]
}

func (m *Model) obtain(tenant Tenant, metric Metric) *series {
	key := tenantKey(tenant) + metric.key()
	s := m.metrics[key]
	if s == nil {
		s = &series{tenant: tenant, metric: metric}
		m.metrics[key] = s
	}
	return s
}

func tenantKey(t Tenant) string { return t.Account + "\x00" + t.Region + "\x00" }
