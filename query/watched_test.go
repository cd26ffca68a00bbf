package query

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"skywatch/metric"
)

func TestWatch(t *testing.T) {
	t.Parallel()
	m1 := DataQuery{ID: "m1", ReturnData: new(false), Stat: &MetricStat{Namespace: "a", Name: "b", Stat: "Sum", Period: new(int32(metric.Minute))}}
	of := func(text string, returned bool) DataQuery {
		return DataQuery{ID: "e1", Expression: text, Period: new(int32(metric.Minute)), ReturnData: &returned}
	}
	for text, want := range map[string]Watched{
		"m1*2":                            {},
		"METRICS()":                       {Several: true},
		"MAX(METRICS())":                  {},
		"SEARCH('a', 'Sum')":              {Search: true},
		"SUM(SEARCH('a', 'Sum', 0))":      {Search: true}, // whatever its arguments
		"SELECT MAX(a) FROM b":            {Insights: true},
		"SELECT MAX(a) FROM b GROUP BY c": {Insights: true, Several: true, Grouped: true, GroupBy: []string{"c"}},
		"SELECT MAX(a) FROM b ORDER BY MAX() LIMIT 1":            {Insights: true, Ordered: true},
		"SELECT MAX(a) FROM b GROUP BY c, d ORDER BY MAX() DESC": {Insights: true, Several: true, Grouped: true, Ordered: true, GroupBy: []string{"c", "d"}},
	} {
		got, err := Watch([]DataQuery{of(text, true), m1}, "123456789012")
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", text, err, diff)
		}
	}
	insights := of("SELECT MAX(a) FROM b GROUP BY c", false)
	got, err := Watch([]DataQuery{insights, {ID: "e2", Expression: "SUM(e1)"}}, "123456789012")
	if diff := cmp.Diff(Watched{Insights: true}, got); err != nil || diff != "" {
		t.Errorf("in math: %v (-want +got)\n%s", err, diff)
	}
	if _, err := Watch([]DataQuery{of("m2", true), m1}, "123456789012"); err == nil || err.Error() != "Error in expression 'e1': ID 'm2' not found" {
		t.Errorf("unknown id: %v", err)
	}
}
