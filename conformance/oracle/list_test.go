package oracle

import (
	"testing"
	"time"
)

func listed(t *testing.T, m *Model, now time.Time, in ListMetricsInput) (must, may []string) {
	t.Helper()
	out, errs := m.ListMetrics(now, tenant, in)
	if errs != nil {
		t.Fatal(errs)
	}
	for _, metric := range out.Metrics {
		must = append(must, metric.String())
	}
	for _, metric := range out.Doubtful {
		may = append(may, metric.String())
	}
	return must, may
}

func hosted(name, host string) Datum {
	d := point(noon, 1)
	d.MetricName = name
	d.Dimensions = []Dimension{{"Zone", "z"}, {"Host", host}}
	return d
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	m := given(t, noon, hosted("cpu", "a"), hosted("cpu", "b"), hosted("mem", "a"), point(noon, 1))
	const (
		cpuA = "App:cpu{Host=a,Zone=z}"
		cpuB = "App:cpu{Host=b,Zone=z}"
		memA = "App:mem{Host=a,Zone=z}"
		bare = "App:m{}"
	)
	tests := []struct {
		name string
		in   ListMetricsInput
		want []string
	}{
		{"all", ListMetricsInput{}, []string{cpuA, cpuB, bare, memA}},
		{"namespace", ListMetricsInput{Namespace: "Ap"}, nil},
		{"name", ListMetricsInput{MetricName: "cpu"}, []string{cpuA, cpuB}},
		{"dimension name", ListMetricsInput{Dimensions: []DimensionFilter{{Name: "Zone"}}}, []string{cpuA, cpuB, memA}},
		{"dimension", ListMetricsInput{Dimensions: []DimensionFilter{{"Host", "a"}}}, []string{cpuA, memA}},
		{"both", ListMetricsInput{MetricName: "cpu", Dimensions: []DimensionFilter{{"Host", "a"}, {Name: "Zone"}}}, []string{cpuA}},
		{"case", ListMetricsInput{Dimensions: []DimensionFilter{{"host", "a"}}}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			must, may := listed(t, m, noon, test.in)
			wantLines(t, must, test.want...)
			wantLines(t, may)
		})
	}
}

func TestListByAge(t *testing.T) {
	t.Parallel()
	m := given(t, noon, point(noon.Add(-2*time.Hour), 1))
	tests := []struct {
		name     string
		after    time.Duration
		recent   string
		must, ok bool
	}{
		{"recent", 30 * time.Minute, "PT3H", true, true},
		{"recent by arrival", 2 * time.Hour, "PT3H", false, true},
		{"within the lag", 3*time.Hour + 50*time.Minute, "PT3H", false, true},
		{"not recent", 4 * time.Hour, "PT3H", false, false},
		{"listed", 13 * day, "", true, true},
		{"listed by arrival", 14*day - time.Hour, "", false, true},
		{"silent", 14*day + time.Second, "", false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			must, may := listed(t, m, noon.Add(test.after), ListMetricsInput{RecentlyActive: test.recent})
			if (len(must) == 1) != test.must || (len(must)+len(may) == 1) != test.ok {
				t.Errorf("must %v, may %v", must, may)
			}
		})
	}
}

func TestListSeparatesTenants(t *testing.T) {
	t.Parallel()
	m := given(t, noon, point(noon, 1))
	for _, other := range []Tenant{{"123456789012", "eu-west-1"}, {"999999999999", "us-east-1"}} {
		out, _ := m.ListMetrics(noon, other, ListMetricsInput{})
		if len(out.Metrics) != 0 {
			t.Errorf("%v sees %v", other, out.Metrics)
		}
	}
}

func TestListRefusals(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]ListMetricsInput{
		"recently": {RecentlyActive: "PT1H"},
		"colon":    {Namespace: ":App"},
		"filter":   {Dimensions: []DimensionFilter{{}}},
		"eleven":   {Dimensions: make([]DimensionFilter, 11)},
	} {
		if _, errs := New().ListMetrics(noon, tenant, in); !hasCode(errs, ValidationError) {
			t.Errorf("%s: %v", name, errs)
		}
	}
}

func TestListDiff(t *testing.T) {
	t.Parallel()
	a, b := Metric{MetricName: "a"}, Metric{MetricName: "b"}
	out := ListMetricsOutput{Metrics: []Metric{a}, Doubtful: []Metric{b}}
	for _, test := range []struct {
		pages [][]Metric
		wrong int
	}{
		{[][]Metric{{a}}, 0},
		{[][]Metric{{b}, {a}}, 0},
		{[][]Metric{{b}}, 1},
		{[][]Metric{{a}, {a}}, 1},
		{[][]Metric{{a, {MetricName: "c"}}}, 1},
		{[][]Metric{make([]Metric, ListPageSize+1)}, 1 + ListPageSize + 1 + 1},
	} {
		if wrong := out.Diff(test.pages); len(wrong) != test.wrong {
			t.Errorf("%d pages: %d complaints, want %d", len(test.pages), len(wrong), test.wrong)
		}
	}
}
