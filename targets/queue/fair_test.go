package queue_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets"
	"skywatch/targets/queue"
)

// groups sends n messages of a group to the queue q.
func (d *desk) groups(group string, n int) {
	d.t.Helper()
	for range n {
		if _, err := d.s.Send(d.t.Context(), name("q"), queue.Message{Body: "m", Group: group}); err != nil {
			d.t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
}

// take receives and returns the groups of what came.
func (d *desk) take(n int) (groups string, receipts []string) {
	d.t.Helper()
	got, err := d.s.Receive(d.t.Context(), name("q"), queue.Receive{Max: n})
	if err != nil {
		d.t.Fatal(err)
	}
	var b strings.Builder
	for _, m := range got {
		b.WriteString(m.Group)
		receipts = append(receipts, m.Receipt)
	}
	return b.String(), receipts
}

func (d *desk) takes(n int, want string) {
	d.t.Helper()
	if got, _ := d.take(n); got != want {
		d.t.Errorf("received %q, want %q", got, want)
	}
}

// A group with more than a tenth of what is in flight, and thirty, does not
// hold up the others.
func TestFairQueue(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, d *desk) {
		if err := d.s.Create(t.Context(), name("q"), nil, nil); err != nil {
			t.Fatal(err)
		}
		d.groups("n", 70)
		d.groups("q", 1)
		d.takes(10, "nnnnnnnnnn") // nobody is noisy yet: by age
		d.takes(10, "nnnnnnnnnn")
		_, receipts := d.take(10)
		d.groups("", 1)
		d.groups("r", 2)
		d.takes(5, "qrrn") // the one without a group shows none
		for _, r := range receipts {
			if err := d.s.DeleteMessage(t.Context(), name("q"), r); err != nil {
				t.Fatal(err)
			}
		}
		d.groups("q", 1)
		d.takes(3, "nnn")         // with 21 in flight it is quiet again, and the oldest
		d.takes(10, "nnnnnnqnnn") // until it has 30
	})
}

// Of noisy groups the one with the fewest messages in flight comes first.
func TestFairAmongNoisy(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, d *desk) {
		if err := d.s.Create(t.Context(), name("q"), nil, nil); err != nil {
			t.Fatal(err)
		}
		d.groups("a", 40)
		for range 4 {
			d.takes(10, "aaaaaaaaaa")
		}
		d.groups("b", 30)
		for range 3 {
			d.takes(10, "bbbbbbbbbb")
		}
		d.groups("a", 2)
		d.groups("b", 12)
		for range 10 { // up to 40
			d.takes(1, "b")
		}
		d.takes(10, "abab") // by age between equals
		d.takes(10, "")
	})
}

// Deliveries to FIFO queues keep their group's order and come once, by their
// content where the queue is set so, by their own key elsewhere.
func TestDeliverFifo(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, d *desk) {
		deliver := func(q, group, id, body string) error {
			return d.db.Update(context.Background(), func(tx *catalog.Tx) error {
				before := tx.Records()
				err := d.s.Deliver(tx, targets.Delivery{ID: id, Target: name(q).ARN(), Tenant: tenant, Message: body, Group: group})
				if err != nil && tx.Records() != before {
					t.Errorf("%v, and yet it wrote", err)
				}
				return err
			})
		}
		for q, content := range map[string]string{"c.fifo": "true", "k.fifo": "false"} {
			if err := d.s.Create(t.Context(), name(q), map[string]string{"FifoQueue": "true", "ContentBasedDeduplication": content}, nil); err != nil {
				t.Fatal(err)
			}
			for _, m := range [][2]string{{"1", "a"}, {"2", "b"}, {"1", "c"}, {"3", "a"}, {"with a space", "d"}} {
				if err := deliver(q, "g", m[0], m[1]); err != nil {
					t.Error(err)
				}
			}
			got, err := d.s.Receive(t.Context(), name(q), queue.Receive{Max: 10})
			var bodies string
			for _, m := range got {
				bodies += m.Body
			}
			if want := map[string]string{"c.fifo": "abcd", "k.fifo": "abad"}[q]; bodies != want || err != nil {
				t.Errorf("%s: %s, %v, want %s", q, bodies, err, want)
			}
			if err := deliver(q, "", "4", "x"); fault.Of(err).Kind != fault.Missing {
				t.Errorf("without a group: %v", err)
			}
			if err := deliver(q, "g", "5", "\x01"); fault.Of(err).Kind != fault.InvalidValue {
				t.Errorf("a body that no queue takes: %v", err)
			}
		}
		if err := deliver("none", "", "6", "x"); fault.Of(err).Kind != fault.NotFound {
			t.Errorf("no queue: %v", err)
		}
		if err := d.s.Create(t.Context(), name("s"), nil, nil); err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			if err := deliver("s", fmt.Sprint("g", i%2), fmt.Sprint(i), "x"); err != nil {
				t.Error(err)
			}
		}
		if got, err := d.s.Receive(t.Context(), name("s"), queue.Receive{Max: 10}); err != nil || len(got) != 3 || got[0].Group != "g0" {
			t.Errorf("fair queue: %v, %v", got, err)
		}
	})
}
