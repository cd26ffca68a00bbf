package skywatch

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport is the house's floor plan: the rooms that each room may import.
// Rooms of internal may be imported by all and are not listed. A new edge is a
// line here, reviewed with its reason in ARCHITECTURE.md.
var mayImport = map[string][]string{
	// Nouns.
	"metric/sketch": {},
	"metric":        {"metric/sketch"},
	"event":         {},
	"pattern":       {},
	"schedule":      {},

	// The corridor in: api → ingest → tsdb.
	"ingest":     {"metric"},
	"tsdb/wal":   {"metric", "tsdb/chunk"},
	"tsdb/chunk": {"metric", "metric/sketch"},
	"tsdb/index": {"metric", "tsdb/chunk"},
	"tsdb":       {"metric", "metric/sketch", "tsdb/wal", "tsdb/chunk", "tsdb/index"},

	// The corridor out: api → query → tsdb.
	"query":          {"metric", "metric/sketch", "query/expr", "query/insights", "query/search"},
	"query/expr":     {"metric"},
	"query/search":   {"metric"},
	"query/insights": {"metric"},
	"query/promql":   {"metric", "query"},
	"prometheus":     {"ingest", "metric", "query/promql"},
	"otlp":           {"ingest", "metric"},
	"emf":            {"ingest", "metric"},
	"statsd":         {"ingest", "ingest/gather", "metric"},

	// What acts: alarms → targets. Definitions and state are in the catalog.
	"journal":                               {},
	"catalog":                               {},
	"catalog/catalogtest":                   {"catalog"}, // for tests
	"schedule/ticker":                       {"catalog"},
	"schedule/ticker/tickertest":            {}, // for tests
	"targets/webhook":                       {},
	"targets/function":                      {"catalog", "event", "metric", "pattern", "targets", "targets/function/runtime"},
	"targets/function/runtime":              {},
	"targets/function/web":                  {"targets/function", "targets/function/runtime"},
	"targets/function/tally":                {"ingest/gather", "metric", "targets/function"},
	"targets":                               {"catalog", "metric"},
	"targets/queue":                         {"targets", "catalog", "metric"},
	"targets/queue/tally":                   {"ingest/gather", "metric", "targets", "targets/queue"},
	"targets/notice":                        {},
	"targets/destination":                   {"targets", "targets/destination/template", "targets/notice", "targets/webhook", "catalog", "metric"},
	"targets/destination/template":          {"targets/notice"},
	"targets/mail":                          {"targets"},
	"targets/mail/mailtest":                 {}, // for tests
	"targets/driver":                        {"targets/webhook"},
	"targets/forward":                       {"targets", "targets/driver", "targets/webhook"},
	"targets/forward/forwardtest":           {"api/sigv4"}, // for tests
	"targets/abroad":                        {"targets", "targets/driver", "targets/forward", "targets/webhook"},
	"targets/scalable":                      {"targets", "targets/driver", "targets/forward", "targets/scaling/steps", "targets/scaling/tracking", "targets/webhook", "catalog", "event", "metric", "schedule", "schedule/ticker"},
	"targets/scaling/steps":                 {"targets"},
	"targets/scaling/tracking":              {"catalog", "metric"},
	"targets/scaling/tracking/trackingtest": {"catalog", "metric", "targets", "targets/scaling/tracking"}, // for tests
	"targets/scaling":                       {"targets", "targets/driver", "targets/forward", "targets/scaling/steps", "targets/scaling/tracking", "targets/webhook", "catalog", "event", "metric", "schedule", "schedule/ticker", "targets/scaling/process"},
	"targets/scaling/process":               {},
	"targets/scaling/tally":                 {"ingest/gather", "metric", "targets/scaling"},
	"targets/topic":                         {"targets", "targets/mail", "targets/notice", "targets/queue", "targets/webhook", "catalog", "metric", "pattern"},
	"targets/topic/tally":                   {"catalog", "ingest/gather", "metric", "targets", "targets/topic"},
	"alarms/rule":                           {},
	"alarms":                                {"alarms/mute", "alarms/rule", "catalog", "event", "metric", "query", "schedule", "schedule/ticker", "query/expr", "query/insights", "targets"},
	"alarms/mute":                           {"schedule"},
	"alarms/trial":                          {},
	"rules":                                 {"catalog", "event", "metric", "pattern", "schedule", "schedule/ticker", "targets"},
	"scheduler":                             {"catalog", "event", "metric", "schedule", "schedule/ticker", "targets"},
	"scheduler/tally":                       {"catalog", "ingest/gather", "metric", "scheduler", "targets"},
	"ingest/gather":                         {"ingest", "metric"},
	"rules/tally":                           {"catalog", "ingest/gather", "metric", "rules", "targets"},
	"rules/tail":                            {"pattern", "rules"},
	"archives":                              {"catalog", "event", "journal", "metric", "pattern", "rules", "targets"},
	"logs":                                  {"catalog", "journal", "metric", "targets"},
	"logs/tally":                            {"ingest/gather", "logs", "metric"},
	"streams":                               {"catalog", "journal", "metric", "targets"},
	"access":                                {"catalog"},
	"dashboards":                            {"catalog", "dashboards/body"},
	"dashboards/body":                       {"metric", "query/expr", "query/insights", "query/search"},
	"doors":                                 {"catalog", "event", "metric", "rules"},

	// The door.
	"api/wire":   {"api/wire/*"},
	"api/wire/*": {"api/wire/*"},
	"api/sigv4":  {},
	"api":        {"access", "alarms", "alarms/mute", "archives", "api/sigv4", "api/wire", "api/wire/*", "dashboards", "dashboards/body", "ingest", "logs", "metric", "query", "rules", "scheduler", "streams", "targets", "targets/destination", "targets/function", "targets/function/web", "targets/queue", "targets/scalable", "targets/scaling", "targets/scaling/steps", "targets/scaling/tracking", "targets/topic"},

	// Clients of the public API.
	"agent": {},

	// The hall, and the command.
	"server/tlsreload": {},
	"server/manual":    {},
	"server":           {"*"},
	"backup":           {},
	"cmd/skywatch":     {"agent", "alarms/trial", "backup", "server"},

	// Beside the house: they may use the hall and look into any room.
	"skywatchtest":   {"server"},
	"conformance":    {"*"},
	"conformance/*":  {"*"},
	"bench":          {"*"},
	"bench/patterns": {},
	"tools/*":        {"*"},
}

