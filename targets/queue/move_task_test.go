package queue_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/fault"
	"skywatch/targets/queue"
)

// run begins the desk's housekeeping and returns what ends it.
func (d *desk) run() (stop func()) {
	ctx, cancel := context.WithCancel(d.t.Context())
	done := make(chan error)
	go func() { done <- d.s.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			d.t.Error(err)
		}
	}
}

// bury makes a queue whose n messages are all in its dead-letter queue.
func (d *desk) bury(q, dead queue.Name, n int, attributes map[string]string) {
	d.t.Helper()
	ctx := d.t.Context()
	all := map[string]string{"RedrivePolicy": fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":1}`, dead.ARN()), "VisibilityTimeout": "0"}
	for k, v := range attributes {
		all[k] = v
	}
	if err := d.s.Create(ctx, dead, attributes, nil); err != nil {
		d.t.Fatal(err)
	}
	if err := d.s.Create(ctx, q, all, nil); err != nil {
		d.t.Fatal(err)
	}
	for i := range n {
		m := queue.Message{Body: fmt.Sprint(i)}
		if len(attributes) > 0 {
			m.Group, m.Deduplication = fmt.Sprint(i%2), fmt.Sprint(i)
		}
		if _, err := d.s.Send(ctx, q, m); err != nil {
			d.t.Fatal(err)
		}
	}
	for d.number(dead) < n {
		if _, err := d.s.Receive(ctx, q, queue.Receive{Max: 10}); err != nil {
			d.t.Fatal(err)
		}
	}
}

func (d *desk) number(q queue.Name) (n int) {
	d.t.Helper()
	got, err := d.s.Attributes(q, []string{"ApproximateNumberOfMessages"})
	if err != nil {
		d.t.Fatal(err)
	}
	_, _ = fmt.Sscan(got["ApproximateNumberOfMessages"], &n)
	return n
}

func (d *desk) last(q queue.Name) queue.MoveTask {
	d.t.Helper()
	list, err := d.s.Moves(tenant, q.ARN(), 1)
	if err != nil || len(list) != 1 {
		d.t.Fatalf("tasks %v, %v", list, err)
	}
	return list[0]
}

// A task keeps its rate, goes on after a restart, and can be cancelled.
func TestMoveTask(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fs := vfs.NewCrashableMem()
		d := openDesk(t, fs)
		q, dead := name("q"), name("dead")
		d.bury(q, dead, 100, nil)
		stop := d.run()
		if _, err := d.s.StartMove(t.Context(), tenant, dead.ARN(), "", new(10)); err != nil {
			t.Fatal(err)
		}
		if _, err := d.s.StartMove(t.Context(), tenant, dead.ARN(), "", nil); !fault.Is(err, fault.Unsupported) {
			t.Errorf("a second task: %v", err)
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if n := d.number(q); n < 29 || n > 31 {
			t.Errorf("%d messages after 3 s of 10 a second", n)
		}
		stop()
		was := d.last(dead)
		after := openDesk(t, fs.CrashClone(vfs.CrashCloneCfg{}))
		d.close()
		if task := after.last(dead); task != was || task.Status != queue.Running || task.Moved != after.number(q) || task.ToMove != 100 {
			t.Errorf("after the crash: %+v, before: %+v", task, was)
		}
		stop = after.run()
		time.Sleep(4 * time.Second)
		task, err := after.s.CancelMove(t.Context(), tenant, was.Handle())
		if err != nil || task.Moved < 68 || task.Moved > 72 || after.number(q)+after.number(dead) != 100 {
			t.Errorf("cancelled %+v, %v", task, err)
		}
		if _, err := after.s.StartMove(t.Context(), tenant, dead.ARN(), "", nil); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if n := after.number(q); n != 100 || after.last(dead).Status != queue.Completed {
			t.Errorf("%d messages, task %+v", n, after.last(dead))
		}
		stop()
		after.close()
	})
}

// Messages of a FIFO queue come back in the order of their groups; one that
// came from nowhere ends the task.
func TestMoveTaskOfFifo(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, d *desk) {
		q, dead := name("q.fifo"), name("dead.fifo")
		d.bury(q, dead, 20, map[string]string{"FifoQueue": "true"})
		if _, err := d.s.Send(t.Context(), dead, queue.Message{Body: "stray", Group: "z", Deduplication: "z"}); err != nil {
			t.Fatal(err)
		}
		stop := d.run()
		defer stop()
		if _, err := d.s.StartMove(t.Context(), tenant, dead.ARN(), "", nil); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if task := d.last(dead); task.Status != queue.Failed || task.Failure != "CouldNotDetermineMessageSource" || task.Moved != 20 {
			t.Errorf("task %+v", task)
		}
		last := map[string]int{}
		for range 2 {
			got, err := d.s.Receive(t.Context(), q, queue.Receive{Max: 10, Visibility: new(time.Minute)})
			if err != nil || len(got) != 10 {
				t.Fatalf("received %d, %v", len(got), err)
			}
			for _, m := range got {
				var n int
				_, _ = fmt.Sscan(m.Body, &n)
				if was, ok := last[m.Group]; ok && n <= was {
					t.Errorf("group %s: %d after %d", m.Group, n, was)
				}
				last[m.Group] = n
			}
		}
	})
}
