package tally_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/targets"
	"skywatch/targets/queue"
	"skywatch/targets/queue/tally"
)

var tenant = metric.Tenant{Account: "123456789012", Region: "us-east-1"}

func name(q string) queue.Name { return queue.Name{Tenant: tenant, Queue: q} }

// memory is an ingest.Appender that keeps what it is given, by minute.
type memory struct {
	mu    sync.Mutex
	err   error
	lines map[string][]string
}

func (m *memory) Append(_ context.Context, samples []metric.Sample) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	for _, s := range samples {
		at := s.Time.Time().Format("15:04")
		m.lines[at] = append(m.lines[at], fmt.Sprintf("%s %s %s %v", s.ID.Dimensions[0].Value, s.ID.Name, s.Unit, s.Set))
	}
	return nil
}

// at says what there is of a queue in a minute, without its zeros.
func (m *memory) at(minute, queue string) (lines []string, zeros int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, line := range m.lines[minute] {
		rest, ok := strings.CutPrefix(line, queue+" ")
		switch {
		case !ok:
		case strings.HasSuffix(line, "{1 0 0 0}"):
			zeros++
		default:
			lines = append(lines, rest)
		}
	}
	slices.Sort(lines)
	return lines, zeros
}

// house has queues, whose metrics go to memory.
type house struct {
	*queue.Service
	to   *memory
	stop func()
}

// open begins at midnight of a bubble's time.
func open(t *testing.T, fs vfs.FS) *house {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "c", FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{to: &memory{lines: map[string][]string{}}}
	counts := tally.New(tally.Options{To: h.to})
	h.Service = queue.New(queue.Options{Catalog: db, Observe: counts.Count})
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() { _ = counts.Run(ctx) })
	all.Go(func() {
		if err := counts.Measure(ctx, h.Service, targets.SystemClock{}); err != nil {
			t.Error(err)
		}
	})
	h.stop = func() {
		cancel()
		all.Wait()
		if err := errors.Join(counts.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	}
	synctest.Wait()
	return h
}

// pass lets time pass, and what is due then happen.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (h *house) create(t *testing.T, q string, attributes map[string]string) {
	t.Helper()
	if err := h.Create(t.Context(), name(q), attributes, nil); err != nil {
		t.Fatal(err)
	}
}

func (h *house) send(t *testing.T, q string, m queue.Message) {
	t.Helper()
	if _, err := h.Send(t.Context(), name(q), m); err != nil {
		t.Fatal(err)
	}
}

func (h *house) want(t *testing.T, minute, queue string, zeros int, want ...string) {
	t.Helper()
	got, none := h.to.at(minute, queue)
	if diff := cmp.Diff(want, got); diff != "" || none != zeros {
		t.Errorf("%s %s: %d zeros, want %d (-want +got)\n%s", minute, queue, none, zeros, diff)
	}
}

// A queue's metrics over its first minutes.
func TestMetrics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := open(t, vfs.NewMem())
		defer h.stop()
		h.create(t, "q", nil)
		h.create(t, "f.fifo", map[string]string{"FifoQueue": "true", "ContentBasedDeduplication": "true"})
		pass(10 * time.Second)
		for _, body := range []string{"one", "three", "later"} {
			m := queue.Message{Body: body}
			if body == "later" {
				m.Delay = new(2 * time.Minute)
			}
			h.send(t, "q", m)
		}
		for range 2 {
			h.send(t, "f.fifo", queue.Message{Body: "x", Group: "g"})
		}
		if _, err := h.Receive(t.Context(), name("f.fifo"), queue.Receive{Max: 10, Visibility: new(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		got, err := h.Receive(t.Context(), name("q"), queue.Receive{Max: 1, Visibility: new(time.Minute)})
		if err != nil || len(got) != 1 {
			t.Fatal(got, err)
		}
		pass(50 * time.Second)
		h.want(t, "00:00", "q", 2,
			"ApproximateAgeOfOldestMessage Seconds {1 50 50 50}", "ApproximateNumberOfMessagesDelayed Count {1 1 1 1}",
			"ApproximateNumberOfMessagesNotVisible Count {1 1 1 1}", "ApproximateNumberOfMessagesVisible Count {1 1 1 1}",
			"NumberOfMessagesReceived Count {1 1 1 1}", "NumberOfMessagesSent Count {3 3 1 1}", "SentMessageSize Bytes {3 13 3 5}")
		h.want(t, "00:00", "f.fifo", 4,
			"ApproximateAgeOfOldestMessage Seconds {1 50 50 50}", "ApproximateNumberOfGroupsWithInflightMessages Count {1 1 1 1}",
			"ApproximateNumberOfMessagesNotVisible Count {1 1 1 1}", "NumberOfDeduplicatedSentMessages Count {1 1 1 1}",
			"NumberOfMessagesReceived Count {1 1 1 1}", "NumberOfMessagesSent Count {1 1 1 1}", "SentMessageSize Bytes {1 1 1 1}")

		if err := h.DeleteMessage(t.Context(), name("q"), got[0].Receipt); err != nil {
			t.Fatal(err)
		}
		if got, err := h.Receive(t.Context(), name("q"), queue.Receive{Max: 10}); err != nil || len(got) != 1 {
			t.Fatal(got, err)
		}
		if got, err := h.Receive(t.Context(), name("q"), queue.Receive{Max: 10, Wait: new(time.Second)}); err != nil || len(got) != 0 {
			t.Fatal(got, err)
		}
		pass(59 * time.Second)
		h.want(t, "00:01", "q", 2, // nothing is sent, nothing is in flight any more
			"ApproximateAgeOfOldestMessage Seconds {1 110 110 110}", "ApproximateNumberOfMessagesDelayed Count {1 1 1 1}",
			"ApproximateNumberOfMessagesVisible Count {1 1 1 1}",
			"NumberOfEmptyReceives Count {1 1 1 1}", "NumberOfMessagesDeleted Count {1 1 1 1}", "NumberOfMessagesReceived Count {1 1 1 1}")
	})
}

