package oracle

import (
	"testing"
	"time"
)

func TestStatisticsRefusals(t *testing.T) {
	t.Parallel()
	start := clock(10, 0, 0)
	valid := statisticsOf(start, noon, 60, "Sum")
	change := func(edit func(*GetMetricStatisticsInput)) GetMetricStatisticsInput {
		in := valid
		edit(&in)
		return in
	}
	tests := []struct {
		name       string
		in         GetMetricStatisticsInput
		code, text string // empty code: accepted
	}{
		{"valid", valid, "", ""},
		{
			"no time", statisticsOf(noon, noon, 60, "Sum"), InvalidParameterValue,
			"The parameter StartTime must be less than the parameter EndTime.",
		},
		{"1440 points", statisticsOf(start, start.Add(24*time.Hour), 60, "Sum"), "", ""},
		{
			"1441 points", statisticsOf(start, start.Add(24*time.Hour+time.Minute), 60, "Sum"), InvalidParameterCombination,
			"You have requested up to 1441 datapoints, which exceeds the limit of 1440. You may reduce the datapoints " +
				"requested by increasing Period, or decreasing the time range.",
		},
		{"nothing asked", statisticsOf(start, noon, 60), MissingParameter, ""},
		{
			"wrong statistic", statisticsOf(start, noon, 60, "p50"), ValidationError,
			"1 validation error detected: Value '[p50]' at 'statistics' failed to satisfy constraint: Member must satisfy " +
				"enum value set: [Maximum, SampleCount, Sum, Minimum, Average]",
		},
		{
			"wrong extended statistic", change(func(in *GetMetricStatisticsInput) { in.ExtendedStatistics = []string{"p101"} }),
			InvalidParameterValue, "The value p101 for parameter ExtendedStatistics.member.1.<list element> is not supported.",
		},
		{"both kinds", change(func(in *GetMetricStatisticsInput) { in.ExtendedStatistics = []string{"p10"} }), "", ""},
		{"wrong period", statisticsOf(start, noon, 45, "Sum"), InvalidParameterValue, periodText},
		{"wrong unit", change(func(in *GetMetricStatisticsInput) { in.Unit = "Parsecs" }), ValidationError, ""},
		{"colon", change(func(in *GetMetricStatisticsInput) { in.Namespace = ":App" }), ValidationError, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, errs := New().GetMetricStatistics(noon, tenant, test.in)
			if test.code == "" && errs == nil {
				return
			}
			if !errs.Allow(test.code, test.text) {
				t.Errorf("got %v, want %s: %s", errs, test.code, test.text)
			}
		})
	}
}

func TestUnitsAreStreams(t *testing.T) {
	t.Parallel()
	in := func(at time.Time, v float64, unit string) Datum {
		d := point(at, v)
		d.Unit = unit
		return d
	}
	m := given(t, noon, in(clock(11, 0, 1), 1, "Count"), in(clock(11, 0, 59), 2, "Count"), in(clock(11, 0, 5), 4, "Bytes"),
		in(clock(11, 1, 0), 8, ""))
	all := statisticsOf(clock(11, 0, 0), noon, 60, "Sum")
	wantLines(t, sums(t, m, noon, all), "11:00:00 Bytes=4", "11:00:00 Count=3", "11:01:00 None=8")
	all.Unit = "Count"
	wantLines(t, sums(t, m, noon, all), "11:00:00 Count=3")
	all.Unit = "Seconds"
	wantLines(t, sums(t, m, noon, all))
	all.Unit, all.Dimensions = "", []Dimension{{"Host", "a"}}
	wantLines(t, sums(t, m, noon, all))
}

func TestPointsWithoutAnyRequestedStatisticAreLeftOut(t *testing.T) {
	t.Parallel()
	d := aggregated(set(2, 3, 1, 2))
	m := given(t, noon, d)
	in := GetMetricStatisticsInput{
		Namespace: "App", MetricName: "m", StartTime: noon, EndTime: noon.Add(time.Minute), Period: 60,
		ExtendedStatistics: []string{"p50"},
	}
	out, errs := m.GetMetricStatistics(noon, tenant, in)
	if errs != nil || len(out.Datapoints) != 0 {
		t.Errorf("got %v %v", out, errs)
	}
	in.Statistics = []string{"Sum"}
	out, _ = m.GetMetricStatistics(noon, tenant, in)
	got := []GotDatapoint{{Timestamp: noon, Unit: "None", Statistics: map[string]float64{"Sum": 3}}}
	if wrong := out.Diff("m", got, Answer.Equals); len(wrong) > 0 {
		t.Error(wrong)
	}
	got[0].ExtendedStatistics = map[string]float64{"p50": 1}
	if wrong := out.Diff("m", got, Answer.Equals); len(wrong) != 1 {
		t.Errorf("a statistic too many: %v", wrong)
	}
}
