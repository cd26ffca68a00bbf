package conformance_test

import (
	"fmt"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// TestGrafanaDataSource makes the calls of Grafana's CloudWatch data source: its health
// check, what fills the query editor, one panel of each kind, annotations. A
// list of panels has id, label, status and values of each result, and the
// messages.
func TestGrafanaDataSource(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	got := script(t, "python3", "py/grafana.py", start(t), fmt.Sprint(recent().Unix()))
	want := parsed(t, `{
		"health": {"metrics": [], "logs": []},
		"editor": {
			"regions": ["eu-west-3"], "sinks": [],
			"links": ["ResourceNotFoundException", "ResourceNotFoundException", "Sink arn:aws:oam:eu-west-3:000000000000:sink/x does not exist.", 404],
			"metrics": [[{"Name": "host", "Value": "db-1"}], [{"Name": "host", "Value": "web-1"}], [{"Name": "host", "Value": "web-2"}]],
			"instances": [], "resources": []
		},
		"panels": {
			"metric": [[["queryA", "web-1: cpu_usage_active", "Complete", [10, 20, 30]]], []],
			"wildcard": [[
				["queryB", "db-1|&|db-1|&|cpu_usage_active", "Complete", [1, 1, 1]],
				["queryB", "web-1|&|web-1|&|cpu_usage_active", "Complete", [10, 20, 30]],
				["queryB", "web-2|&|web-2|&|cpu_usage_active", "Complete", [2, 4, 6]]], []],
			"several values": [[["queryC", "web-1", "Complete", [10, 20, 30]], ["queryC", "web-2", "Complete", [2, 4, 6]]], []],
			"match exact off": [[["queryD", "-- cpu_usage_active", "Complete", [2, 4, 6]], ["queryD", "cpu0 cpu0", "Complete", [2, 4, 6]]], []],
			"sql": [[["queryE", "web-1", "Complete", [10, 20, 30]], ["queryE", "web-2", "Complete", [2, 4, 6]]], []],
			"sum of all": [[
				["queryA", "web-1: cpu_usage_active", "Complete", [10, 20, 30]], ["b", "cpu_usage_active", "Complete", [10, 20, 30]],
				["queryF", "queryF", "Complete", [20, 40, 60]]], []],
			"sum of nothing": [[["queryG", "queryG", "Complete", []]], []],
			"empty members": [[["queryA", "cpu_usage_active", "Complete", [10, 20, 30]]], []],
			"wrong": ["ValidationError", "Error in expression 'queryH': Function 'NOPE' not found"]
		},
		"annotations": {"prefix": ["cpu high"], "metric": ["cpu high"], "history": ["Alarm updated from INSUFFICIENT_DATA to OK"]}
	}`)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
}
