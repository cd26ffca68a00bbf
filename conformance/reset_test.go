package conformance_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"skywatch/catalog"
	"skywatch/journal"
	"skywatch/server"
)

const (
	resetMine  = "000000000000"
	resetOther = "210987654321"
)

// resetHouse is a server on a directory, for one life.
type resetHouse struct {
	*server.Server
	dir string
}

func openReset(t *testing.T, dir, account string) *resetHouse {
	t.Helper()
	cfg, _ := fleetConfig(t) // groups have instances
	cfg.AccountID, cfg.Clock, cfg.Listen, cfg.DataDir = account, "manual", "127.0.0.1:0", dir
	s, err := server.New(cfg, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})))
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return &resetHouse{s, dir}
}

func (h *resetHouse) close(t *testing.T) {
	t.Helper()
	if err := h.Stop(); err != nil {
		t.Fatal(err)
	}
}

// leftOn is all that a server has left on the disk, by "table key".
func leftOn(t *testing.T, dir string) (records map[string]string, logs []string) {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: filepath.Join(dir, "catalog")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	records = map[string]string{}
	if err := db.Each(func(table string, key []string, value []byte) error {
		records[table+" "+strings.Join(key, " ")] = string(value)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(journal.Options{Dir: filepath.Join(dir, "journal")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.Close() }()
	return records, j.Logs()
}

// leaves are operations that take away what others have made.
var leaves = []string{"Delete", "Remove", "Untag", "Deregister", "Unsubscribe", "Terminate", "Detach", "Purge", "Cancel", "Disassociate", "Batch"}

// fill makes the calls of all conversations but for those that take away.
func (h *resetHouse) fill(t *testing.T) {
	t.Helper()
	call := callBoto3(t)
	for _, steps := range operationSteps(t) {
		kept := []string{"$server", h.URL(), "$hook", "http://127.0.0.1:9/", `"$now"`, nowMilliseconds()}
		for _, s := range steps {
			if s.Kill || s.reads() && s.Keep == "" || slices.ContainsFunc(leaves, func(l string) bool { return strings.HasPrefix(s.Operation, l) }) {
				continue
			}
			s.Members = json.RawMessage(strings.NewReplacer(kept...).Replace(string(s.Members)))
			if s.Path == "" {
				s.Path = "Nothing"
			}
			got, _ := call(t, h.URL(), s)
			if text, ok := got.(string); ok && s.Keep != "" {
				kept = append(kept, "$"+s.Keep, text)
			}
		}
	}
}

// more makes what the conversations do not leave: messages in queues of both kinds,
// and what is remembered of them.
func (h *resetHouse) more(t *testing.T) {
	t.Helper()
	m := newCloudWatchIn(h.URL(), "us-east-1")
	c := newRouter(h.URL())
	q := makeQueue(t, c.sqs, "reset.fifo", map[string]string{"FifoQueue": "true"})
	plain := makeQueue(t, c.sqs, "reset", nil)
	for _, send := range []*sqs.SendMessageInput{
		{QueueUrl: &q, MessageBody: aws.String("a"), MessageGroupId: aws.String("g"), MessageDeduplicationId: aws.String("1")},
		{QueueUrl: &q, MessageBody: aws.String("b"), MessageGroupId: aws.String("g"), MessageDeduplicationId: aws.String("2")},
		{QueueUrl: &plain, MessageBody: aws.String("c")},
		{QueueUrl: &plain, MessageBody: aws.String("d"), MessageGroupId: aws.String("g")},
	} {
		if _, err := c.sqs.SendMessage(t.Context(), send); err != nil {
			t.Fatal(err)
		}
	}
	for _, receive := range []*sqs.ReceiveMessageInput{{QueueUrl: &q, ReceiveRequestAttemptId: aws.String("x")}, {QueueUrl: &plain}} {
		if _, err := c.sqs.ReceiveMessage(t.Context(), receive); err != nil {
			t.Fatal(err)
		}
	}
	topic, err := c.sns.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("reset.fifo"), Attributes: map[string]string{"FifoTopic": "true"}})
	if err == nil {
		_, err = c.sns.Publish(t.Context(), &sns.PublishInput{TopicArn: topic.TopicArn, Message: aws.String("e"), MessageGroupId: aws.String("g"), MessageDeduplicationId: aws.String("3")})
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.PutMetricAlarm(t.Context(), minimal("reset", nil)); err != nil {
		t.Fatal(err)
	}
	if _, err := m.PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{Namespace: aws.String("App"), MetricData: []types.MetricDatum{{MetricName: aws.String("m"), Value: aws.Float64(30)}}}); err != nil {
		t.Fatal(err)
	}
}

// TestReset holds that nothing of an account is left: in no table of the catalog,
// no log of the journal and no metric, neither in memory nor on the disk; that
// another account's are as they were; and that what follows works. It fails for a
// table of which it has nothing: put something into it here, or say why not.
func TestReset(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	dir := filepath.Join(t.TempDir(), "data")
	h := openReset(t, dir, resetOther)
	h.more(t)
	h.close(t)
	other, _ := leftOn(t, dir)

	h = openReset(t, dir, resetMine)
	h.fill(t)
	h.more(t)
	if _, err := h.Advance(t.Context(), time.Second); err != nil { // what was begun is done
		t.Fatal(err)
	}
	h.close(t)
	full, _ := leftOn(t, dir)
	checkTables(t, full)

	h = openReset(t, dir, resetMine)
	res, err := client.Post(h.URL()+"/skywatch/v1/reset", "application/json", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != 200 {
		t.Fatalf("reset: %s", res.Status)
	}
	m := newCloudWatchIn(h.URL(), "us-east-1")
	if list, err := m.ListMetrics(t.Context(), &cloudwatch.ListMetricsInput{}); err != nil || len(list.Metrics) > 0 {
		t.Errorf("metrics are left: %v %v", list, err)
	}
	h.close(t)
	after, logs := leftOn(t, dir)
	number := regexp.MustCompile(`\b` + resetMine + `\b`)
	for key, value := range after {
		if number.MatchString(key) || number.MatchString(value) {
			t.Errorf("left is %q: %q", key, value)
		}
	}
	for key, value := range other {
		if strings.Contains(key, resetOther) && after[key] != value {
			t.Errorf("of another account, %q was %q and is %q", key, value, after[key])
		}
	}
	for key := range after {
		if _, was := other[key]; !was && !slices.Contains(ofNobody, strings.Fields(key)[0]) {
			t.Errorf("left is %q", key)
		}
	}
	if len(logs) > 0 {
		t.Errorf("logs are left: %q", logs)
	}
	h = openReset(t, dir, resetMine)
	defer h.close(t)
	h.more(t)
	h.fillsAlarm(t)
}

// fillsAlarm holds that alarms are evaluated and metrics counted as ever.
func (h *resetHouse) fillsAlarm(t *testing.T) {
	t.Helper()
	if _, err := h.Advance(t.Context(), 2*time.Minute); err != nil {
		t.Fatal(err)
	}
	if state := alarmState(t, newCloudWatchIn(h.URL(), "us-east-1"), "reset"); state != "ALARM" {
		t.Errorf("an alarm after the reset is %s", state)
	}
}

// ofNobody are tables whose records belong to the server and not to an account.
var ofNobody = []string{"settings", "plans-clock", "alarm-sequence", "event-opening"}

// elsewhere are tables that the account has nothing in here, since that is there
// only while something is under way or takes more than a call: each with the key of
// a record, which tells whose it is.
var elsewhere = map[string][]string{
	"alarm-contributors":        {resetMine, "us-east-1", "alarm", "id"},
	"api-destination-templates": {resetMine, "us-east-1", "name"},
	"delivery-lost":             {resetMine, "id", "target"},
	"delivery-lost-target":      {resetMine, "target", "000000000000001", "id"},
	"door-seen":                 {resetMine, "us-east-1", "door", "identity"},
	"door-seen-age":             {"000000000000001", resetMine, "us-east-1", "door", "identity"},
	"event-replay-waiting":      {resetMine, "us-east-1", "replay"},
	"event-sources":             {resetMine, "us-east-1", "source"},
	"outbox-breaker":            {"arn:aws:sns:us-east-1:" + resetMine + ":t"},
	"scaling-open":              {resetMine, "us-east-1", "group", "activity"},
	"scaling-lifecycle":         {resetMine, "us-east-1", "group", "i-1", "hook"},
}

// ofIDs are tables by the ID of a queue that is gone: the sweep of the queues, which
// begins when the rooms open, empties them.
var ofIDs = []string{"queue-left"}

// kept are tables that a reset leaves alone: access keys stay.
var kept = []string{"access-keys"}

// checkTables holds that each table of the product has something of the account.
func checkTables(t *testing.T, records map[string]string) {
	t.Helper()
	have := map[string]bool{}
	for key := range records {
		have[strings.Fields(key)[0]] = true
	}
	for _, table := range tablesOf(t) {
		if key, ok := elsewhere[table]; ok && catalog.AccountOf(key) != resetMine {
			t.Errorf("a record of table %s does not tell whose it is by its key %q", table, key)
		} else if !ok && !have[table] && !slices.Contains(slices.Concat(ofNobody, ofIDs, kept), table) {
			t.Errorf("nothing in table %s: nobody knows whether a reset empties it", table)
		}
	}
}

// tablesOf are the names of all tables of the catalog, as the code declares them.
func tablesOf(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{}
	forTests := func(path string) bool { // a room beside the one that it has fakes of
		dir, name := filepath.Split(path)
		return name == filepath.Base(dir)+"test"
	}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == "conformance" || d.Name() == "bench" || d.Name() == "testdata" || forTests(path) || strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2) {
			if err == nil {
				err = fs.SkipDir
			}
			return err
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(text, []byte("catalog.Table[")) {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, text, 0)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			of, ok := lit.Type.(*ast.IndexExpr)
			if !ok {
				return true
			}
			if sel, ok := of.X.(*ast.SelectorExpr); !ok || sel.Sel.Name != "Table" || fmt.Sprint(sel.X) != "catalog" {
				return true
			}
			for _, e := range lit.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok && fmt.Sprint(kv.Key) == "Name" {
					name, err := strconv.Unquote(kv.Value.(*ast.BasicLit).Value)
					if err != nil {
						t.Error(path, err)
					}
					found[name] = true
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(found))
}
