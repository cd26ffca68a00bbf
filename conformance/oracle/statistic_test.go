package oracle

import (
	"math"
	"testing"
)

func TestStatisticNames(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{
		"p0": true, "p50": true, "p99.9": true, "p100": true, "p99.0123456789": true, "tm90": true, "wm98.5": true,
		"tc1": true, "ts10": true, "IQM": true, "TM(10%:90%)": true, "TM(:90%)": true, "TM(10%:)": true,
		"TC(0.5:30)": true, "TS(5:)": true, "WM(:7)": true, "PR(:300)": true, "PR(10:20)": true,
		"p": false, "p100.1": false, "p99.01234567891": false, "p-1": false, "P90": false, "tm": false, "pr90": false,
		"TM()": false, "TM(:)": false, "TM(10%:90)": false, "TM(10%:101%)": false, "TM(90%:10%)": false,
		"PR(10%:20%)": false, "tm(1:2)": false, "XX(1:2)": false, "Sum": false, "": false, "TM(1:2": false,
	} {
		if _, got := extendedStatistic(name); got != ok {
			t.Errorf("%q: %v, want %v", name, got, ok)
		}
	}
}

// weighted is a datum of Values with Counts.
func weighted(valuesAndCounts ...float64) Datum {
	d := Datum{MetricName: "m"}
	for i := 0; i < len(valuesAndCounts); i += 2 {
		d.Values = append(d.Values, valuesAndCounts[i])
		d.Counts = append(d.Counts, valuesAndCounts[i+1])
	}
	return d
}

func aggregated(s *StatisticSet) Datum { return Datum{MetricName: "m", StatisticValues: s} }

// evaluated reads one statistic of a minute that holds the data; NaN when it
// is not available.
func evaluated(t *testing.T, name string, data ...Datum) Answer {
	t.Helper()
	m := given(t, noon, data...)
	q := Query{ID: "q", MetricStat: MetricStat{Metric: Metric{Namespace: "App", MetricName: "m"}, Period: 60, Stat: name}}
	out, errs := m.GetMetricData(noon, tenant, GetMetricDataInput{
		Queries: []Query{q}, StartTime: noon, EndTime: noon.Add(60e9),
	})
	if errs != nil {
		t.Fatalf("%s: %v", name, errs)
	}
	if len(out.Results[0].Points) == 0 {
		return Answer{Exact: math.NaN(), Low: math.NaN(), High: math.NaN()}
	}
	return out.Results[0].Points[0].Value
}

func TestStatistics(t *testing.T) {
	t.Parallel()
	none := math.NaN()
	four := []Datum{weighted(1, 1, 2, 1, 3, 1, 4, 1)}
	mixed := []Datum{weighted(-5, 2, 10, 1, 20, 3)}
	withZero := []Datum{weighted(5, 0, 10, 2, 20, 0.5)}
	tests := []struct {
		name string
		data []Datum
		want map[string]float64
	}{
		{"four values", four, map[string]float64{
			"SampleCount": 4, "Sum": 10, "Average": 2.5, "Minimum": 1, "Maximum": 4,
			"p0": 1, "p25": 1, "p25.1": 2, "p50": 2, "p75": 3, "p75.0000000001": 4, "p100": 4,
			"IQM": 2.5, "tm75": 2, "TM(25%:75%)": 2.5, "tc75": 3, "ts75": 6, "TC(25%:)": 3, "TS(:25%)": 1,
			"tm50": 1.5, "wm50": 1.75, "WM(25%:75%)": 2.25,
			"TM(1:3)": 2.5, "TC(1:3)": 2, "TS(1:3)": 5, "WM(1:3)": 2.25, "PR(1:3)": 50, "PR(:1)": 25, "PR(1:)": 75,
			"TM(5:6)": none, "TC(5:6)": 0, "TS(5:6)": 0, "PR(5:6)": 0, "WM(5:6)": 5,
		}},
		{"share of a value", []Datum{weighted(10, 3, 20, 1)}, map[string]float64{"tc50": 2, "ts50": 20, "TM(50%:)": 15}},
		{"negative values", mixed, map[string]float64{
			"Sum": 60, "Minimum": -5, "p50": none, "p0": none, "tm50": none, "IQM": none, "WM(10%:90%)": none,
			"TC(:10)": 1, "PR(:10)": 25, "TM(10:)": 20,
		}},
		{"weight zero", withZero, map[string]float64{
			"SampleCount": 2.5, "Sum": 30, "Average": 12, "Minimum": 5, "p50": 10, "p0": 5, "TC(:10)": 2, "p100": 20,
		}},
		{"weight zero only", []Datum{weighted(5, 0)}, map[string]float64{
			"SampleCount": 0, "Sum": 0, "Average": none, "Minimum": 5, "Maximum": 5, "p50": none,
		}},
		{"single values", []Datum{aggregated(set(1, 7, 7, 7)), aggregated(set(3, 27, 9, 9))}, map[string]float64{
			"p50": 9, "p20": 7, "TC(:7)": 1, "Sum": 34, "SampleCount": 4,
		}},
		{"aggregate", []Datum{aggregated(set(2, 3, 1, 2)), weighted(1, 1)}, map[string]float64{
			"p50": none, "tm90": none, "TC(:10)": none, "PR(:10)": none, "Sum": 4, "Average": 4.0 / 3, "Maximum": 2,
		}},
		{"odd sum of one value", []Datum{aggregated(set(1, 8, 7, 7))}, map[string]float64{"p50": none, "Sum": 8}},
		{"aggregate with values", []Datum{{
			MetricName: "m", Values: []float64{1, 2}, Counts: []float64{3, 1}, StatisticValues: set(9, 90, 0, 50),
		}}, map[string]float64{"SampleCount": 9, "Sum": 90, "Average": 10, "Maximum": 50, "p50": 1, "TC(:2)": 4, "p90": 2}},
		{"same value twice", []Datum{weighted(1, 1, 1, 2, 5, 1)}, map[string]float64{"SampleCount": 4, "p75": 1, "TC(:1)": 3}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for name, want := range test.want {
				got := evaluated(t, name, test.data...)
				if got.Exact != want && !(math.IsNaN(got.Exact) && math.IsNaN(want)) {
					t.Errorf("%s: %v, want %v", name, got, want)
				}
				if got.Low > got.Exact || got.High < got.Exact {
					t.Errorf("%s: %v is not enclosed", name, got)
				}
			}
		})
	}
}

func TestJudges(t *testing.T) {
	t.Parallel()
	median := evaluated(t, "p50", weighted(100, 1, 200, 1, 300, 1))
	sum := evaluated(t, "Sum", weighted(100, 1))
	trimmed := evaluated(t, "tc50", weighted(100, 1, 200, 1, 300, 1))
	tests := []struct {
		name  string
		judge Judge
		a     Answer
		got   float64
		want  bool
	}{
		{"exact", Strict(3), median, 200, true},
		{"near where values are kept", Strict(3), median, 201, false},
		{"near where they are binned", Strict(2), median, 201, true},
		{"far", Answer.Accepts, median, 203, false},
		{"basic", Answer.Accepts, sum, 100.5, false},
		{"rounded", Answer.Equals, sum, 100 + 1e-8, true},
		{"share at the boundary", Strict(3), trimmed, 1.5, true},
		{"whole at the boundary", Strict(3), trimmed, 2, true},
		{"too many", Strict(3), trimmed, 3, false},
	}
	for _, test := range tests {
		if got := test.judge(test.a, test.got); got != test.want {
			t.Errorf("%s: %v for %v, want %v", test.name, got, test.a, test.want)
		}
	}
}
