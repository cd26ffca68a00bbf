package function_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/internal/fault"
	"skywatch/targets"
	"skywatch/targets/function"
	"skywatch/targets/function/runtime"
)

const source = "arn:aws:sqs:us-east-1:123456789012:in"

// held is a queue in memory whose hidden messages stay hidden.
type held struct {
	mu      sync.Mutex
	waiting []function.Message
	deleted []string
	shown   []string
}

func (h *held) Visibility(queue string) (time.Duration, error) {
	if queue != source {
		return 0, errors.New("no such queue")
	}
	return 30 * time.Second, nil
}

func (h *held) Receive(ctx context.Context, _ string, r function.Receive) ([]function.Message, error) {
	h.mu.Lock()
	n, bytes := 0, 0
	for n < min(r.Most, len(h.waiting)) {
		if bytes += len(h.waiting[n].Body); n > 0 && bytes > r.Bytes {
			break
		}
		n++
	}
	got := h.waiting[:n:n]
	h.waiting = h.waiting[n:]
	h.mu.Unlock()
	if n == 0 {
		select {
		case <-time.After(r.Wait):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return got, nil
}

func (h *held) Delete(_ context.Context, _ string, receipts []string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.deleted = append(h.deleted, receipts...)
	return nil
}

func (h *held) Show(_ context.Context, _ string, receipts []string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.shown = append(h.shown, receipts...)
	return nil
}

func (h *held) put(all ...function.Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting = append(h.waiting, all...)
}

func withQueue(h *held) func(*function.Options) {
	return func(o *function.Options) {
		o.Sources = map[targets.Kind]function.Source{targets.Queue: function.NewQueueSource(h)}
	}
}

// message is one whose receipt is its id.
func message(id, body string) function.Message {
	return function.Message{
		ID: id, Receipt: id, Body: body, System: map[string]string{"SenderId": "me"},
		Attributes: map[string]targets.Attribute{"kind": {Type: "String", String: "kind-" + id}},
	}
}

func TestMappingFilters(t *testing.T) {
	t.Parallel()
	messages := []function.Message{
		message("json", `{"id": 7, "to": {"city": "Ghent"}}`), message("other", `{"id": 8}`), message("text", "plain"), message("list", `[1]`), message("number", "7"),
	}
	for _, c := range []struct {
		filters string
		want    string
	}{
		{``, "json other text list number"},
		{`{"body": {"id": [7]}}`, "json"},
		{`{"body": {"id": [{"numeric": [">", 7]}]}}`, "other"},
		{`{"body": ["plain"]}`, "text"},
		{`{"body": ["7"]}`, "number"},
		{`{"body": [{"prefix": "{"}]}`, ""},
		{`{"body": {"to": {"city": [{"exists": true}]}}} | {"messageAttributes": {"kind": {"stringValue": ["kind-text"]}}}`, "json text"},
		{`{"attributes": {"SenderId": ["me"]}, "eventSource": ["aws:sqs"], "body": [{"exists": true}]}`, "text list number"},
	} {
		h := &held{}
		bubble(t, func(t *testing.T, r *rig) {
			r.create("f")
			m := function.Mapping{Tenant: tenant, Source: source, Function: "f"}
			if c.filters != "" {
				m.Filters = strings.Split(c.filters, " | ")
			}
			h.put(messages...)
			r.polling(func() {
				if _, err := r.CreateMapping(t.Context(), m); err != nil {
					t.Fatal(err)
				}
			})
			if got := strings.Join(r.seenMessages(), " "); got != c.want {
				t.Errorf("%s: the function got %q, want %q", c.filters, got, c.want)
			}
			if len(h.deleted) != len(messages) {
				t.Errorf("%s: deleted %v", c.filters, h.deleted)
			}
		}, withQueue(h))
	}
}

// polling works the mappings while f runs and until nothing is to be done.
func (r *rig) polling(f func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var owned sync.WaitGroup
	owned.Go(func() { _ = r.Poll(ctx) })
	defer owned.Wait()
	defer cancel()
	f()
	synctest.Wait()
}

// seenMessages are the ids of the messages that functions were given.
func (r *rig) seenMessages() (ids []string) {
	r.runner.mu.Lock()
	defer r.runner.mu.Unlock()
	for _, c := range r.runner.calls {
		var e struct {
			Records []struct {
				MessageID string `json:"messageId"`
			}
		}
		if err := json.Unmarshal(c.Payload, &e); err != nil {
			r.t.Error(err)
		}
		for _, one := range e.Records {
			ids = append(ids, one.MessageID)
		}
	}
	return ids
}

// What a mapping is changed to holds from the next batch on, and what it is
// refused leaves it as it was.
func TestMappingChanges(t *testing.T) {
	t.Parallel()
	h := &held{}
	bubble(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		r.create("f")
		r.runner.run = func(context.Context, runtime.Spec, runtime.Call) (runtime.Result, error) {
			return runtime.Result{Payload: []byte(`{"batchItemFailures":[{"itemIdentifier":"b"}]}`)}, nil
		}
		r.polling(func() {
			m, err := r.CreateMapping(ctx, function.Mapping{Tenant: tenant, Source: source, Function: "f", Filters: []string{`{"body":["a"]}`}})
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			_, err = r.UpdateMapping(ctx, tenant, m.ID, func(m *function.Mapping) error { m.Filters = []string{`{"body":`}; return nil })
			if !fault.Is(err, fault.InvalidValue) {
				t.Errorf("a bad filter: %v", err)
			}
			_, err = r.UpdateMapping(ctx, tenant, m.ID, func(m *function.Mapping) error {
				m.Filters, m.Partial, m.Concurrent, m.Window, m.Batch = []string{`{"body":["a","b"]}`}, true, 2, time.Second, 3
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			h.put(message("a", "a"), message("b", "b"), message("c", "c"))
			time.Sleep(time.Minute) // of virtual time
		})
		if diff := cmp.Diff([]string{"a", "b"}, r.seenMessages()); diff != "" {
			t.Errorf("the function got (-want +got):\n%s", diff)
		}
		slices.Sort(h.deleted)
		if diff := cmp.Diff([]string{"a", "c"}, h.deleted); diff != "" {
			t.Errorf("deleted (-want +got):\n%s", diff)
		}
	}, withQueue(h))
}

// A batch that there is no room for is visible again at once.
func TestMappingThrottled(t *testing.T) {
	t.Parallel()
	h := &held{}
	bubble(t, func(t *testing.T, r *rig) {
		r.create("f")
		r.runner.run = func(context.Context, runtime.Spec, runtime.Call) (runtime.Result, error) {
			return runtime.Result{}, runtime.ErrBusy
		}
		h.put(message("a", "a"))
		r.polling(func() {
			if _, err := r.CreateMapping(t.Context(), function.Mapping{Tenant: tenant, Source: source, Function: "f"}); err != nil {
				t.Fatal(err)
			}
		})
		if !slices.Equal(h.shown, []string{"a"}) || len(h.deleted) > 0 {
			t.Errorf("shown %v, deleted %v", h.shown, h.deleted)
		}
	}, withQueue(h))
}

// Messages that do not fit into one event come in several: however long they
// become in JSON, and however many of them there are.
func TestMappingBigMessages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body             string
		messages, events int
	}{
		{strings.Repeat(`"`, 1<<20), 10, 5},
		{strings.Repeat("<", 1<<20), 6, 2},
		{"small", 10_000, 1},
		{strings.Repeat("x", 800), 10_000, 2},
	} {
		h := &held{}
		bubble(t, func(t *testing.T, r *rig) {
			r.create("f", func(c *function.Configuration) { c.Timeout = 1 })
			for i := range c.messages {
				h.waiting = append(h.waiting, function.Message{ID: fmt.Sprint(i), Receipt: fmt.Sprint(i), Body: c.body})
			}
			r.polling(func() {
				if _, err := r.CreateMapping(t.Context(), function.Mapping{Tenant: tenant, Source: source, Function: "f", Batch: 10_000, Window: time.Second}); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Minute) // of virtual time
			})
			if n := r.runner.count(); len(h.deleted) != c.messages || n < c.events || n > 2*c.events+2 {
				t.Errorf("%d of %.5q: %d deleted, in %d events", c.messages, c.body, len(h.deleted), n)
			}
		}, withQueue(h))
	}
}

// A mapping that there are no pollers for is refused, and not left alone.
func TestMappingsHavePollers(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		var made []function.Mapping
		for i := range 9 {
			f := fmt.Sprint("f", i)
			r.create(f)
			m, err := r.CreateMapping(t.Context(), function.Mapping{Tenant: tenant, Source: source, Function: f, Concurrent: 32})
			if full := i == 8; full != fault.Is(err, fault.InvalidValue) || !full && err != nil {
				t.Errorf("%d: %v", i, err)
			}
			made = append(made, m)
		}
		disable := func(m *function.Mapping) error { m.Disabled = true; return nil }
		if _, err := r.UpdateMapping(t.Context(), tenant, made[0].ID, disable); err != nil {
			t.Fatal(err)
		}
		if _, err := r.CreateMapping(t.Context(), function.Mapping{Tenant: tenant, Source: source, Function: "f8"}); err != nil {
			t.Error(err)
		}
		_, err := r.UpdateMapping(t.Context(), tenant, made[0].ID, func(m *function.Mapping) error { m.Disabled = false; return nil })
		if !fault.Is(err, fault.InvalidValue) {
			t.Errorf("enabled again: %v", err)
		}
	}, withQueue(&held{}))
}
