package topic_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/targets/topic"
)

// A FIFO topic that was published to before a crash numbers on after it, knows
// what it has seen, and its queue has each message once, in order.
func TestFifoCrash(t *testing.T) {
	t.Parallel()
	fs := vfs.NewCrashableMem()
	r := newRig(t, fs)
	n := r.fifo(nil, "q.fifo")
	publish := func(r *rig, i int) topic.Published {
		t.Helper()
		is, err := r.topics.Publish(t.Context(), n, topic.Message{Body: fmt.Sprint(i), Group: "g", Deduplication: fmt.Sprint(i)})
		r.must(err)
		return is
	}
	var before []topic.Published
	for i := range 5 {
		before = append(before, publish(r, i))
	}
	disk := fs.CrashClone(vfs.CrashCloneCfg{})
	r.stop()
	after := newRig(t, disk)
	for i, was := range before {
		if is := publish(after, i); is != was {
			t.Errorf("%d is %+v, was %+v", i, is, was)
		}
	}
	if is := publish(after, 5); is.Sequence <= before[4].Sequence {
		t.Errorf("%s after %s", is.Sequence, before[4].Sequence)
	}
	if got := bodies(after.receive("q.fifo")); !slices.Equal(got, []string{"0", "1", "2", "3", "4", "5"}) {
		t.Errorf("the queue has %v", got)
	}
}

// A mail that a crash kept from going out goes out afterwards.
func TestMailCrash(t *testing.T) {
	t.Parallel()
	fs := vfs.NewCrashableMem()
	r := newRig(t, fs)
	relay := r.withMail(func(string) error { return errors.New("try again") })
	n := r.topic("t")
	sub, err := r.topics.Subscribe(t.Context(), n, "email", "a@b.example", nil, base)
	r.must(err)
	_, err = r.topics.Confirm(t.Context(), n, sub.Token, false, false)
	r.must(err)
	r.publish(n, topic.Message{Body: "m", Subject: "after all"})
	disk := fs.CrashClone(vfs.CrashCloneCfg{})
	r.stop()
	if len(relay.Mails) > 0 {
		t.Fatal("there is mail already")
	}
	after := buildRig(t, disk)
	well := after.withMail(nil)
	after.run()
	after.clock.jump(time.Hour)
	for {
		if m := <-well.Mails; m.Subject == "after all" {
			return
		}
	}
}
