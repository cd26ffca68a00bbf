package alarms

import (
	"encoding/json"
	"testing"

	"skywatch/metric"
)

// A definition is the same after it was kept and read, whatever it has, and
// another in any of its members.
func TestSameDefinition(t *testing.T) {
	t.Parallel()
	d := Definition{
		OKActions: []string{}, Dimensions: []metric.Dimension{}, GroupBy: []string{},
		Queries: []Query{
			{ID: "e1", Expression: "m1", Label: new("")},
			{ID: "m1", ReturnData: new(false), Metric: &MetricStat{Namespace: "a", MetricName: "b", Dimensions: []metric.Dimension{}, Stat: "Sum", Period: 60}},
		},
		PromQL: &PromQL{Query: "up", Pending: new(0)}, WarmUp: &WarmUp{Minutes: 1, Whole: new(false)},
		EvaluationWindow: &EvaluationWindow{}, TagPropagation: &TagPropagation{Included: []string{}},
	}
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	read := func() (other Definition) {
		if err := json.Unmarshal(b, &other); err != nil {
			t.Fatal(err)
		}
		return other
	}
	other := read()
	if !same(&d, &other) || d.Queries[1].Metric.Dimensions == nil {
		t.Errorf("not the same as it was read: %+v, %+v", d, other)
	}
	for name, change := range map[string]func(*Definition){
		"query":    func(d *Definition) { d.Queries[0].Expression = "m1*2" },
		"metric":   func(d *Definition) { d.Queries[1].Metric.Unit = "Count" },
		"label":    func(d *Definition) { d.Queries[0].Label = nil },
		"returned": func(d *Definition) { d.Queries[0].ReturnData = new(true) },
		"pending":  func(d *Definition) { d.PromQL.Pending = nil },
		"warm-up":  func(d *Definition) { d.WarmUp.Whole = nil },
		"window":   func(d *Definition) { d.EvaluationWindow = nil },
		"tags":     func(d *Definition) { d.TagPropagation.Included = []string{"a"} },
	} {
		other := read()
		change(&other)
		if same(&d, &other) {
			t.Errorf("%s: the same", name)
		}
	}
}
