package agent

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// lines renders datums one a line, as "name{dimensions} value unit".
func lines(datums []Datum) []string {
	out := make([]string, len(datums))
	for i, d := range datums {
		dims := make([]string, len(d.Dimensions))
		for j, dim := range d.Dimensions {
			dims[j] = dim.Name + "=" + dim.Value
		}
		out[i] = fmt.Sprintf("%s{%s} %g %s", d.Name, strings.Join(dims, ","), d.Value, d.Unit)
	}
	return out
}

// collectOnce takes one reading and checks that it is described by metrics.
func collectOnce(t *testing.T, c collector) []Datum {
	t.Helper()
	datums, err := c.collect(t.Context(), nil)
	if err != nil {
		t.Fatalf("collect %s: %v", c.name(), err)
	}
	checkDescribed(t, c.metrics(), datums)
	return datums
}

// checkDescribed compares names, units and names of dimensions with the
// definitions.
func checkDescribed(t *testing.T, defs []Definition, datums []Datum) {
	t.Helper()
	for _, d := range datums {
		i := slices.IndexFunc(defs, func(def Definition) bool { return def.Name == d.Name })
		if i < 0 {
			t.Errorf("%s is published and not described", d.Name)
			continue
		}
		var names []string
		for _, dim := range d.Dimensions {
			names = append(names, dim.Name)
		}
		want := slices.Sorted(slices.Values(defs[i].Dimensions))
		if d.Unit != defs[i].Unit || !slices.Equal(names, want) {
			t.Errorf("%s is published with unit %s and dimensions %v, described with %s and %v",
				d.Name, d.Unit, names, defs[i].Unit, want)
		}
	}
}

// checkLines compares a reading with lines, one a row, blank rows ignored.
func checkLines(t *testing.T, got []Datum, want string) {
	t.Helper()
	var rows []string
	for row := range strings.Lines(want) {
		if row = strings.TrimSpace(row); row != "" {
			rows = append(rows, row)
		}
	}
	if g := lines(got); !slices.Equal(g, rows) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(g, "\n"), strings.Join(rows, "\n"))
	}
}
