package server_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skywatch/ingest/gather"
	groups "skywatch/logs/tally"
	schedules "skywatch/scheduler/tally"
	functions "skywatch/targets/function/tally"
	queues "skywatch/targets/queue/tally"
	topics "skywatch/targets/topic/tally"
)

// The tables of docs/metrics-of-services.md are the lists in the code.
func TestDocsListTheMetricsOfServices(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "docs", "metrics-of-services.md"))
	if err != nil {
		t.Fatal(err)
	}
	for namespace, figures := range map[string][]gather.Figure{
		queues.Namespace: queues.Figures(), topics.Namespace: topics.Figures(),
		functions.Namespace: functions.Figures(), schedules.Namespace: schedules.Figures(), groups.Namespace: groups.Figures(),
	} {
		_, section, _ := strings.Cut(string(text), ": `"+namespace+"`\n")
		_, after, _ := strings.Cut(section, "| Metric | Unit | Counts |\n|---|---|---|\n")
		table, _, _ := strings.Cut(after, "\n\n")
		var want []string
		for _, f := range figures {
			want = append(want, fmt.Sprintf("| `%s` | %s | %s |", f.Name, f.Unit, f.Means))
		}
		if diff := cmp.Diff(want, strings.Split(strings.TrimSpace(table), "\n")); diff != "" {
			t.Errorf("%s (-code +docs)\n%s", namespace, diff)
		}
	}
}
