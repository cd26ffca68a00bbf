package tally_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/targets"
	"skywatch/targets/queue"
	"skywatch/targets/topic"
	"skywatch/targets/topic/tally"
	"skywatch/targets/webhook"
)

var tenant = metric.Tenant{Account: "123456789012", Region: "us-east-1"}

// memory is an ingest.Appender that adds up what it is given.
type memory struct {
	mu   sync.Mutex
	sets map[string]metric.StatisticSet
}

func (m *memory) Append(_ context.Context, samples []metric.Sample) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range samples {
		name := fmt.Sprintf("%s %s %s", s.ID.Dimensions[0].Value, s.ID.Name, s.Unit)
		set := s.Set
		if old, ok := m.sets[name]; ok {
			set = old.Merge(set)
		}
		m.sets[name] = set
	}
	return nil
}

func (m *memory) lines() (all []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, set := range m.sets {
		all = append(all, fmt.Sprintf("%s: %g in %g", name, set.Sum, set.SampleCount))
	}
	slices.Sort(all)
	return all
}

// house has topics that are counted, and what they reach.
type house struct {
	topics *topic.Service
	queues *queue.Service
	engine *targets.Engine
	counts *tally.Tally
	to     *memory
	ended  chan targets.Outcome
}

func open(t *testing.T) *house {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "c", FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	signer, err := topic.OpenSigner(filepath.Join(t.TempDir(), "sns.pem"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{to: &memory{sets: map[string]metric.StatisticSet{}}, ended: make(chan targets.Outcome, 100)}
	h.counts = tally.New(tally.Options{To: h.to})
	client := webhook.New(webhook.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	outbox := targets.NewOutbox(nil)
	h.queues = queue.New(queue.Options{Catalog: db})
	h.topics = topic.New(topic.Options{Catalog: db, Outbox: outbox, HTTP: client, Signer: signer, Observe: h.counts.Published})
	h.engine = targets.New(targets.Options{
		Catalog: db, Outbox: outbox, Attempted: h.counts.Attempted,
		Targets: map[targets.Kind]targets.Target{targets.Queue: targets.Direct(h.queues.Deliver), targets.Subscription: targets.Outside(h.topics.Send)},
		Outcomes: map[string]func(*catalog.Tx, targets.Outcome) error{topic.DeliveryKind: func(tx *catalog.Tx, o targets.Outcome) error {
			err := h.counts.Ended(tx, o)
			tx.After(func() { h.ended <- o })
			return err
		}},
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- h.engine.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		err := <-done
		client.Close()
		if err := errors.Join(err, db.Close()); err != nil {
			t.Error(err)
		}
	})
	return h
}

// subscribe makes a confirmed subscription.
func (h *house) subscribe(t *testing.T, n topic.Name, protocol, endpoint string, attributes map[string]string) {
	t.Helper()
	sub, err := h.topics.Subscribe(t.Context(), n, protocol, endpoint, attributes, "http://127.0.0.1:4582")
	if err != nil {
		t.Fatal(err)
	}
	if sub.Pending {
		<-h.ended
		if _, err := h.topics.Confirm(t.Context(), n, sub.Token, false, false); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	h := open(t)
	n := topic.Name{Tenant: tenant, Topic: "t"}
	if err := h.topics.Create(t.Context(), n, nil, nil); err != nil {
		t.Fatal(err)
	}
	arnOf := func(q string) string { return queue.Name{Tenant: tenant, Queue: q}.ARN() }
	for _, q := range []string{"all", "eu", "dear", "dead"} {
		if err := h.queues.Create(t.Context(), queue.Name{Tenant: tenant, Queue: q}, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	// It takes the request to confirm, and nothing else.
	down := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("x-amz-sns-message-type") == "Notification" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	defer down.Close()
	retries := `{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":1,"numRetries":2,"numNoDelayRetries":2}}`
	letters := func(q string) string { return `{"deadLetterTargetArn":"` + arnOf(q) + `"}` }
	h.subscribe(t, n, "sqs", arnOf("all"), nil)
	h.subscribe(t, n, "sqs", arnOf("eu"), map[string]string{"FilterPolicy": `{"region":["eu"]}`})
	h.subscribe(t, n, "sqs", arnOf("dear"), map[string]string{"FilterPolicy": `{"price":[{"numeric":[">",100]}]}`, "FilterPolicyScope": "MessageBody"})
	h.subscribe(t, n, "http", down.URL+"/buried", map[string]string{"DeliveryPolicy": retries, "RedrivePolicy": letters("dead"), "FilterPolicy": `{"region":["eu"]}`})
	h.subscribe(t, n, "http", down.URL+"/lost", map[string]string{"DeliveryPolicy": retries, "RedrivePolicy": letters("nobodys"), "FilterPolicy": `{"region":["eu"]}`})

	text := func(typ, v string) map[string]targets.Attribute {
		return map[string]targets.Attribute{"region": {Type: typ, String: v}}
	}
	for _, m := range []topic.Message{
		{Body: `{"price":500}`, Attributes: text("String", "eu")}, // all, eu, dear, and both that are down
		{Body: `{"price":5}`, Attributes: text("String", "us")},
		{Body: `[1]`},
		{Body: `{"price":5}`, Attributes: text("String.Array", "[")},
	} {
		if _, err := h.topics.Publish(t.Context(), n, m); err != nil {
			t.Fatal(err)
		}
	}
	for range 4 + 1 + 1 + 1 + 1 { // those that pass the filters
		<-h.ended
	}
	// An attempt is told after the commit in which its delivery ends.
	if _, err := h.engine.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.counts.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(`
t NumberOfMessagesPublished Count: 4 in 4
t NumberOfNotificationsDelivered Count: 6 in 6
t NumberOfNotificationsFailed Count: 6 in 6
t NumberOfNotificationsFailedToRedriveToDlq Count: 1 in 1
t NumberOfNotificationsFilteredOut Count: 12 in 12
t NumberOfNotificationsFilteredOut-InvalidAttributes Count: 3 in 3
t NumberOfNotificationsFilteredOut-InvalidMessageBody Count: 1 in 1
t NumberOfNotificationsFilteredOut-MessageAttributes Count: 9 in 9
t NumberOfNotificationsFilteredOut-MessageBody Count: 3 in 3
t NumberOfNotificationsFilteredOut-NoMessageAttributes Count: 3 in 3
t NumberOfNotificationsRedrivenToDlq Count: 1 in 1
t PublishSize Bytes: 85 in 4`), "\n")
	if diff := cmp.Diff(want, h.to.lines()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
