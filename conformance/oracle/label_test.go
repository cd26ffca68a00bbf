package oracle

import (
	"slices"
	"testing"
)

// stat builds an unlabelled query; dimensions come as name, value, ...
func stat(namespace, name, statistic string, period int, dimensions ...string) MetricStat {
	s := MetricStat{Metric: Metric{Namespace: namespace, MetricName: name}, Period: period, Stat: statistic}
	for i := 0; i < len(dimensions); i += 2 {
		s.Metric.Dimensions = append(s.Metric.Dimensions, Dimension{dimensions[i], dimensions[i+1]})
	}
	return s
}

func TestDefaultLabels(t *testing.T) {
	t.Parallel()
	kilo := stat("ns", "metric1", "Sum", 60)
	kilo.Unit = "Kilobytes"
	tests := []struct {
		name  string
		stats []MetricStat
		want  []string
	}{
		{"alone", []MetricStat{stat("ns", "metric1", "Sum", 60, "Host", "a")}, []string{"metric1"}},
		{
			"statistic and period",
			[]MetricStat{stat("ns", "metric1", "Sum", 60), stat("ns", "metric1", "Minimum", 30)},
			[]string{"metric1 Sum 60", "metric1 Minimum 30"},
		},
		{
			"period",
			[]MetricStat{stat("ns", "metric1", "Sum", 60), stat("ns", "metric1", "Sum", 30)},
			[]string{"metric1 60", "metric1 30"},
		},
		{"unit", []MetricStat{stat("ns", "metric1", "Sum", 60), kilo}, []string{"metric1", "metric1"}},
		{"name", []MetricStat{stat("ns", "a", "Sum", 60), stat("ns", "b", "Minimum", 30)}, []string{"a", "b"}},
		{"namespace", []MetricStat{stat("x", "a", "Sum", 60), stat("y", "a", "Sum", 60)}, []string{"x", "y"}},
		{"namespace and name", []MetricStat{stat("x", "a", "Sum", 60), stat("y", "b", "Sum", 60)}, []string{"x a", "y b"}},
		{"dimension", []MetricStat{
			stat("ns", "a", "Sum", 60, "Host", "h1", "Zone", "z"), stat("ns", "a", "Sum", 60, "Zone", "z", "Host", "h2"),
		}, []string{"h1", "h2"}},
		{
			"dimension missing",
			[]MetricStat{stat("ns", "a", "Sum", 60, "Host", "h1"), stat("ns", "a", "Sum", 60)},
			[]string{"h1", "a"},
		},
		{"dimension, statistic of one metric", []MetricStat{
			stat("ns", "a", "Sum", 60, "Host", "h1"), stat("ns", "a", "Minimum", 60, "Host", "h1"),
			stat("ns", "a", "Sum", 60, "Host", "h2"),
		}, []string{"h1 Sum", "h1 Minimum", "h2"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var in GetMetricDataInput
			for i, s := range test.stats {
				in.Queries = append(in.Queries, Query{ID: string(rune('a' + i)), MetricStat: s})
			}
			var got []string
			for _, q := range in.Queries {
				got = append(got, in.label(tenant, q, nil).String())
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestLabelledAndHiddenQueriesDoNotCount(t *testing.T) {
	t.Parallel()
	a, b, c := query("a"), query("b"), query("c")
	b.Label, b.MetricStat.Period = ptr("mine"), 120
	c.ReturnData, c.MetricStat.Stat = ptr(false), "Minimum"
	out := answered(t, New(), dataOf(a, b, c))
	if got := out.Results[0].Label.String(); got != "m" {
		t.Errorf("unlabelled: %q", got)
	}
	if got := out.Results[1].Label.String(); got != "mine" {
		t.Errorf("labelled: %q", got)
	}
}

func TestDynamicLabels(t *testing.T) {
	t.Parallel()
	m := given(t, noon, point(clock(11, 5, 0), 4), point(clock(11, 6, 0), 1), point(clock(11, 7, 0), 2.5))
	tests := []struct {
		label, zone string
		want        []string // texts that match
		not         []string
	}{
		{"${AVG}|${SUM}|${MIN}|${MAX}|${DATAPOINT_COUNT}", "", []string{"2.5|7.5|1|4|3", "2.50|7.50|1.0|4.0|3"}, []string{"2|7|1|4|3"}},
		{"f ${FIRST} l ${LAST}", "", []string{"f 4 l 2.5"}, []string{"f 2.5 l 4"}},
		{"${FIRST_LAST_RANGE} ${MIN_MAX_RANGE}", "", []string{"1.5 3"}, []string{"1 3"}},
		{"${FIRST_TIME}, ${LAST_TIME}", "", []string{"2026-03-10 11:05:00, 2026-03-10 11:07:00"}, nil},
		{"${MIN_TIME}", "+0230", []string{"2026-03-10 13:36:00"}, []string{"2026-03-10 11:06:00"}},
		{"${MAX_TIME_RELATIVE}.", "", []string{"55m ago."}, []string{"55m ago"}},
		{"${LABEL} ${PROP('Stat')} ${PROP('Period')}", "", []string{"m Sum 60"}, nil},
		{
			"${PROP('AccountId')} ${PROP('Region')} ${PROP('MetricName')} ${PROP('Namespace')}", "",
			[]string{"123456789012 us-east-1 m App"},
			nil,
		},
		{"${PROP('Dim.Host')}", "", []string{"--"}, []string{""}},
	}
	for _, test := range tests {
		t.Run(test.label, func(t *testing.T) {
			t.Parallel()
			q := query("a")
			q.Label = &test.label
			in := dataOf(q)
			in.Timezone = test.zone
			label := answered(t, m, in).Results[0].Label
			for _, text := range test.want {
				if !label.Matches(text) {
					t.Errorf("%v refuses %q", label, text)
				}
			}
			for _, text := range test.not {
				if label.Matches(text) {
					t.Errorf("%v takes %q", label, text)
				}
			}
		})
	}
}

func TestDynamicLabelWithoutPoints(t *testing.T) {
	t.Parallel()
	q := query("a")
	q.Label = ptr("<${MAX}>")
	if label := answered(t, New(), dataOf(q)).Results[0].Label; !label.Matches("<>") {
		t.Errorf("got %v", label)
	}
}

func TestZones(t *testing.T) {
	t.Parallel()
	for offset, hour := range map[string]int{"": 12, "+0000": 12, "-0500": 7, "+0900": 21} {
		if got := noon.In(zone(offset)).Hour(); got != hour {
			t.Errorf("%q: %d, want %d", offset, got, hour)
		}
	}
}

// The number of a label may be off as the value behind it may be, and no more.
func TestLabelNumberKeepsItsRange(t *testing.T) {
	t.Parallel()
	points := []Point{
		{Value: Answer{Exact: 40, Low: 30, High: 50, Distribution: true}},
		{Value: Answer{Exact: 45, Low: 45, High: 45}},
	}
	for label, tests := range map[string]map[string]bool{
		"${FIRST}":         {"40": true, "30": true, "50.5": true, "29": false, "52": false, "": false},
		"${LAST}":          {"45": true, "45.00": true, "47": false},
		"${MAX}":           {"45": true, "50": true, "43": false},
		"${SUM}":           {"85": true, "75": true, "95": true, "70": false, "100": false},
		"${MIN_MAX_RANGE}": {"5": true, "0": true, "15": true, "25": false},
	} {
		want := expansion{points: points}.expand(label)
		for got, ok := range tests {
			if want.Matches(got) != ok {
				t.Errorf("%s as %q: %v, want %v", label, got, !ok, ok)
			}
		}
	}
}