// A queue without messages is silent six hours after its last use, one with
// messages never is, and one that is deleted at once.
func TestIdleQueuesAreSilent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fs := vfs.NewMem()
		h := open(t, fs)
		for _, q := range []string{"empty", "full", "gone"} {
			h.create(t, q, nil)
		}
		h.send(t, "full", queue.Message{Body: "x"})
		pass(2 * time.Minute)
		if err := h.Delete(t.Context(), name("gone")); err != nil {
			t.Fatal(err)
		}
		pass(6 * time.Hour)
		h.want(t, "06:00", "empty", 8)
		h.want(t, "06:01", "empty", 0)
		h.want(t, "00:01", "gone", 8)
		h.want(t, "00:02", "gone", 0)
		full := []string{"ApproximateAgeOfOldestMessage Seconds {1 21720 21720 21720}", "ApproximateNumberOfMessagesVisible Count {1 1 1 1}"}
		h.want(t, "06:01", "full", 6, full...)
		if _, err := h.Attributes(name("empty"), []string{"All"}); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		h.want(t, "06:02", "empty", 8)
		h.stop()

		h = open(t, fs) // the next process
		pass(time.Minute)
		h.want(t, "06:03", "empty", 0)
		full[0] = "ApproximateAgeOfOldestMessage Seconds {1 21840 21840 21840}"
		h.want(t, "06:03", "full", 6, full...)
		h.stop()
	})
}

// A dead-letter queue wakes when a message is moved there.
func TestRedriveIsUse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := open(t, vfs.NewMem())
		defer h.stop()
		h.create(t, "dead", nil)
		h.create(t, "q", map[string]string{"RedrivePolicy": fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":1}`, name("dead").ARN())})
		pass(7 * time.Hour)
		h.send(t, "q", queue.Message{Body: "x"})
		for range 2 {
			if _, err := h.Receive(t.Context(), name("q"), queue.Receive{Max: 1, Visibility: new(time.Duration(0))}); err != nil {
				t.Fatal(err)
			}
		}
		pass(time.Minute)
		h.want(t, "06:59", "dead", 0)
		h.want(t, "07:00", "dead", 6, "ApproximateAgeOfOldestMessage Seconds {1 60 60 60}", "ApproximateNumberOfMessagesVisible Count {1 1 1 1}")
	})
}

// What cannot be written is written later.
func TestNothingIsLostByAFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := open(t, vfs.NewMem())
		defer h.stop()
		h.create(t, "q", nil)
		h.to.mu.Lock()
		h.to.err = errors.New("the disk is full")
		h.to.mu.Unlock()
		h.send(t, "q", queue.Message{Body: "x"})
		pass(2 * time.Minute)
		h.to.mu.Lock()
		h.to.err = nil
		h.to.mu.Unlock()
		pass(4 * time.Second)
		h.want(t, "00:00", "q", 5, "ApproximateAgeOfOldestMessage Seconds {1 60 60 60}", "ApproximateNumberOfMessagesVisible Count {1 1 1 1}",
			"NumberOfMessagesSent Count {1 1 1 1}", "SentMessageSize Bytes {1 1 1 1}")
		h.want(t, "00:01", "q", 6, "ApproximateAgeOfOldestMessage Seconds {1 120 120 120}", "ApproximateNumberOfMessagesVisible Count {1 1 1 1}")
	})
}
