package queue_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"skywatch/targets/queue"
)

func (d *desk) observe(u queue.Used) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.uses = append(d.uses, u)
}

// used says what was told of uses since the last time.
func (d *desk) used() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out strings.Builder
	for _, u := range d.uses {
		fmt.Fprintf(&out, "%s at %v: sent %v, known %d, received %d, empty %v, deleted %d\n", u.Queue, u.At.Sub(d.begin), u.Sizes, u.Deduplicated, u.Received, u.Empty, u.Deleted)
	}
	d.uses = nil
	return out.String()
}

func (d *desk) depth(ctx context.Context, n queue.Name) string {
	all, err := d.s.Depths(ctx, []queue.Name{n})
	if err != nil || len(all) == 0 {
		return "no queue\n" + told(err)
	}
	one := all[0]
	text := fmt.Sprintf("%d visible, %d in flight, %d delayed, oldest %v", one.Visible, one.InFlight, one.Delayed, one.Age)
	if one.Fifo {
		text += fmt.Sprintf(", %d groups in flight", one.Groups)
	}
	if one.Grouped {
		text += fmt.Sprintf(", %d noisy", one.Noisy)
	}
	return text + "\n"
}

// What a process counted in memory, the next one counts on disk: both come to
// the same.
func TestDepthIsCountedAnew(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		for _, kind := range []string{"q", "q.fifo"} {
			n := name(kind)
			attributes := map[string]string{}
			if kind == "q.fifo" {
				attributes = map[string]string{"FifoQueue": "true", "ContentBasedDeduplication": "true"}
			}
			if err := d.s.Create(ctx, n, attributes, nil); err != nil {
				t.Fatal(err)
			}
			d.depth(ctx, n) // it is counted from now on
			for i := range 10 {
				m := queue.Message{Body: fmt.Sprint(i), Group: fmt.Sprint(i % 4)}
				if i%3 == 0 && kind == "q" {
					m.Delay = new(time.Minute)
				}
				if _, err := d.s.Send(ctx, n, m); err != nil {
					t.Fatal(err)
				}
			}
			for i := range 3 {
				if _, err := d.s.Receive(ctx, n, queue.Receive{Max: 1, Visibility: new(time.Duration(10+i) * time.Second)}); err != nil {
					t.Fatal(err)
				}
			}
			other := queue.New(queue.Options{Catalog: d.db})
			for range 5 {
				time.Sleep(2500 * time.Millisecond)
				was := d.depth(ctx, n)
				again := &desk{s: other}
				if is := again.depth(ctx, n); !strings.HasPrefix(was, strings.TrimSpace(strings.Split(is, ", 0 noisy")[0])) {
					t.Errorf("%s: %q, and counted anew %q", kind, was, is)
				}
			}
		}
	})
}

// BenchmarkDepths is what one look at a queue with messages costs, of 10,000.
func BenchmarkDepths(b *testing.B) {
	s, _ := benchQueue(b, "q")
	names := make([]queue.Name, 10_000)
	for i := range names {
		names[i] = name(fmt.Sprint("q", i))
		if err := s.Create(b.Context(), names[i], nil, nil); err != nil {
			b.Fatal(err)
		}
		if _, err := s.Send(b.Context(), names[i], queue.Message{Body: body}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Depths(b.Context(), names); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(names)), "ns/queue")
}
