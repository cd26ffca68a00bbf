package oracle

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRefusalTexts(t *testing.T) {
	t.Parallel()
	valid := point(noon, 1)
	tests := []struct {
		name string
		in   PutMetricDataInput
		code string
		text string
	}{
		{
			"nothing",
			PutMetricDataInput{Namespace: "App"},
			MissingParameter,
			"At least one MetricDatum object must be present in the request.",
		},
		{
			"reserved",
			PutMetricDataInput{Namespace: "AWS/EC2", MetricData: []Datum{valid}},
			InvalidParameterValue,
			"The value AWS/ for parameter Namespace is invalid.",
		},
		{
			"value and values", second(func(d *Datum) { d.Values = []float64{1} }), InvalidParameterCombination,
			"The parameters MetricData.member.2.Value and MetricData.member.2.Values are mutually exclusive and you have specified both.",
		},
		{
			"value and set", second(func(d *Datum) { d.StatisticValues = set(1, 1, 1, 1) }), InvalidParameterCombination,
			"The parameters MetricData.member.2.Value and MetricData.member.2.StatisticValues are mutually exclusive and you have specified both.",
		},
		{
			"sizes", second(func(d *Datum) { d.Value, d.Values, d.Counts = nil, []float64{1, 2}, []float64{1} }), InvalidParameterValue,
			"The parameters MetricData.member.2.Values and MetricData.member.2.Counts must be of the same size.",
		},
		{
			"NaN", second(func(d *Datum) { d.Value = ptr(math.NaN()) }), InvalidParameterValue,
			"The value NaN for parameter MetricData.member.2.Value is invalid.",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			errs := New().PutMetricData(noon, tenant, test.in)
			if !errs.Allow(test.code, test.text) {
				t.Errorf("got %v, want %s: %s", errs, test.code, test.text)
			}
			if errs.Allow(test.code, test.text+" ") {
				t.Errorf("%v allows another text", errs)
			}
		})
	}
}

// second is a request of two data whose second one is changed.
func second(change func(*Datum)) PutMetricDataInput {
	d := point(noon, 1)
	change(&d)
	return PutMetricDataInput{Namespace: "App", MetricData: []Datum{point(noon, 1), d}}
}

func TestFieldRules(t *testing.T) {
	t.Parallel()
	dimension := func(name, value string) func(*Datum) {
		return func(d *Datum) { d.Dimensions = []Dimension{{name, value}} }
	}
	at := func(offset time.Duration) func(*Datum) {
		return func(d *Datum) { d.Timestamp = ptr(noon.Add(offset)) }
	}
	value := func(v float64) func(*Datum) { return func(d *Datum) { d.Value = &v } }
	values := func(values, counts []float64) func(*Datum) {
		return func(d *Datum) { d.Value, d.Values, d.Counts = nil, values, counts }
	}
	aggregate := func(s *StatisticSet) func(*Datum) {
		return func(d *Datum) { d.Value, d.StatisticValues = nil, s }
	}
	tests := []struct {
		name   string
		change func(*Datum)
		code   string // empty: accepted
	}{
		{"plain", func(*Datum) {}, ""},
		{"long name", func(d *Datum) { d.MetricName = strings.Repeat("n", 255) }, ""},
		{"too long name", func(d *Datum) { d.MetricName = strings.Repeat("n", 256) }, ValidationError},
		{"blank name", func(d *Datum) { d.MetricName = "  " }, InvalidParameterValue},
		{"control in name", func(d *Datum) { d.MetricName = "a\tb" }, InvalidParameterValue},
		{"no name", func(d *Datum) { d.MetricName = "" }, MissingParameter},
		{"colon in name", func(d *Datum) { d.MetricName = ":m" }, ""},
		{"dimension", dimension("Host", ":a b"), ""},
		{"dimension colon", dimension(":Host", "a"), InvalidParameterValue},
		{"dimension blank", dimension("Host", " "), InvalidParameterValue},
		{"dimension empty", dimension("Host", ""), ValidationError},
		{"dimension foreign letters", dimension("Host", "bär"), InvalidParameterValue},
		{"dimension long", dimension("Host", strings.Repeat("v", 1024)), ""},
		{"dimension too long", dimension("Host", strings.Repeat("v", 1025)), ValidationError},
		{"dimension twice", func(d *Datum) { d.Dimensions = []Dimension{{"A", "1"}, {"A", "2"}} }, InvalidParameterValue},
		{"old", at(-14 * 24 * time.Hour), ""},
		{"too old", at(-14*24*time.Hour - time.Millisecond), InvalidParameterValue},
		{"early", at(2 * time.Hour), ""},
		{"too early", at(2*time.Hour + time.Millisecond), InvalidParameterValue},
		{"greatest", value(0x1p360), ""},
		{"least", value(-0x1p360), ""},
		{"too great", value(0x1.0000000000001p360), InvalidParameterValue},
		{"infinite", value(math.Inf(1)), InvalidParameterValue},
		{"zero and fractional counts", values([]float64{1, 1, 2}, []float64{0, 0.5, 3}), ""},
		{"no counts", values([]float64{1, 2}, nil), ""},
		{"negative count", values([]float64{1}, []float64{-1}), InvalidParameterValue},
		{"NaN count", values([]float64{1}, []float64{math.NaN()}), InvalidParameterValue},
		{"NaN in values", values([]float64{math.NaN()}, nil), InvalidParameterValue},
		{"counts alone", values(nil, []float64{1}), InvalidParameterCombination},
		{"no value", values(nil, nil), MissingParameter},
		{"150 values", values(upTo(150), nil), ""},
		{"151 values", values(upTo(151), nil), InvalidParameterValue},
		{"set", aggregate(set(2, 3, 1, 2)), ""},
		{"set with odd sum", aggregate(set(2, 900, 1, 2)), ""},
		{"set of nothing", aggregate(set(0, 0, 0, 0)), InvalidParameterValue},
		{"set reversed", aggregate(set(2, 3, 2, 1)), InvalidParameterValue},
		{"set too great", aggregate(set(2, math.Inf(1), 1, 2)), InvalidParameterValue},
		{"set without sum", aggregate(&StatisticSet{SampleCount: ptr(1.0), Minimum: ptr(1.0), Maximum: ptr(1.0)}), MissingParameter},
		{"set and values", func(d *Datum) { d.Value, d.Values, d.StatisticValues = nil, []float64{1}, set(1, 1, 1, 1) }, ""},
		{"unit", func(d *Datum) { d.Unit = "Bytes/Second" }, ""},
		{"unit in lower case", func(d *Datum) { d.Unit = "count" }, InvalidParameterValue},
		{"resolution 60", func(d *Datum) { d.StorageResolution = ptr(60) }, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			errs := New().PutMetricData(noon, tenant, second(test.change))
			if (test.code == "") != (errs == nil) || (errs != nil && !hasCode(errs, test.code)) {
				t.Errorf("got %v, want %q", errs, test.code)
			}
		})
	}
}

