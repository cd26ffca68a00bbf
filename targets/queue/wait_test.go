package queue_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"skywatch/targets/queue"
)

// What is hidden is received by those who wait for it in the moment when it
// appears, whatever was hidden, deleted or delayed meanwhile.
func TestLongPollsSeeWhatAppears(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, d *desk) {
		q := name("q")
		if err := d.s.Create(t.Context(), q, nil, nil); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		receive := func(hide, wait time.Duration) queue.Received {
			got, err := d.s.Receive(t.Context(), q, queue.Receive{Max: 1, Visibility: &hide, Wait: &wait})
			if err != nil {
				t.Error(err)
			}
			if len(got) == 0 {
				return queue.Received{}
			}
			return got[0]
		}
		seen := make(chan string, 10)
		poll := func(wait time.Duration) {
			go func() { seen <- fmt.Sprintf("%s at %v", receive(time.Hour, wait).Body, time.Since(begin)) }()
			synctest.Wait()
		}
		send := func(body string, delay time.Duration) {
			if _, err := d.s.Send(t.Context(), q, queue.Message{Body: body, Delay: &delay}); err != nil {
				t.Fatal(err)
			}
		}
		send("far", 0)
		send("near", 0)
		send("gone", 0)
		receive(32*time.Second, 0)
		poll(20 * time.Second) // an hour for near
		gone := receive(5*time.Second, 0)
		if err := d.s.DeleteMessage(t.Context(), q, gone.Receipt); err != nil {
			t.Fatal(err)
		}
		poll(20 * time.Second)
		poll(20 * time.Second)
		time.Sleep(3 * time.Second)
		send("delayed", 4*time.Second)
		send("sooner", time.Second)
		time.Sleep(17 * time.Second)
		poll(20 * time.Second)
		var got []string
		for range 4 {
			got = append(got, <-seen)
		}
		want := []string{"near at 0s", "sooner at 4s", "delayed at 7s", "far at 32s"}
		if !slices.Equal(got, want) {
			t.Errorf("received %q, want %q", got, want)
		}
	})
}

// BenchmarkEmpty looks into a queue whose messages were received and deleted
// within their time-out.
func BenchmarkEmpty(b *testing.B) {
	s, q := benchQueue(b, "q")
	for i := range int64(2000) {
		life(b, s, q, i, 0)
	}
	b.ResetTimer()
	for range b.N {
		if got, err := s.Receive(b.Context(), q, queue.Receive{Max: 10}); err != nil || len(got) > 0 {
			b.Fatal(len(got), err)
		}
	}
}
