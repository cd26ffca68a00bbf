package queue_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/cockroachdb/pebble/v2/vfs"
	"go.uber.org/goleak"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets"
	"skywatch/targets/queue"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var tenant = metric.Tenant{Account: "123456789012", Region: "us-east-1"}

func name(q string) queue.Name { return queue.Name{Tenant: tenant, Queue: q} }

// desk is a service in a bubble of virtual time, and what a conversation with
// it remembers.
type desk struct {
	t        *testing.T
	db       *catalog.DB
	s        *queue.Service
	begin    time.Time
	receipts map[string]string // by message body: the last
	earlier  map[string]string // and the one before

	mu   sync.Mutex
	uses []queue.Used
}

func openDesk(t *testing.T, fs vfs.FS) *desk {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "c", FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, db: db, begin: time.Now(), receipts: map[string]string{}, earlier: map[string]string{}}
	d.s = queue.New(queue.Options{Catalog: db, Observe: d.observe})
	return d
}

func (d *desk) close() {
	if err := d.db.Close(); err != nil {
		d.t.Error(err)
	}
}

func bubble(t *testing.T, f func(t *testing.T, d *desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := openDesk(t, vfs.NewMem())
		f(t, d)
		d.close()
	})
}

func TestConversations(t *testing.T) {
	t.Parallel()
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		bubble(t, func(t *testing.T, d *desk) {
			datadriven.RunTest(t, path, func(t *testing.T, td *datadriven.TestData) string {
				said := d.say(t, td)
				for _, handle := range d.receipts { // they are random
					said = strings.ReplaceAll(said, handle, "HANDLE")
				}
				return said
			})
		})
	})
}