func hasCode(errs Errors, code string) bool {
	for _, err := range errs {
		if err.Code == code {
			return true
		}
	}
	return false
}

func upTo(n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = float64(i)
	}
	return values
}

func TestPartOfText(t *testing.T) {
	t.Parallel()
	errs := New().PutMetricData(noon, tenant, second(func(d *Datum) { d.StorageResolution = ptr(30) }))
	if !errs.Allow(InvalidParameterValue, "The parameter MetricData.member.2.StorageResolution must be a value in the set [ 1, 60 ].") {
		t.Errorf("got %v", errs)
	}
	if errs.Allow(InvalidParameterValue, "no") {
		t.Errorf("%v allows any text", errs)
	}
}

func TestOneBadDatumRejectsAll(t *testing.T) {
	t.Parallel()
	m := New()
	if errs := m.PutMetricData(noon, tenant, second(func(d *Datum) { d.Unit = "?" })); errs == nil {
		t.Fatal("accepted")
	}
	if len(m.metrics) != 0 {
		t.Errorf("stored %v", m.metrics)
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	request := func(data, dimensions, entityData int) PutMetricDataInput {
		d := point(noon, 1)
		for i := range dimensions {
			d.Dimensions = append(d.Dimensions, Dimension{fmt.Sprintf("D%d", i), "v"})
		}
		in := PutMetricDataInput{Namespace: "App", MetricData: slices.Repeat([]Datum{d}, data)}
		if entityData > 0 {
			in.EntityMetricData = []EntityMetricData{{MetricData: slices.Repeat([]Datum{d}, entityData)}}
			in.StrictEntityValidation = ptr(true)
		}
		return in
	}
	tests := []struct {
		name string
		in   PutMetricDataInput
		ok   bool
	}{
		{"1000 data", request(1000, 0, 0), true},
		{"1001 data", request(1001, 0, 0), false},
		{"1000 with entities", request(600, 0, 400), true},
		{"1001 with entities", request(600, 0, 401), false},
		{"only with an entity", request(0, 0, 1), true},
		{"30 dimensions", request(1, 30, 0), true},
		{"31 dimensions", request(1, 31, 0), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if errs := New().PutMetricData(noon, tenant, test.in); (errs == nil) != test.ok {
				t.Errorf("got %v", errs)
			}
		})
	}
}

func TestReservedNamespacesCanBeAllowed(t *testing.T) {
	t.Parallel()
	m := New()
	m.Reserved = false
	in := PutMetricDataInput{Namespace: "AWS/EC2", MetricData: []Datum{point(noon, 1)}}
	if errs := m.PutMetricData(noon, tenant, in); errs != nil {
		t.Error(errs)
	}
}

func TestEntities(t *testing.T) {
	t.Parallel()
	group := EntityMetricData{
		Entity:     &Entity{KeyAttributes: map[string]string{"Type": "Service", "Name": "web"}},
		MetricData: []Datum{point(noon, 1)},
	}
	lacking := EntityMetricData{
		Entity:     &Entity{KeyAttributes: map[string]string{"Type": "Service"}},
		MetricData: []Datum{point(noon, 1)},
	}
	tests := []struct {
		name   string
		groups []EntityMetricData
		strict *bool
		ok     bool
	}{
		{"valid", []EntityMetricData{group, group}, ptr(true), true},
		{"three", []EntityMetricData{group, group, group}, ptr(true), false},
		{"no word on validation", []EntityMetricData{group}, nil, false},
		{"invalid, strict", []EntityMetricData{lacking}, ptr(true), false},
		{"invalid, lenient", []EntityMetricData{lacking}, ptr(false), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := PutMetricDataInput{Namespace: "App", EntityMetricData: test.groups, StrictEntityValidation: test.strict}
			if errs := New().PutMetricData(noon, tenant, in); (errs == nil) != test.ok {
				t.Errorf("got %v", errs)
			}
		})
	}
}
