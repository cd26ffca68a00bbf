package insights_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"skywatch/metric"
	"skywatch/query/insights"
)

// Conversations: "metrics" lists them with numbers, "find" tells for each query
// which groups it makes of them, "parse" what it says.
func TestConversations(t *testing.T) {
	t.Parallel()
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		var ids []metric.ID
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var b strings.Builder
			for line := range strings.Lines(d.Input) {
				line = strings.TrimSuffix(line, "\n")
				switch d.Cmd {
				case "metrics":
					ids = append(ids, parseID(line))
					fmt.Fprintln(&b, len(ids), line)
				case "find":
					fmt.Fprintln(&b, find(line, ids))
				case "parse":
					q, err := insights.Parse(line)
					if err != nil {
						fmt.Fprintln(&b, "error:", err)
					} else {
						fmt.Fprintf(&b, "%+v\n", *q)
					}
				}
			}
			return b.String()
		})
	})
}

func parseID(line string) metric.ID {
	parts := strings.Split(line, "|")
	id := metric.ID{Tenant: metric.Tenant{Account: "000000000000", Region: "r"}, Namespace: parts[0], Name: parts[1]}
	for _, p := range parts[2:] {
		name, value, _ := strings.Cut(p, "=")
		id.Dimensions = append(id.Dimensions, metric.Dimension{Name: name, Value: value})
	}
	id.Normalize()
	return id
}

// find spells the groups as (values): numbers.
func find(text string, ids []metric.ID) string {
	q, err := insights.Parse(text)
	if err != nil {
		return "error: " + err.Error()
	}
	f := q.Filter(ids[0].Tenant)
	var order []string
	groups := map[string]string{}
	for i, id := range ids {
		if !q.Match(&id) {
			continue
		}
		if !f.Match(metric.Listing{ID: id}) {
			return fmt.Sprintf("error: the filter drops %d", i+1)
		}
		g := strings.Join(q.Group(&id), " ")
		if _, ok := groups[g]; !ok {
			order = append(order, g)
		}
		groups[g] += fmt.Sprintf(" %d", i+1)
	}
	var out []string
	for _, g := range order {
		out = append(out, fmt.Sprintf("(%s):%s", g, groups[g]))
	}
	return strings.Join(out, " ")
}

// No text makes Parse fail but by an error, and no filter drops what matches.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId) WHERE InstanceId != 'i-1' AND AWS.AccountId = CURRENT_ACCOUNT_ID() GROUP BY InstanceId, tag."k" ORDER BY MAX() DESC LIMIT 10`,
		`select sum(b) from a where Dim='x\'y'`, "SELECT", `SELECT AVG("`, `SELECT AVG(b) FROM a LIMIT 99999999999999999999`,
	} {
		f.Add(s)
	}
	ids := []metric.ID{parseID("AWS/EC2|CPUUtilization|InstanceId=i-1"), parseID("a|b|Dim=x")}
	f.Fuzz(func(t *testing.T, s string) {
		if got := find(s, ids); strings.Contains(got, "the filter drops") {
			t.Errorf("%q: %s", s, got)
		}
	})
}