func TestWhoImportsWhom(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		room := strings.TrimPrefix(p.ImportPath, "skywatch/")
		if room == "skywatch" || strings.HasPrefix(room, "internal/") {
			continue
		}
		allowed, ok := lookup(room)
		if !ok {
			t.Errorf("room %s is not in the floor plan", room)
			continue
		}
		for _, imp := range p.Imports {
			to, ours := strings.CutPrefix(imp, "skywatch/")
			if ours && !strings.HasPrefix(to, "internal/") && !slices.ContainsFunc(allowed, func(a string) bool { return covers(a, to) }) {
				t.Errorf("%s imports %s, which the floor plan does not allow", room, to)
			}
			if strings.HasPrefix(imp, "github.com/aws/") && !speaksAWS(room) && !signsForAWS(room, imp) {
				t.Errorf("%s imports %s: SDK and wire types stop at api", room, imp)
			}
		}
	}
}

// speaksAWS reports whether a room may know the SDK's types.
func speaksAWS(room string) bool {
	return room == "api" || room == "agent" || room == "cmd/skywatch" || strings.HasPrefix(room, "api/wire") ||
		strings.HasPrefix(room, "conformance") || room == "bench" || strings.HasPrefix(room, "tools/")
}

// signsForAWS allows the one room that calls AWS the SDK's signer and credentials:
// these are worth more than their own code. No type of a service comes with them
// but that of AssumeRole (docs/adr/0008).
func signsForAWS(room, imp string) bool {
	const sdk = "github.com/aws/aws-sdk-go-v2/"
	return room == "targets/forward" && slices.Contains([]string{
		sdk + "aws", sdk + "aws/signer/v4", sdk + "config", sdk + "credentials", sdk + "credentials/stscreds", sdk + "service/sts",
	}, imp)
}

func lookup(room string) ([]string, bool) {
	if a, ok := mayImport[room]; ok {
		return a, true
	}
	for name, a := range mayImport {
		if strings.HasSuffix(name, "/*") && covers(name, room) {
			return a, true
		}
	}
	return nil, false
}

func covers(rule, room string) bool {
	if prefix, ok := strings.CutSuffix(rule, "*"); ok {
		return strings.HasPrefix(room, prefix)
	}
	return rule == room
}

type pkg struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
