package topic_test

import (
	"context"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// A subscription that nobody confirms is gone after two days.
func TestUnconfirmedSubscriptionsExpire(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	url, calls := r.receiver(nil)
	kept := r.subscribe(n, url+"/confirmed", nil, calls)
	_, err := r.topics.Subscribe(t.Context(), n, "http", url+"/ignored", nil, base)
	r.must(err)
	<-calls
	r.ended("")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- r.topics.Run(ctx) }()
	for range 48 {
		r.clock.advance(time.Hour)
	}
	r.clock.advance(time.Hour) // the sweep of two days from now was begun, and is done
	subs, _, err := r.topics.SubscriptionsOf(n, nil)
	r.must(err)
	if len(subs) != 1 || subs[0].ARN() != kept.ARN() {
		t.Errorf("left: %+v", subs)
	}
	cancel()
	r.must(<-done)
}
