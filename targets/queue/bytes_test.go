package queue_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"skywatch/targets/queue"
)

// What would be over the bytes asked for is not touched: it is there for the
// next receive, in order, and received for the first time.
func TestReceiveBytes(t *testing.T) {
	t.Parallel()
	for _, q := range []queue.Name{name("plain"), name("grouped"), name("ordered.fifo")} {
		bubble(t, func(t *testing.T, d *desk) {
			set := map[string]string{}
			if q.Queue == "ordered.fifo" {
				set["FifoQueue"] = "true"
			}
			if err := d.s.Create(t.Context(), q, set, nil); err != nil {
				t.Fatal(err)
			}
			for i := range 7 {
				m := queue.Message{Body: fmt.Sprintf("%d%0*d", i, 30*i, 0)}
				if q.Queue != "plain" {
					m.Group = "g"
				}
				if q.Queue == "ordered.fifo" {
					m.Deduplication = fmt.Sprint(i)
				}
				if _, err := d.s.Send(t.Context(), q, m); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Millisecond)
			}
			var seen []string
			for len(seen) < 7 {
				got, err := d.s.Receive(t.Context(), q, queue.Receive{Max: 10, Bytes: 100, Wait: new(time.Duration(0))})
				if err != nil || len(got) == 0 {
					t.Fatalf("%s: nothing after %v: %v", q.Queue, seen, err)
				}
				bytes := 0
				for i := range got {
					seen = append(seen, got[i].Body[:1])
					if bytes += len(got[i].Body); bytes > 100 && i > 0 || got[i].Receives != 1 {
						t.Errorf("%s: %d bytes in %d messages, received %d times", q.Queue, bytes, i+1, got[i].Receives)
					}
					if err := d.s.DeleteMessage(t.Context(), q, got[i].Receipt); err != nil {
						t.Fatal(err)
					}
				}
			}
			if !slices.IsSorted(seen) {
				t.Errorf("%s: %v", q.Queue, seen)
			}
		})
	}
}