func (d *desk) say(t *testing.T, td *datadriven.TestData) string {
	ctx := context.Background()
	if td.Cmd == "advance" {
		by, err := time.ParseDuration(td.CmdArgs[0].Key)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(by)
		return ""
	}
	n := name(td.CmdArgs[0].Key)
	args := map[string]string{}
	for _, a := range td.CmdArgs[1:] {
		args[a.Key] = strings.Join(a.Vals, ",")
	}
	if dead, ok := args["dead"]; ok { // spells a RedrivePolicy, which a line cannot hold
		args["RedrivePolicy"] = fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%s}`, name(dead).ARN(), args["most"])
		delete(args, "dead")
		delete(args, "most")
	}
	if by, ok := args["allow"]; ok {
		args["RedriveAllowPolicy"] = fmt.Sprintf(`{"redrivePermission":"byQueue","sourceQueueArns":[%q]}`, name(by).ARN())
		delete(args, "allow")
	}
	timeout := func(key string) *time.Duration {
		v, ok := args[key]
		if !ok {
			return nil
		}
		n, err := strconv.Atoi(v)
		if err != nil {
			t.Fatal(err)
		}
		return new(time.Duration(n) * time.Second)
	}
	switch td.Cmd {
	case "create":
		return told(d.s.Create(ctx, n, args, nil))
	case "delete-queue":
		return told(d.s.Delete(ctx, n))
	case "purge":
		return told(d.s.Purge(ctx, n))
	case "policy":
		return told(d.s.SetAttributes(ctx, n, map[string]string{td.CmdArgs[1].Key: td.Input}))
	case "sources":
		names, _, err := d.s.SourcesOf(n, "", 1000)
		return fmt.Sprintf("%v\n%s", names, told(err))
	case "set":
		return told(d.s.SetAttributes(ctx, n, args))
	case "attributes":
		got, err := d.s.Attributes(n, slices.Sorted(maps.Keys(args)))
		var out strings.Builder
		for _, k := range slices.Sorted(maps.Keys(got)) {
			fmt.Fprintf(&out, "%s=%s\n", k, got[k])
		}
		return out.String() + told(err)
	case "list":
		limit := 1000
		if v := timeout("limit"); v != nil {
			limit = int(*v / time.Second)
		}
		names, more, err := d.s.List(tenant, args["prefix"], args["after"], limit)
		return fmt.Sprintf("%v more=%v\n%s", names, more, told(err))
	case "send":
		m := queue.Message{Body: td.Input, Delay: timeout("delay"), Group: args["group"], Deduplication: args["once"]}
		sent, err := d.s.Send(ctx, n, m)
		if sent.Sequence != "" {
			return "sequence " + strings.TrimLeft(sent.Sequence, "0") + "\n"
		}
		return told(err)
	case "receive":
		return d.receive(ctx, n, args, timeout)
	case "depth":
		return d.depth(ctx, n)
	case "used":
		return d.used()
	case "delete":
		return told(d.s.DeleteMessage(ctx, n, d.handle(args)))
	case "hide":
		return told(d.s.ChangeVisibility(ctx, n, d.handle(args), *timeout("for")))
	}
	return "unknown command"
}

func (d *desk) handle(args map[string]string) string {
	if h, ok := args["handle"]; ok {
		return h
	}
	if b, ok := args["earlier"]; ok {
		return d.earlier[b]
	}
	return d.receipts[args["message"]]
}

func (d *desk) receive(ctx context.Context, n queue.Name, args map[string]string, timeout func(string) *time.Duration) string {
	r := queue.Receive{Max: 1, Wait: timeout("wait"), Visibility: timeout("visibility")}
	if v := timeout("max"); v != nil {
		r.Max = int(*v / time.Second)
	}
	begin := time.Now()
	got, err := d.s.Receive(ctx, n, r)
	var out strings.Builder
	for _, m := range got {
		fmt.Fprintf(&out, "%s: received %d, sent at %v, first at %v\n", m.Body, m.Receives, m.SentAt.Sub(d.begin), m.First.Sub(d.begin))
		if m.Group != "" {
			fmt.Fprintf(&out, "  group %s, sequence %s\n", m.Group, strings.TrimLeft(m.Sequence, "0"))
		}
		if m.Source != "" {
			fmt.Fprintf(&out, "  from %s\n", m.Source)
		}
		d.earlier[m.Body] = d.receipts[m.Body]
		d.receipts[m.Body] = m.Receipt
	}
	if len(got) == 0 && err == nil {
		fmt.Fprintln(&out, "nothing")
	}
	if took := time.Since(begin); took > 0 {
		fmt.Fprintf(&out, "after %v\n", took)
	}
	return out.String() + told(err)
}

// told spells an error by what it tells a client.
func told(err error) string {
	var f *fault.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &f):
		subject := ""
		if f.Subject != "" {
			subject = " (" + f.Subject + ")"
		}
		return fmt.Sprintf("error%s: %s\n", subject, f.Message)
	default:
		return "internal error: " + err.Error() + "\n"
	}
}

func TestDigests(t *testing.T) {
	t.Parallel()
	// The expected sums were worked out by hand of the documented encoding,
	// with another program.
	for _, c := range []struct {
		attributes map[string]targets.Attribute
		want       string
	}{
		{nil, ""},
		{map[string]targets.Attribute{"a": {Type: "String", String: "b"}}, "bef8bf215374a0a228d67533b1a488be"},
		{map[string]targets.Attribute{"n": {Type: "Number.int", String: "1"}, "b": {Type: "Binary", Binary: []byte{0, 255}}}, "9f2a22a65565037e6ffe7103413de96b"},
	} {
		bubble(t, func(t *testing.T, d *desk) {
			if err := d.s.Create(t.Context(), name("q"), nil, nil); err != nil {
				t.Fatal(err)
			}
			sent, err := d.s.Send(t.Context(), name("q"), queue.Message{Body: "hello", Attributes: c.attributes})
			if err != nil {
				t.Fatal(err)
			}
			if sent.BodyMD5 != "5d41402abc4b2a76b9719d911017c592" || sent.AttributesMD5 != c.want {
				t.Errorf("%v: body %s, attributes %s", c.attributes, sent.BodyMD5, sent.AttributesMD5)
			}
			got, err := d.s.Receive(t.Context(), name("q"), queue.Receive{Max: 1})
			if err != nil || len(got) != 1 || got[0].Sent != sent {
				t.Errorf("received %+v, %v; sent %+v", got, err, sent)
			}
		})
	}
}

func TestMessageRules(t *testing.T) {
	t.Parallel()
	many := map[string]targets.Attribute{}
	for i := range 11 {
		many[fmt.Sprint(i)] = targets.Attribute{Type: "String", String: "v"}
	}
	one := func(name, typ, value string) map[string]targets.Attribute {
		return map[string]targets.Attribute{name: {Type: typ, String: value}}
	}
	for _, c := range []struct {
		m    queue.Message
		want string
	}{
		{queue.Message{Body: "ok\t\n\r\u20ac\U0001F600"}, ""},
		{queue.Message{Body: strings.Repeat("x", 1<<20)}, ""},
		{queue.Message{Body: strings.Repeat("x", 1<<20+1)}, "error: One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.\n"},
		{queue.Message{Body: strings.Repeat("x", 1<<20-7), Attributes: one("a", "String", "v")}, "error: One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.\n"},
		{queue.Message{}, "error: The request must contain the parameter MessageBody.\n"},
		{queue.Message{Body: "a\x00"}, "error (message-contents): Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF\n"},
		{queue.Message{Body: "a\xff"}, "error (message-contents): Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF\n"},
		{queue.Message{Body: "a", Delay: new(900 * time.Second)}, ""},
		{queue.Message{Body: "a", Delay: new(901 * time.Second)}, "error: Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.\n"},
		{queue.Message{Body: "a", Attributes: many}, "error: Number of message attributes [11] exceeds the allowed maximum [10].\n"},
		{queue.Message{Body: "a", Attributes: one("a", "", "v")}, "error: The message attribute 'a' must contain a non-empty message attribute type.\n"},
		{queue.Message{Body: "a", Attributes: one("a", "Text", "v")}, "error: The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.\n"},
		{queue.Message{Body: "a", Attributes: one("a", "String", "")}, "error: The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'.\n"},
		{queue.Message{Body: "a", Attributes: one("a", "Number", "one")}, "error: Can't cast the value of message (user) attribute 'a' to a number.\n"},
		{queue.Message{Body: "a", Attributes: one("a", "Number", "NaN")}, "error: Can't cast the value of message (user) attribute 'a' to a number.\n"},
		{queue.Message{Body: "a", Attributes: one("a", "Number", "0x1p4")}, "error: Can't cast the value of message (user) attribute 'a' to a number.\n"},
		{queue.Message{Body: "a", Attributes: one("a", "Number", "-1.5e+3")}, ""},
		{queue.Message{Body: "a", Attributes: one("AWS.x", "String", "v")}, "error: The message attribute name 'AWS.x' is invalid.\n"},
		{queue.Message{Body: "a", Attributes: one("a b", "String", "v")}, "error: The message attribute name 'a b' is invalid.\n"},
		{queue.Message{Body: "a", System: one("Other", "String", "v")}, "error: Message system attribute name 'Other' is invalid.\n"},
	} {
		bubble(t, func(t *testing.T, d *desk) {
			if err := d.s.Create(t.Context(), name("q"), nil, nil); err != nil {
				t.Fatal(err)
			}
			if _, err := d.s.Send(t.Context(), name("q"), c.m); told(err) != c.want {
				t.Errorf("%.40q %v: %q, want %q", c.m.Body, c.m.Attributes, told(err), c.want)
			}
		})
	}
}

func TestBatches(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, d *desk) {
		q := name("q")
		if err := d.s.Create(t.Context(), q, nil, nil); err != nil {
			t.Fatal(err)
		}
		entry := func(id, body string) queue.SendEntry {
			return queue.SendEntry{ID: id, Message: queue.Message{Body: body}}
		}
		for _, c := range []struct {
			entries []queue.SendEntry
			want    string
		}{
			{nil, "error (batch-empty): There should be at least one SendMessageBatchRequestEntry in the request.\n"},
			{slices.Repeat([]queue.SendEntry{entry("a", "b")}, 11), "error (batch-entries): Maximum number of entries per request are 10. You have sent 11.\n"},
			{[]queue.SendEntry{entry("a", "b"), entry("a", "c")}, "error (batch-ids): Id a repeated.\n"},
			{[]queue.SendEntry{entry("a.b", "b")}, "error (batch-id): A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.\n"},
			{
				[]queue.SendEntry{entry("a", strings.Repeat("x", 600_000)), entry("b", strings.Repeat("x", 600_000))},
				"error (batch-size): Batch requests cannot be longer than 1048576 bytes. You have sent 1200000 bytes.\n",
			},
		} {
			if _, err := d.s.SendBatch(t.Context(), q, c.entries); told(err) != c.want {
				t.Errorf("%q, want %q", told(err), c.want)
			}
		}
		sent, err := d.s.SendBatch(t.Context(), q, []queue.SendEntry{entry("a", "one"), entry("b", ""), entry("c", "three")})
		if err != nil || sent[0].Err != nil || !fault.Is(sent[1].Err, fault.Missing) || sent[2].Err != nil {
			t.Fatalf("sent %+v, %v", sent, err)
		}
		got, err := d.s.Receive(t.Context(), q, queue.Receive{Max: 10})
		if err != nil || len(got) != 2 {
			t.Fatalf("received %d, %v", len(got), err)
		}
		hidden, err := d.s.ChangeVisibilityBatch(t.Context(), q, []queue.ReceiptEntry{{ID: "a", Receipt: got[0].Receipt}, {ID: "b", Receipt: "nonsense"}})
		if err != nil || hidden[0].Err != nil || !fault.Is(hidden[1].Err, fault.InvalidValue) {
			t.Errorf("hidden %+v, %v", hidden, err)
		}
		gone, err := d.s.DeleteBatch(t.Context(), q, []queue.ReceiptEntry{{ID: "a", Receipt: got[0].Receipt}, {ID: "b", Receipt: got[1].Receipt}, {ID: "c"}})
		if err != nil || gone[0].Err != nil || gone[1].Err != nil || !fault.Is(gone[2].Err, fault.Missing) {
			t.Errorf("deleted %+v, %v", gone, err)
		}
	})
}

// A long poll ends when somebody sends, whoever it is.
func TestLongPollWakes(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, d *desk) {
		q := name("q")
		if err := d.s.Create(t.Context(), q, nil, nil); err != nil {
			t.Fatal(err)
		}
		type end struct {
			got  []queue.Received
			err  error
			took time.Duration
		}
		ends := make(chan end)
		begin := time.Now()
		for range 3 {
			go func() {
				got, err := d.s.Receive(t.Context(), q, queue.Receive{Max: 1, Wait: new(20 * time.Second)})
				ends <- end{got, err, time.Since(begin)}
			}()
		}
		time.Sleep(5 * time.Second)
		if _, err := d.s.Send(t.Context(), q, queue.Message{Body: "sent"}); err != nil {
			t.Error(err)
		}
		if e := <-ends; e.err != nil || len(e.got) != 1 || e.took != 5*time.Second {
			t.Errorf("first poll: %+v", e)
		}
		time.Sleep(2 * time.Second)
		err := d.db.Update(t.Context(), func(tx *catalog.Tx) error {
			return d.s.Deliver(tx, targets.Delivery{Target: q.ARN(), Message: "delivered", Tenant: tenant})
		})
		if err != nil {
			t.Error(err)
		}
		if e := <-ends; e.err != nil || len(e.got) != 1 || e.took != 7*time.Second {
			t.Errorf("second poll: %+v", e)
		}
		if e := <-ends; e.err != nil || len(e.got) != 0 || e.took != 20*time.Second {
			t.Errorf("third poll: %+v", e)
		}
	})
}

func TestLongPollEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, d *desk) {
		if err := d.s.Create(t.Context(), name("q"), nil, nil); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		begin := time.Now()
		got, err := d.s.Receive(ctx, name("q"), queue.Receive{Max: 1, Wait: new(20 * time.Second)})
		if err != nil || len(got) > 0 || time.Since(begin) != 3*time.Second {
			t.Errorf("got %v, %v after %v", got, err, time.Since(begin))
		}
	})
}

// What a purge, a deletion and the retention leave behind is swept away.
func TestSweep(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, d *desk) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- d.s.Run(ctx) }()
		for _, q := range []string{"purged", "deleted", "old"} {
			if err := d.s.Create(t.Context(), name(q), map[string]string{"MessageRetentionPeriod": "60"}, nil); err != nil {
				t.Fatal(err)
			}
			for i := range 1100 {
				if _, err := d.s.Send(t.Context(), name(q), queue.Message{Body: fmt.Sprint(i)}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := errors.Join(d.s.Purge(t.Context(), name("purged")), d.s.Delete(t.Context(), name("deleted"))); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Minute)
		for table, n := range records(t, d.db) {
			want := 0
			if table == "queue-count" {
				want = 1 // of the queue whose messages were too old
			}
			if n != want {
				t.Errorf("%d records left in %s", n, table)
			}
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// records counts what is in the tables of messages.
func records(t *testing.T, db *catalog.DB) map[string]int {
	t.Helper()
	out := map[string]int{}
	err := db.View(func(r catalog.Reader) error {
		for _, name := range []string{"queue-content", "queue-state", "queue-order", "queue-left", "queue-count", "queue-group", "queue-line", "queue-ready"} {
			out[name] = 0
			err := (catalog.Table[json.RawMessage]{Name: name}).Scan(r, catalog.Range{}, func([]string, json.RawMessage) (bool, error) {
				out[name]++
				return true, nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Whatever was acknowledged is there after a crash, once.
func TestCrash(t *testing.T) {
	t.Parallel()
	fs := vfs.NewCrashableMem()
	d := openDesk(t, fs)
	q := name("q")
	if err := d.s.Create(t.Context(), q, nil, nil); err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		if _, err := d.s.Send(t.Context(), q, queue.Message{Body: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	deleted := map[string]bool{}
	for range 2 {
		got, err := d.s.Receive(t.Context(), q, queue.Receive{Max: 10, Visibility: new(time.Duration(0))})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range got {
			if err := d.s.DeleteMessage(t.Context(), q, m.Receipt); err != nil {
				t.Fatal(err)
			}
			deleted[m.Body] = true
		}
	}
	after := openDesk(t, fs.CrashClone(vfs.CrashCloneCfg{}))
	d.close()
	defer after.close()
	seen := map[string]bool{}
	for {
		got, err := after.s.Receive(t.Context(), q, queue.Receive{Max: 10})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 0 {
			break
		}
		for _, m := range got {
			if seen[m.Body] || deleted[m.Body] {
				t.Errorf("%s came again", m.Body)
			}
			seen[m.Body] = true
		}
	}
	if len(seen)+len(deleted) != 50 {
		t.Errorf("%d received, %d deleted, 50 sent", len(seen), len(deleted))
	}
}

// A poll ends as soon as a hidden message is shown again.
func TestLongPollSeesShownMessage(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, d *desk) {
		q := name("q")
		if err := d.s.Create(t.Context(), q, nil, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := d.s.Send(t.Context(), q, queue.Message{Body: "m"}); err != nil {
			t.Fatal(err)
		}
		first, err := d.s.Receive(t.Context(), q, queue.Receive{Max: 1})
		if err != nil || len(first) != 1 {
			t.Fatalf("received %v, %v", first, err)
		}
		done := make(chan int)
		begin := time.Now()
		go func() {
			got, err := d.s.Receive(t.Context(), q, queue.Receive{Max: 1, Wait: new(20 * time.Second)})
			if err != nil {
				t.Error(err)
			}
			done <- len(got)
		}()
		time.Sleep(3 * time.Second)
		if err := d.s.ChangeVisibility(t.Context(), q, first[0].Receipt, 0); err != nil {
			t.Error(err)
		}
		if n := <-done; n != 1 || time.Since(begin) != 3*time.Second {
			t.Errorf("%d messages after %v", n, time.Since(begin))
		}
	})
}

// A queue that is never empty does not answer that it is: every sender finds
// a message, be it another's.
func TestNobodyFindsNothing(t *testing.T) {
	t.Parallel()
	d := openDesk(t, vfs.NewMem())
	defer d.close()
	q := name("q")
	if err := d.s.Create(t.Context(), q, nil, nil); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			for range 60 {
				if _, err := d.s.Send(t.Context(), q, queue.Message{Body: "m"}); err != nil {
					t.Error(err)
				}
				got, err := d.s.Receive(t.Context(), q, queue.Receive{Max: 1})
				if err != nil || len(got) != 1 {
					t.Errorf("%d messages, %v", len(got), err)
				}
			}
		})
	}
	all.Wait()
}
