package tally_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skywatch/rules/tally"
)

// The table of docs/events.md is the list in the code.
func TestDocsListTheMetrics(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "events.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "| Metric | Dimensions | Unit | Counts |\n|---|---|---|---|\n")
	table, _, _ := strings.Cut(after, "\n\n")
	var want []string
	for _, m := range tally.Metrics() {
		want = append(want, fmt.Sprintf("| `%s` | %s | %s | %s |", m.Name, m.Of, m.Unit, m.Means))
	}
	if diff := cmp.Diff(want, strings.Split(table, "\n")); diff != "" {
		t.Errorf("docs/events.md (-code +docs)\n%s", diff)
	}
}
