package query

import (
	"slices"
	"strconv"
	"strings"

	"skywatch/metric"
)

// defaultLabels makes the labels of the series that have none of their own, or
// that ask for it with ${LABEL}: as little as is needed to tell those series
// apart (cloudwatch.md section 7). The result is parallel to the plan's series.
func (p *plan) defaultLabels() []string {
	var of []*series
	for _, s := range p.series {
		if s.template.empty() || s.template.usesDefault() {
			of = append(of, s)
		}
	}
	c := compareSeries(of)
	labels := make([]string, len(p.series))
	for _, s := range of {
		labels[s.index] = c.label(s)
	}
	return labels
}

// contrast says in what a set of series differs.
type contrast struct {
	namespaces, names bool
	dimensions        []string // names of those with more than one value, or missing on some
	// For each metric (by its key) the statistics and periods it appears with.
	stats   map[string]map[metric.Statistic]bool
	periods map[string]map[metric.Period]bool
}

func compareSeries(of []*series) contrast {
	c := contrast{stats: make(map[string]map[metric.Statistic]bool), periods: make(map[string]map[metric.Period]bool)}
	seen := make(map[string]map[string]int) // dimension name, value: number of series
	for _, s := range of {
		c.namespaces = c.namespaces || s.id.Namespace != of[0].id.Namespace
		c.names = c.names || s.id.Name != of[0].id.Name
		for _, d := range s.id.Dimensions {
			count(seen, d.Name, d.Value)
		}
		key := string(s.id.AppendKey(nil))
		note(c.stats, key, s.stat)
		note(c.periods, key, s.period)
	}
	for name, values := range seen {
		for _, n := range values {
			if n < len(of) {
				c.dimensions = append(c.dimensions, name)
				break
			}
		}
	}
	slices.Sort(c.dimensions)
	return c
}

func count(m map[string]map[string]int, a, b string) {
	if m[a] == nil {
		m[a] = make(map[string]int)
	}
	m[a][b]++
}

func note[T comparable](m map[string]map[T]bool, key string, v T) {
	if m[key] == nil {
		m[key] = make(map[T]bool)
	}
	m[key][v] = true
}

// label returns the parts that tell s apart, in AWS's order. A series without
// a dimension that others have shows nothing for it (inferred).
func (c *contrast) label(s *series) string {
	var parts []string
	if c.namespaces {
		parts = append(parts, s.id.Namespace)
	}
	for _, name := range c.dimensions {
		if v, ok := s.id.Dimension(name); ok {
			parts = append(parts, v)
		}
	}
	if c.names || len(parts) == 0 {
		parts = append(parts, s.id.Name)
	}
	key := s.id.AppendKey(nil)
	if len(c.stats[string(key)]) > 1 {
		parts = append(parts, s.stat.String())
	}
	if len(c.periods[string(key)]) > 1 {
		parts = append(parts, strconv.Itoa(int(s.period)))
	}
	return strings.Join(parts, " ")
}
