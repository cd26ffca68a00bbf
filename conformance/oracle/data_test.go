package oracle

import (
	"fmt"
	"testing"
	"time"
)

// query asks for the sum of metric m in namespace App.
func query(id string) Query {
	return Query{ID: id, MetricStat: MetricStat{Metric: Metric{Namespace: "App", MetricName: "m"}, Period: 60, Stat: "Sum"}}
}

func dataOf(queries ...Query) GetMetricDataInput {
	return GetMetricDataInput{Queries: queries, StartTime: clock(11, 0, 0), EndTime: noon}
}

func TestDataRefusals(t *testing.T) {
	t.Parallel()
	edit := func(change func(*GetMetricDataInput)) GetMetricDataInput {
		in := dataOf(query("a"), query("b"))
		change(&in)
		return in
	}
	tests := []struct {
		name       string
		in         GetMetricDataInput
		code, text string
	}{
		{
			"same id", dataOf(query("a"), query("a")), ValidationError,
			"The values for parameter id in MetricDataQueries are not unique.",
		},
		{
			"upper-case id", dataOf(query("a"), query("B")), ValidationError,
			"The value for parameter MetricDataQueries.member.2.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.",
		},
		{
			"equal times", edit(func(in *GetMetricDataInput) { in.StartTime = in.EndTime }), ValidationError,
			"The parameter StartTime must not equal parameter EndTime.",
		},
		{
			"reversed times", edit(func(in *GetMetricDataInput) { in.StartTime = in.EndTime.Add(1) }), ValidationError,
			"The parameter EndTime must be greater than StartTime.",
		},
		{"no points", edit(func(in *GetMetricDataInput) { in.MaxDatapoints = ptr(0) }), ValidationError, ""},
		{"many points", edit(func(in *GetMetricDataInput) { in.MaxDatapoints = ptr(100801) }), ValidationError, ""},
		{"odd order", edit(func(in *GetMetricDataInput) { in.ScanBy = "Up" }), ValidationError, ""},
		{"odd statistic", edit(func(in *GetMetricDataInput) { in.Queries[0].MetricStat.Stat = "p200" }), ValidationError, ""},
		{"odd period", edit(func(in *GetMetricDataInput) { in.Queries[0].MetricStat.Period = 7 }), ValidationError, periodText},
		{"no query", dataOf(), MissingParameter, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, errs := New().GetMetricData(noon, tenant, test.in)
			if !errs.Allow(test.code, test.text) {
				t.Errorf("got %v, want %s: %s", errs, test.code, test.text)
			}
		})
	}
}

// rendered prints the values of a result with their times.
func rendered(r Result) []string {
	got := []string{}
	for _, p := range r.Points {
		got = append(got, fmt.Sprintf("%s %v", p.Timestamp.Format("15:04"), p.Value.Exact))
	}
	return got
}

func answered(t *testing.T, m *Model, in GetMetricDataInput) GetMetricDataOutput {
	t.Helper()
	out, errs := m.GetMetricData(noon, tenant, in)
	if errs != nil {
		t.Fatal(errs)
	}
	return out
}

func TestOrderOfPoints(t *testing.T) {
	t.Parallel()
	m := given(t, noon, point(clock(11, 5, 0), 1), point(clock(11, 6, 0), 2))
	in := dataOf(query("a"))
	wantLines(t, rendered(answered(t, m, in).Results[0]), "11:06 2", "11:05 1")
	in.ScanBy = TimestampAscending
	wantLines(t, rendered(answered(t, m, in).Results[0]), "11:05 1", "11:06 2")
}

func TestMultipleUnits(t *testing.T) {
	t.Parallel()
	var data []Datum
	for i, unit := range []string{"Milliseconds", "Seconds", "Count"} {
		d := point(clock(11, 5, 0), float64(i))
		d.Unit = unit
		later := point(clock(11, 6, 0), float64(10+i))
		later.Unit = unit
		data = append(data, d)
		if unit != "Count" {
			data = append(data, later)
		}
	}
	r := answered(t, given(t, noon, data...), dataOf(query("a"))).Results[0]
	wantLines(t, rendered(r), "11:06 10", "11:05 2")
	want := Message{MultipleUnits, "Multiple units returned: '[Count, Milliseconds, Seconds]'"}
	if len(r.Messages) != 1 || r.Messages[0] != want {
		t.Errorf("got %v", r.Messages)
	}
}

func TestHiddenForeignAndEmptyQueries(t *testing.T) {
	t.Parallel()
	hidden, foreign := query("h"), query("f")
	hidden.ReturnData, foreign.AccountID = ptr(false), "999999999999"
	out := answered(t, New(), dataOf(hidden, foreign, query("e")))
	if len(out.Results) != 2 || out.Results[0].StatusCode != Forbidden || out.Results[1].StatusCode != Complete {
		t.Errorf("got %+v", out.Results)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	m := given(t, noon, point(clock(11, 5, 0), 1), point(clock(11, 6, 0), 2), point(clock(11, 7, 0), 3))
	out := answered(t, m, dataOf(query("a")))
	page := func(more bool, status string, values ...float64) Page {
		r := PageResult{ID: "a", Label: "m", StatusCode: status, Values: values}
		for _, v := range values {
			r.Timestamps = append(r.Timestamps, clock(11, 4, 0).Add(time.Duration(v)*time.Minute))
		}
		return Page{Results: []PageResult{r}, More: more}
	}
	tests := []struct {
		name  string
		max   int
		pages []Page
		ok    bool
	}{
		{"one page", 3, []Page{page(false, Complete, 3, 2, 1)}, true},
		{"two pages", 2, []Page{page(true, PartialData, 3, 2), page(false, Complete, 1)}, true},
		{"no token", 2, []Page{page(false, PartialData, 3, 2)}, false},
		{"early end", 2, []Page{page(true, PartialData, 3, 2), page(false, Complete)}, false},
		{"complete too soon", 2, []Page{page(true, Complete, 3, 2), page(false, Complete, 1)}, false},
		{"too many", 2, []Page{page(true, Complete, 3, 2, 1), page(false, Complete)}, false},
		{"oldest first", 2, []Page{page(true, PartialData, 1, 2), page(false, Complete, 3)}, false},
		{"wrong value", 3, []Page{page(false, Complete, 3, 2, 2)}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if wrong := out.Diff(test.pages, test.max, Answer.Equals); (len(wrong) == 0) != test.ok {
				t.Errorf("got %q", wrong)
			}
		})
	}
}
