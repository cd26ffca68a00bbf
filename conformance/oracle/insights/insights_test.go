package insights

import (
	"strings"
	"testing"
	"time"

	"skywatch/conformance/oracle"
)

var (
	noon   = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	tenant = oracle.Tenant{Account: "000000000000", Region: "eu-west-1"}
)

// stored holds metric m of hosts a and b in zones, and once alone: the values
// 1 and 3, 10, and 100.
func stored(t *testing.T) *oracle.Model {
	t.Helper()
	m := oracle.New()
	for _, p := range []struct {
		value float64
		host  string
	}{{1, "a"}, {3, "a"}, {10, "b"}, {100, ""}} {
		at := noon.Add(-time.Minute)
		d := oracle.Datum{MetricName: "m", Value: &p.value, Timestamp: &at}
		if p.host != "" {
			d.Dimensions = []oracle.Dimension{{Name: "Host", Value: p.host}}
		}
		if errs := m.PutMetricData(noon, tenant, oracle.PutMetricDataInput{Namespace: "App", MetricData: []oracle.Datum{d}}); len(errs) > 0 {
			t.Fatal(errs)
		}
	}
	return m
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	type answer map[string]float64
	tests := []struct {
		query string
		order string
		want  answer
	}{
		{`SELECT AVG(m) FROM App`, "", answer{"": 28.5}},
		{`select count(m) from SCHEMA(App, Host)`, "", answer{"": 3}},
		{`SELECT SUM(m) FROM SCHEMA(App)`, "", answer{"": 100}},
		{`SELECT MAX(m) FROM "App" GROUP BY Host`, "Other,a,b", answer{"Other": 100, "a": 3, "b": 10}},
		{`SELECT AVG(m) FROM App WHERE Host != 'b' GROUP BY Host ORDER BY MIN() DESC`, "Other,a", answer{"Other": 100, "a": 2}},
		{`SELECT AVG(m) FROM App GROUP BY Host ORDER BY SUM() LIMIT 2`, "a,b", answer{"a": 2, "b": 10}},
		{`SELECT AVG(m) FROM App WHERE AWS.AccountId = CURRENT_ACCOUNT_ID() AND Host = 'a'`, "", answer{"": 2}},
	}
	for _, test := range tests {
		t.Run(test.query, func(t *testing.T) {
			t.Parallel()
			q, refused := Parse(test.query)
			if refused != nil {
				t.Fatal(refused)
			}
			var order []string
			for _, s := range q.Answer(stored(t), tenant, Window{Now: noon, Start: noon.Add(-time.Hour), End: noon, Period: 1}) {
				name := strings.Join(s.Groups, " ")
				order = append(order, name)
				if got := s.Points[noon.Add(-time.Minute)]; got != test.want[name] {
					t.Errorf("%q: got %v, want %v", name, got, test.want[name])
				}
			}
			if got := strings.Join(order, ","); got != test.order {
				t.Errorf("order %s, want %s", got, test.order)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for query, text := range map[string]string{
		`SELECT MEAN(m) FROM App`:                    "Invalid syntax. 'MEAN' is not a valid aggregate function",
		`SELECT AVG(m) FROM App WHERE Host = Zone`:   identifiers,
		`SELECT AVG(m) FROM App WHERE Host = "Zone"`: identifiers,
		`SELECT AVG(value) FROM App`:                 keyword,
		`SELECT AVG(m) FROM App WHERE Host LIKE 'a'`: "",
		`SELECT AVG(m) FROM App LIMIT 501`:           "",
		`SELECT AVG(m) FROM AWS/EC2`:                 "",
		`SELECT AVG(m)`:                              "",
	} {
		_, refused := Parse(query)
		if refused == nil || refused.Text != text {
			t.Errorf("%s: got %v, want %q", query, refused, text)
		}
	}
}
