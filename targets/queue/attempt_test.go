package queue_test

import (
	"testing"
	"time"

	"skywatch/internal/fault"
	"skywatch/targets/queue"
)

// A receive that is repeated under its attempt id gets the same messages, as
// long as nobody did anything to them and five minutes have not passed.
func TestReceiveAttempt(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, d *desk) {
		q := name("q.fifo")
		if err := d.s.Create(t.Context(), q, map[string]string{"FifoQueue": "true", "VisibilityTimeout": "240"}, nil); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"1", "2", "3"} {
			if _, err := d.s.Send(t.Context(), q, queue.Message{Body: id, Group: "g" + id, Deduplication: id}); err != nil {
				t.Fatal(err)
			}
		}
		receive := func(attempt string, n int) []queue.Received {
			t.Helper()
			got, err := d.s.Receive(t.Context(), q, queue.Receive{Max: 2, Attempt: attempt})
			if err != nil || len(got) != n {
				t.Fatalf("attempt %s: %d messages, %v; want %d", attempt, len(got), err, n)
			}
			return got
		}
		first := receive("a", 2)
		time.Sleep(200 * time.Second)
		second := receive("a", 2)
		for i := range second {
			if second[i].Receipt != first[i].Receipt || second[i].Receives != 1 {
				t.Errorf("again %+v, was %+v", second[i], first[i])
			}
		}
		receive("b", 1)
		time.Sleep(50 * time.Second) // the first time-out is over, the second is not
		receive("", 0)
		receive("a", 2)
		if err := d.s.ChangeVisibility(t.Context(), q, first[0].Receipt, 200*time.Second); err != nil {
			t.Fatal(err)
		}
		receive("a", 0) // it is not as it was
		if err := d.s.DeleteMessage(t.Context(), q, first[0].Receipt); err != nil {
			t.Fatal(err)
		}
		receive("a", 0)
		time.Sleep(5 * time.Minute)
		if got := receive("a", 2); got[0].Receives != 2 {
			t.Errorf("after all is visible again: %+v", got)
		}
		time.Sleep(5 * time.Minute)
		receive("a", 2) // five minutes are over: what is visible
		for q, attempt := range map[string]string{"q.fifo": "ü", "s": "a"} {
			_ = d.s.Create(t.Context(), name("s"), nil, nil)
			if _, err := d.s.Receive(t.Context(), name(q), queue.Receive{Max: 1, Attempt: attempt}); fault.Of(err).Kind != fault.InvalidValue {
				t.Errorf("%s in %s: %v", attempt, q, err)
			}
		}
	})
}
