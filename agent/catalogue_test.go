package agent

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("rewrite", false, "write METRICS.md anew from the code")

const metricsFile = "METRICS.md"

// introduction is what METRICS.md says before the tables.
const introduction = `<!-- Made from the code: go test ./agent -run TestMetricsFile -rewrite -->
# Host metrics

What the host agent publishes, under the names, units and dimensions of the
CloudWatch agent on Linux, in namespace ` + "`CWAgent`" + `. Every metric also has the
dimension ` + "`host`" + `, the machine's host name. Readings are taken every 10, 60 or 300
seconds (300 is basic monitoring); at 10 s they are stored at one-second
resolution (StorageResolution 1).

Kinds: a **level** is the state at the time of the reading; a **growth** is how
much a counter grew since the reading before; a **share** is a part of the time
since the reading before. The first reading after the start gives levels only. A
counter that went backwards gives nothing for that interval.

While the server is away, datums wait in a bounded buffer with the time at which
they were read, and go out in order when it is back. When the buffer is full the
oldest are dropped; the log then tells once how many. A batch that the server
refuses with 4xx is dropped and logged (401, 403, 408, 429 and throttling are tried
again). A batch whose answer was lost is sent again, so its datums may count twice.

Differences from the CloudWatch agent:

- ` + "`cpu_time_*`" + ` (off by default there) is not published.
- ` + "`netstat_tcp_none`" + ` and ` + "`netstat_udp_socket`" + ` count TCP and UDP sockets, as AWS
  documents them; the agent also counts Unix domain sockets in them.
- ` + "`disk_*`" + ` leaves out tmpfs, overlay and other short-lived or read-only image file
  systems unless mounted at ` + "`/`" + `, file systems that are covered by a later mount, and
  those of the types configured. A file system that does not answer (a dead NFS
  server) holds up the readings: ignore its type.
- ` + "`processes_zombies`" + ` has no unit, as there.
- The agent has no metric of the system's load average, so there is none here.
`

func renderMetrics() string {
	var b strings.Builder
	b.WriteString(introduction)
	part := ""
	for _, d := range Metrics() {
		if p, _, _ := strings.Cut(d.Name, "_"); p != part {
			part = p
			fmt.Fprintf(&b, "\n## %s\n\n| Metric | Unit | Dimensions | Kind | What |\n|---|---|---|---|---|\n", part)
		}
		dims := slices.Sorted(slices.Values(append([]string{"host"}, d.Dimensions...)))
		fmt.Fprintf(&b, "| `%s` | %s | `%s` | %s | %s |\n", d.Name, d.Unit, strings.Join(dims, "`, `"), d.Kind, d.Text)
	}
	return b.String()
}

func TestMetricsFile(t *testing.T) {
	t.Parallel()
	want := renderMetrics()
	if *rewrite {
		if err := os.WriteFile(metricsFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(metricsFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is not what the code publishes (run with -rewrite):\n%s", metricsFile, diff)
	}
}

// TestMetricsAreTheAgents compares the names with the CloudWatch agent's
// registered metrics for Linux (translator/translate/metrics/config/
// registered_metrics.go, August 2026) for the parts that we read.
func TestMetricsAreTheAgents(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"cpu":       "usage_active usage_guest usage_guest_nice usage_idle usage_iowait usage_irq usage_nice usage_softirq usage_steal usage_system usage_user",
		"disk":      "free inodes_free inodes_total inodes_used total used used_percent",
		"diskio":    "iops_in_progress io_time reads read_bytes read_time writes write_bytes write_time",
		"swap":      "free used used_percent",
		"mem":       "active available available_percent buffered cached free inactive total used used_percent",
		"net":       "bytes_sent bytes_recv drop_in drop_out err_in err_out packets_sent packets_recv",
		"netstat":   "tcp_close tcp_close_wait tcp_closing tcp_established tcp_fin_wait1 tcp_fin_wait2 tcp_last_ack tcp_listen tcp_none tcp_syn_sent tcp_syn_recv tcp_time_wait udp_socket",
		"processes": "blocked dead idle paging running sleeping stopped total total_threads zombies",
	}
	var names, ours []string
	for part, metrics := range want {
		for name := range strings.FieldsSeq(metrics) {
			names = append(names, part+"_"+name)
		}
	}
	valid := regexp.MustCompile(`^(None|Percent|Bytes|Count|Milliseconds)$`)
	for _, d := range Metrics() {
		ours = append(ours, d.Name)
		if !valid.MatchString(string(d.Unit)) || d.Text == "" || d.Kind == "" {
			t.Errorf("%+v is not whole", d)
		}
	}
	slices.Sort(names)
	slices.Sort(ours)
	if diff := cmp.Diff(names, ours); diff != "" {
		t.Error(diff)
	}
}
