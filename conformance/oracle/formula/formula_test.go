package formula

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"skywatch/conformance/oracle"
)

var (
	noon   = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC) // a Tuesday
	tenant = oracle.Tenant{Account: "000000000000", Region: "eu-west-1"}
)

// asked puts metrics a, b ... whose points, a minute each and ending at noon,
// are written `30 20 - 0`, and gives what the expression makes of them.
func asked(t *testing.T, expression string, metrics ...string) ([]Result, oracle.Errors) {
	t.Helper()
	m := oracle.New()
	in := Request{EndTime: noon, StartTime: noon, ScanBy: oracle.TimestampAscending}
	hidden := false
	for i, points := range metrics {
		name := string(rune('a' + i))
		fields := strings.Fields(points)
		start := noon.Add(-time.Duration(len(fields)) * time.Minute)
		in.StartTime = start
		for j, field := range fields {
			v, err := strconv.ParseFloat(field, 64)
			if err != nil {
				continue
			}
			at := start.Add(time.Duration(j) * time.Minute)
			put := oracle.PutMetricDataInput{Namespace: "App", MetricData: []oracle.Datum{{MetricName: name, Value: &v, Timestamp: &at}}}
			if errs := m.PutMetricData(noon, tenant, put); len(errs) > 0 {
				t.Fatal(errs)
			}
		}
		in.Queries = append(in.Queries, Query{ID: name, ReturnData: &hidden, Stat: &oracle.MetricStat{
			Metric: oracle.Metric{Namespace: "App", MetricName: name}, Period: 60, Stat: "Sum",
		}})
	}
	in.Queries = append(in.Queries, Query{ID: "e1", Expression: expression})
	return Ask(m, noon, tenant, in)
}

// printed writes the series as asked reads them, one slot a minute.
func printed(results []Result, slots int) string {
	var all []string
	for _, r := range results {
		values := make(map[time.Time]string)
		for _, p := range r.Points {
			values[p.Timestamp] = strconv.FormatFloat(p.Value, 'g', 6, 64)
		}
		var fields []string
		for i := range slots {
			field := values[noon.Add(time.Duration(i-slots)*time.Minute)]
			if field == "" {
				field = "-"
			}
			fields = append(fields, field)
		}
		all = append(all, strings.Join(fields, " "))
	}
	return strings.Join(all, ", ")
}

// TestExamples holds the examples of 8.2 and 8.4, and a case of each function.
func TestExamples(t *testing.T) {
	t.Parallel()
	first, second := []string{"30 20 0 0", "20 - 20 -"}, []string{"1 1 0 0 -", "30 - 0 0 30", "0 0 20 - 20"}
	few := []string{"1 - 4 -", "- 2 - -"}
	tests := []struct {
		expression string
		metrics    []string
		want       string
	}{
		{"a<b", first, "0 0 1 0"},
		{"a>=30", first, "1 0 0 0"},
		{"a>15 AND b>15", first, "1 0 0 0"},
		{"IF(a,b,c)", second, "30 0 20 - -"},
		{"IF(a,5,c)", second, "5 5 20 - -"},
		{"IF(a,b,5)", second, "30 0 5 5 -"},
		{"IF(0,b)", second, "- - - - -"},
		{"IF(1,b)", second, "30 - 0 0 30"},
		{"a/b", few, "- 0 - -"},
		{"-a^2+2*3", few, "5 - -10 -"},
		{"2^3^2*a", few, "512 - 2048 -"},
		{"a OR b AND 0", few, "1 0 1 -"},
		{"a-AVG(a)", few, "-0.25 - 2.75 -"},
		{"SUM([a,b])", few, "1 2 4 -"},
		{"AVG(METRICS())", few, "0.5 1 2 -"},
		{"MIN(METRICS())", few, "1 2 4 -"},
		{"STDDEV(METRICS())", few, "0.5 1 2 -"},
		{"DATAPOINT_COUNT([a,b])", few, "1 1 1 -"},
		{"METRIC_COUNT(METRICS('a'))+a", few, "2 - 5 -"},
		{"PERIOD(a)*a", few, "60 - 240 -"},
		{"RATE(a)*60", few, "- - 1.5 -"},
		{"DIFF(a)", few, "- - 3 -"},
		{"DIFF_TIME(a)", few, "- - 120 -"},
		{"RUNNING_SUM(a)", few, "1 - 5 -"},
		{"FILL(a,7)", few, "1 7 4 7"},
		{"FILL(a,b)", few, "1 2 4 -"},
		{"FILL(a,REPEAT)", few, "1 1 4 4"},
		{"FILL(a,LINEAR)", few, "1 2.5 4 -"},
		{"SLICE(METRICS(),1)*2", few, "- 4 - -"},
		{"LAST([a,b])", few, "- 2 - -"},
		{"SORT([b,a],SUM,DESC,1)", few, "1 - 4 -"},
		{"REMOVE_EMPTY([a-a/0,b])", few, "1 - 4 -, - 2 - -"},
		{"TIME_SERIES(3)", few, "3 3 3 3"},
		{"MINUTE(a)", few, "56 57 58 59"},
		{"DAY(a)*0+HOUR(a)", few, "11 11 11 11"},
		{"ABS(-a)+CEIL(b)+FLOOR(b)", few, "1 4 4 -"},
		{"LOG10(a*100)", few, "2 - 2.60206 -"},
	}
	for _, test := range tests {
		t.Run(test.expression, func(t *testing.T) {
			t.Parallel()
			results, errs := asked(t, test.expression, test.metrics...)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			if got := printed(results, len(strings.Fields(test.metrics[0]))); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for expression, text := range map[string]string{
		"a+zz":                    "Error in expression 'e1': ID 'zz' not found",
		"WHAT(a)":                 "Error in expression 'e1': Function 'WHAT' not found",
		"AVG(a)":                  "",
		"[a,b]*[a]":               "",
		"e1+1":                    "",
		"PERIOD(-a)":              "",
		"a+":                      "",
		"SELECT MEAN(x) FROM App": "Invalid syntax. 'MEAN' is not a valid aggregate function",
		"SEARCH('x','Sum')":       "Period is a required field when using SEARCH function within an expression",
	} {
		t.Run(expression, func(t *testing.T) {
			t.Parallel()
			_, errs := asked(t, expression, "1 2", "3 4")
			if !errs.Allow(oracle.ValidationError, text) {
				t.Errorf("got %s, want %q", fmt.Sprint(errs), text)
			}
		})
	}
}
