package metric_test

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"skywatch/metric"
)

func TestParseStatistic(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"SampleCount", "Average", "Sum", "Minimum", "Maximum", "IQM",
		"p0", "p00", "p50", "p99", "p99.9", "p99.9999999999", "p100", "p0.0000000001",
		"tm90", "wm98", "tc99.5", "ts0", "tm100",
		"TM(10%:90%)", "TM(:95%)", "TM(5%:)", "TM(0%:100%)", "TM(0.5%:99.5%)", "TM(50%:50%)",
		"TM(10:90)", "WM(:95)", "TC(5:)", "TS(0.1:1.5)", "TM(100:2000000)", "TS(0:0)",
		"WM(10%:90%)", "TC(:90%)", "TS(80%:)", "PR(:300)", "PR(100:2000)", "PR(0.1234567891:)",
	} {
		s, ok := metric.ParseStatistic(text)
		if !ok || s.String() != text {
			t.Errorf("%s: got %q, %v", text, s, ok)
		}
	}
	for _, text := range []string{
		"", "average", "AVERAGE", "Avg", "P99", "p", "p-1", "p101", "p100.1", "p099", "p1e1", "p.5", "p5.", "p99.99999999999", "p99%", " p99", "p99 ", "p+9", "pNaN", "pInf",
		"TM90", "tm", "tm(10%:90%)", "pr90", "PR90", "PR", "iqm", "IQM(25%:75%)",
		"TM()", "TM(:)", "TM(90%)", "TM(10%:90)", "TM(10:90%)", "TM(%:90%)", "TM(10%:90%", "TM10%:90%)", "TM(10%:90%))", "TM(10%:90%:95%)",
		"TM(90%:10%)", "TM(9:5)", "TM(-5:5)", "TM(10%:101%)", "TM(a:b)", "TM(1e3:)", "TM(0.12345678901:)", "TM(1.:2)", "TM( 1:2)",
		"PR(10%:90%)", "PR(:90%)", "pr(1:2)", "XX(1:2)", "TM(" + strings.Repeat("9", 400) + ":)",
		"tm90_E", "o90", "u90",
	} {
		if s, ok := metric.ParseStatistic(text); ok {
			t.Errorf("%s: accepted as %q", text, s)
		}
	}
}

func TestStatisticKinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text        string
		basic       bool
		percentile  float64 // -1: none
		alarmBounds bool
	}{
		{"Average", true, -1, true},
		{"SampleCount", true, -1, true},
		{"IQM", false, -1, true},
		{"p99.9", false, 99.9, true},
		{"p0", false, 0, true},
		{"tm99", false, -1, true},
		{"TM(10%:90%)", false, -1, true},
		{"TM(:90%)", false, -1, true},
		{"TM(9.9%:90%)", false, -1, false},
		{"WM(10%:90.1%)", false, -1, false},
		{"TC(:95%)", false, -1, false},
		{"TS(5%:)", false, -1, false},
		{"TS(5:)", false, -1, true},
		{"PR(1:2000)", false, -1, true},
	} {
		s := parse(t, c.text)
		p, ok := s.Percentile()
		if !ok {
			p = -1
		}
		if s.Basic() != c.basic || p != c.percentile || s.AlarmBounds() != c.alarmBounds {
			t.Errorf("%s: basic %v, percentile %v, alarm bounds %v", c.text, s.Basic(), p, s.AlarmBounds())
		}
	}
}

func parse(t *testing.T, text string) metric.Statistic {
	t.Helper()
	s, ok := metric.ParseStatistic(text)
	if !ok {
		t.Fatalf("%s is no statistic", text)
	}
	return s
}

// hiding is a statistic set whose values are not known.
func hiding(set metric.StatisticSet) metric.Datapoint {
	s := metric.Sample{Set: set, Incomplete: true}
	return s.Datapoint(metric.Minute)
}

func seen(weights ...metric.Weight) metric.Datapoint {
	s := metric.Sample{Values: weights, Set: metric.Weighted(weights[0].Value, weights[0].Count)}
	for _, w := range weights[1:] {
		s.Set = s.Set.Merge(metric.Weighted(w.Value, w.Count))
	}
	return s.Datapoint(metric.Minute)
}

