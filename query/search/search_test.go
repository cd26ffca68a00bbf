package search_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"skywatch/metric"
	"skywatch/query/search"
)

// Conversations: "metrics" lists them, one a line with its number, as
// namespace|name|dimension=value...; "find" answers searches with numbers.
func TestConversations(t *testing.T) {
	t.Parallel()
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		var ids []metric.ID
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var b strings.Builder
			for line := range strings.Lines(d.Input) {
				if line = strings.TrimSuffix(line, "\n"); d.Cmd == "metrics" {
					ids = append(ids, parseID(line))
					fmt.Fprintln(&b, len(ids), line)
				} else {
					fmt.Fprintln(&b, find(line, ids))
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

func find(text string, ids []metric.ID) string {
	q, err := search.Parse(text)
	if err != nil {
		return "error: " + err.Error()
	}
	f := q.Filter(ids[0].Tenant)
	var found []string
	for i, id := range ids {
		if !q.Match(&id) {
			continue
		}
		if !f.Match(metric.Listing{ID: id}) {
			return fmt.Sprintf("error: the filter drops %d", i+1)
		}
		found = append(found, fmt.Sprint(i+1))
	}
	return strings.Join(found, " ")
}

// No text makes Parse fail but by an error, and no filter drops what matches.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`{AWS/EC2,InstanceId} MetricName="CPUUtilization"`, `a OR NOT (b AND "c d")`, `Dim=("x" OR y) z`, `{"a b"`, `x="\"`, "NOT NOT NOT", "((((", "=a", `:aws.AccountId="000000000000"`,
	} {
		f.Add(s)
	}
	ids := []metric.ID{parseID("AWS/EC2|CPUUtilization|InstanceId=i-1"), parseID("a|b|Dim=x"), parseID("c d|z")}
	f.Fuzz(func(t *testing.T, s string) {
		if got := find(s, ids); strings.Contains(got, "the filter drops") {
			t.Errorf("%q: %s", s, got)
		}
	})
}

// A text is cut into tokens once for all words of a search: its cost for a metric
// does not grow with words times texts.
func TestTextsAreCutOnce(t *testing.T) { // alone: it counts allocations
	id := metric.ID{Namespace: "App", Name: "RequestCount", Dimensions: []metric.Dimension{{Name: "Host", Value: "web-12"}, {Name: "Zone", Value: "eastern-7"}}}
	allocs := func(words int) float64 {
		q, err := search.Parse(strings.Repeat("absent OR ", words-1) + "absent")
		if err != nil {
			t.Fatal(err)
		}
		return testing.AllocsPerRun(100, func() { q.Match(&id) })
	}
	if one, hundred := allocs(1), allocs(100); hundred > one+5 {
		t.Errorf("%v allocations for a word, %v for a hundred", one, hundred)
	}
}
