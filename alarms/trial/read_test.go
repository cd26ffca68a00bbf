package trial

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const whole = `
start: 2026-03-01T00:00:00+01:00
alarms:
  - &a {AlarmName: a, Threshold: 1.5, Dimensions: [{Name: Host, Value: x}]}
  - file: b.json
tests:
  - name: first
    interval: 10s
    series:
      - {namespace: N, metric: m, unit: Count, dimensions: {Host: x}, values: 1 _ 3}
      - namespace: N
        metric: n
        values: [1, null, 2.5]
    expect:
      - {at: 1h, alarm: b, state: OK}
      - {at: 90s, alarm: a, state: ALARM, reason: was, actions: []}
  - alarms: [{AlarmName: c, AlarmRule: ALARM(a)}]
    expect:
      - {at: 2d12h, alarm: c, state: OK, actions: [arn]}
`

func TestRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	write("b.json", `{"AlarmName": "b"}`)
	name := write("tests.yaml", whole)
	got, err := Read(name)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 2, 28, 23, 0, 0, 0, time.UTC)
	a := Alarm{4, "a", false, []byte(`{"AlarmName":"a","Dimensions":[{"Name":"Host","Value":"x"}],"Threshold":1.5}`)}
	b := Alarm{5, "b", false, []byte(`{"AlarmName":"b"}`)}
	c := Alarm{17, "c", true, []byte(`{"AlarmName":"c","AlarmRule":"ALARM(a)"}`)}
	want := []Test{
		{
			Name: "first", File: name, Line: 7, Start: start, Interval: 10 * time.Second, Alarms: []Alarm{a, b},
			Series: []Series{
				{Line: 10, Namespace: "N", Name: "m", Unit: "Count", Dimensions: map[string]string{"Host": "x"}, Values: []float64{1, missing, 3}},
				{Line: 11, Namespace: "N", Name: "n", Values: []float64{1, missing, 2.5}},
			},
			Expect: []Expectation{
				{Line: 16, At: 90 * time.Second, Alarm: "a", State: "ALARM", Reason: "was", Actions: []string{}},
				{Line: 15, At: time.Hour, Alarm: "b", State: "OK"},
			},
		},
		{
			Name: "test 2", File: name, Line: 17, Start: start, Interval: time.Minute, Alarms: []Alarm{a, b, c},
			Expect: []Expectation{{Line: 19, At: 60 * time.Hour, Alarm: "c", State: "OK", Actions: []string{"arn"}}},
		},
	}
	same := cmp.Comparer(func(x, y float64) bool { return x == y || x != x && y != y })
	if diff := cmp.Diff(want, got, same); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := Read(filepath.Join(dir, "none.yaml")); err == nil || !strings.HasSuffix(err.Error(), "none.yaml: no such file or directory") {
		t.Error(err)
	}
}

// What is not understood is refused, with its line and what to write in its place.
func TestReadRefuses(t *testing.T) {
	t.Parallel()
	const alarm = "alarms: [{AlarmName: a}]\n"
	const expect = "expect: [{at: 1m, alarm: a, state: OK}]\n"
	for text, want := range map[string]string{
		"":                                      "f.yaml: it is empty",
		"a: [":                                  "f.yaml: yaml: line 1: did not find expected node content",
		"- a":                                   "f.yaml:1: the file must be a mapping with some of the keys alarms, expect, interval, name, series, start, tests",
		alarm + "expct: []":                     `f.yaml:2: the file has no key "expct": it may have alarms, expect, interval, name, series, start, tests`,
		alarm + expect + expect:                 `f.yaml:3: "expect" stands here twice`,
		alarm:                                   "f.yaml:1: f.yaml expects nothing",
		expect:                                  "f.yaml:1: f.yaml has no alarms",
		alarm + "tests: []":                     "f.yaml:2: there is no test",
		alarm + expect + "tests: [{}]":          "f.yaml:3: a file has either expect, and is one test, or tests, each with its own",
		alarm + "tests: [{name: x}]":            "f.yaml:2: x expects nothing",
		alarm + "tests: 3":                      "f.yaml:2: tests must be a list",
		alarm + "start: today\n":                `f.yaml:2: "today" is no time: write it as 2026-01-05T00:00:00Z`,
		alarm + "start: 1970-01-01T00:00:00Z\n": "f.yaml:2: the time must be within the years 2000 to 2098",
		alarm + "interval: 5\n":                 `f.yaml:2: "5" is no time: write it as 90s, 5m, 1h30m or 2d`,
		alarm + "interval: 1ms\n" + expect:      "f.yaml:1: interval must be 1s to 1d",
		"alarms: [{}]":                          "f.yaml:1: the alarm has no AlarmName",
		"alarms: [3]":                           "f.yaml:1: an alarm must be a mapping: the input of PutMetricAlarm or PutCompositeAlarm, or file: and its path",
		"alarms: [{file: none.json}]":           "f.yaml:1: none.json: no such file or directory",
		"alarms: [{AlarmName: a}, {AlarmName: a}]\n" + expect:                   `f.yaml:1: there is another alarm "a"`,
		alarm + "expect: [{at: 1m, alarm: b, state: OK}]":                       `f.yaml:2: there is no alarm "b": there are a`,
		alarm + "expect: [{alarm: a, state: OK}]":                               "f.yaml:2: an expectation must have at, alarm and state",
		alarm + "expect: [{at: 1m, alarm: a, state: FIRING}]":                   `f.yaml:2: "FIRING" is no state: there are OK, ALARM and INSUFFICIENT_DATA`,
		alarm + "expect: [{at: 400d, alarm: a, state: OK}]":                     "f.yaml:2: at must be within a year of the beginning",
		alarm + "expect: [{at: -1m, alarm: a, state: OK}]":                      `f.yaml:2: "-1m" is no time: write it as 90s, 5m, 1h30m or 2d`,
		alarm + "expect:\n - at: 1m\n   alarm: a\n   state: OK\n   action: x":   `f.yaml:6: an expectation has no key "action": it may have actions, alarm, at, reason, state`,
		alarm + "series: [{metric: m, values: 1}]":                              "f.yaml:2: a series must have a namespace and a metric",
		alarm + "series: [{namespace: N, metric: m}]":                           "f.yaml:2: the series has no values",
		alarm + "series:\n - namespace: N\n   metric: m\n   values: 1 two":      `f.yaml:5: "two" is no value: write a number, _ for none`,
		alarm + "series: [{namespace: N, metric: m, values: [1, x]}]":           `f.yaml:2: "x" is no value: write a number, or null for none`,
		alarm + "series: [{namespace: N, metric: m, dimensions: 3, values: 1}]": "f.yaml:2: dimensions must be a mapping of names to values",
	} {
		_, err := parse("f.yaml", []byte(text))
		var at *FileError
		if !errors.As(err, &at) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(whole)
	f.Add("alarms: &a [*a]")
	f.Add("{alarms: [{AlarmName: a}], expect: [{at: 1m, alarm: a, state: OK}]}")
	f.Fuzz(func(t *testing.T, text string) {
		tests, err := parse("f.yaml", []byte(text))
		if err == nil && len(tests) == 0 {
			t.Error("neither tests nor an error")
		}
	})
}