func TestStatisticOf(t *testing.T) {
	t.Parallel()
	var (
		none  = math.NaN()
		four  = seen(metric.Weight{Value: 4, Count: 1}, metric.Weight{Value: 1, Count: 1}, metric.Weight{Value: 2, Count: 2})
		mixed = seen(metric.Weight{Value: -3, Count: 1}, metric.Weight{Value: 5, Count: 1}, metric.Weight{Value: 9, Count: 1})
		below = seen(metric.Weight{Value: -3, Count: 1})
		zero  = seen(metric.Weight{Value: 7, Count: 0})
		empty = seen(metric.Weight{Value: 7, Count: 0}, metric.Weight{Value: 1, Count: 2})
		set   = hiding(metric.StatisticSet{SampleCount: 3, Sum: 9, Minimum: 1, Maximum: 5})
		one   = metric.Datapoint{Set: metric.Weighted(6, 3)} // no distribution of its own
	)
	for _, c := range []struct {
		name string
		d    metric.Datapoint
		text string
		want float64
	}{
		{"four", four, "SampleCount", 4},
		{"four", four, "Sum", 9},
		{"four", four, "Average", 2.25},
		{"four", four, "Minimum", 1},
		{"four", four, "Maximum", 4},
		{"four", four, "p0", 1},
		{"four", four, "p25", 1},
		{"four", four, "p25.1", 2},
		{"four", four, "p75", 2},
		{"four", four, "p100", 4},
		{"four", four, "tm75", 5.0 / 3},
		{"four", four, "TM(25%:75%)", 2},
		{"four", four, "IQM", 2},
		{"four", four, "wm75", 7.0 / 4},
		{"four", four, "tc75", 3},
		{"four", four, "ts75", 5},
		{"four", four, "TM(1:4)", 8.0 / 3},
		{"four", four, "TM(4:9)", none},
		{"four", four, "TC(4:9)", 0},
		{"four", four, "TS(4:9)", 0},
		{"four", four, "WM(4:9)", 4},
		{"four", four, "tm0", none},
		{"four", four, "PR(1:2)", 50},
		{"four", four, "PR(:1)", 25},
		{"four", four, "PR(2:)", 25},
		{"four", four, "PR(5:9)", 0},
		{"one value, no distribution", one, "p50", 6},
		{"one value, no distribution", one, "tc50", 1.5},
		{"one value, no distribution", one, "TM(10%:90%)", 6},
		{"a negative value", mixed, "Average", 11.0 / 3},
		{"a negative value", mixed, "p50", none},
		{"a negative value", mixed, "p0", none},
		{"a negative value", mixed, "tm99", none},
		{"a negative value", mixed, "IQM", none},
		{"a negative value", mixed, "TM(0:6)", 5},
		{"a negative value", mixed, "TC(:9)", 2},
		{"a negative value", mixed, "PR(:5)", 50},
		{"only negative values", below, "Minimum", -3},
		{"only negative values", below, "p50", none},
		{"only negative values", below, "TC(:9)", none},
		{"no weight", zero, "SampleCount", 0},
		{"no weight", zero, "Sum", 0},
		{"no weight", zero, "Average", none},
		{"no weight", zero, "Maximum", 7},
		{"no weight", zero, "p50", none},
		{"no weight", zero, "PR(:9)", none},
		{"a value of weight 0", empty, "Maximum", 7},
		{"a value of weight 0", empty, "p100", 7},
		{"a value of weight 0", empty, "p99", 1},
		{"hidden values", set, "Average", 3},
		{"hidden values", set, "p50", none},
		{"hidden values", set, "TC(:5)", none},
	} {
		got, ok := parse(t, c.text).Of(c.d)
		if ok == math.IsNaN(c.want) || ok && math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %s is %v, %v; want %v", c.name, c.text, got, ok, c.want)
		}
	}
}

// modelPattern is the API model's pattern of a statistic, less what
// cloudwatch.md section 6 leaves out.
var modelPattern = regexp.MustCompile(`^(SampleCount|Average|Sum|Minimum|Maximum|IQM` +
	`|(p|tm|wm|tc|ts)` + percentPattern +
	`|(TM|WM|TC|TS)\((` + percentPattern + `%:(` + percentPattern + `%)?|:` + percentPattern + `%)\)` +
	`|(TM|WM|TC|TS|PR)\((` + numberPattern + `:(` + numberPattern + `)?|:` + numberPattern + `)\))$`)

const (
	percentPattern = `(\d{1,2}(\.\d{1,10})?|100(\.0{1,10})?)`
	numberPattern  = `\d{1,300}(\.\d{1,10})?`
)

func FuzzParseStatistic(f *testing.F) {
	for _, text := range []string{"Average", "IQM", "p99.9", "tm90", "TM(10%:90%)", "WM(1.5:)", "PR(:300)", "TC(5:1)"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, ok := metric.ParseStatistic(text)
		if ok && !modelPattern.MatchString(text) || ok && s.String() != text {
			t.Fatalf("%q was taken as %q", text, s)
		}
		// What the pattern takes and we do not has its bounds in the wrong order.
		if !ok && modelPattern.MatchString(text) && !strings.Contains(text, ":") {
			t.Fatalf("%q was refused", text)
		}
		if ok {
			s.Of(metric.Datapoint{Set: metric.Single(1)})
		}
	})
}
