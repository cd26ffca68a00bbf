package targets_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/targets"
)

var errDown = errors.New("down")

func many(prefix string, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("%s%03d", prefix, i)
	}
	return ids
}

// Ten failures in a row open the breaker; then one attempt is made each 30 s,
// and one success sends everything that waits. What waited lost no attempt.
func TestBreaker(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		var up atomic.Bool
		r.outside = func(_ context.Context, d targets.Delivery) error {
			if up.Load() {
				return nil
			}
			return errDown
		}
		r.run()
		r.enqueue(outsideA, many("d", 40)...)
		time.Sleep(95 * time.Second)
		sent := r.sent()
		var at []time.Duration
		for _, s := range sent[10:] {
			at = append(at, s.at)
		}
		if len(sent) != 13 || sent[9].at != 0 || fmt.Sprint(at) != "[30s 1m0s 1m30s]" {
			t.Fatalf("%d attempts, after the tenth at %v", len(sent), at)
		}
		if s := r.engine.Stats(); s.Broken != 1 {
			t.Errorf("stats %+v", s)
		}
		up.Store(true)
		time.Sleep(30 * time.Second)
		if n := len(r.ended()); n != 40 {
			t.Errorf("%d ended after the target came back", n)
		}
		first := map[string]int{}
		for _, s := range r.sent()[13:] {
			first[s.id] = s.attempt
		}
		if first["d039"] != 1 {
			t.Errorf("what the breaker held is at attempt %d", first["d039"])
		}
		if s := r.engine.Stats(); s.Broken != 0 || s.Failed != 0 {
			t.Errorf("stats %+v", s)
		}
	})
}

// Refusals are answers: they open nothing.
func TestBreakerIsNotForRefusals(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.outside = func(context.Context, targets.Delivery) error {
			return &targets.Failure{Code: targets.ClientError, Permanent: true, Err: errors.New("404")}
		}
		r.run()
		r.enqueue(outsideA, many("d", 40)...)
		synctest.Wait()
		if n := len(r.ended()); n != 40 {
			t.Errorf("%d ended", n)
		}
	})
}

// A breaker holds nothing longer than its maximum age, whether it was tried or
// not, and makes no attempt after it.
func TestBreakerDoesNotExtendTheAge(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.outside = func(context.Context, targets.Delivery) error { return errDown }
		r.run()
		for _, id := range many("d", 40) {
			r.put(targets.Delivery{ID: id, Target: outsideA, Message: "m", DeadLetter: queueARN, Retry: &targets.Retry{Max: 185, MaxAge: 2 * time.Minute}})
		}
		time.Sleep(2*time.Minute + 31*time.Second)
		ended := r.ended()
		if len(ended) != 40 {
			t.Fatalf("%d ended half a minute after their time", len(ended))
		}
		for _, s := range r.sent() {
			if s.at > 2*time.Minute {
				t.Errorf("an attempt at %v", s.at)
			}
		}
		letter, ok := r.letterOf("d039")
		got := map[string]string{}
		for name, a := range letter.Attributes {
			got[name] = a.String
		}
		if !ok || got["ERROR_CODE"] != "SDK_SERVER_ERROR" || got["ERROR_MESSAGE"] != "down" ||
			got["RETRY_ATTEMPTS"] != "0" || got["EXHAUSTED_RETRY_CONDITION"] != "MaximumEventAgeInSeconds" {
			t.Errorf("dead letter %v: %v", ok, got)
		}
	})
}

// A restart does not forget an open breaker: the next attempt is the probe
// that was planned. What became overaged while nobody was there to try it is
// tried all the same.
func TestBreakerOutlivesARestart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fs := vfs.NewCrashableMem()
		r := newRig(t, fs)
		r.outside = func(context.Context, targets.Delivery) error { return errDown }
		r.run()
		for _, id := range many("d", 20) {
			r.put(targets.Delivery{ID: id, Target: outsideA, Retry: &targets.Retry{Max: 185, MaxAge: time.Hour}})
		}
		time.Sleep(10 * time.Second)
		disk := fs.CrashClone(vfs.CrashCloneCfg{})
		r.close()

		again := newRig(t, disk)
		again.outside = func(context.Context, targets.Delivery) error { return errDown }
		again.run()
		time.Sleep(19 * time.Second)
		if n := len(again.sent()); n != 0 {
			t.Errorf("%d attempts before the probe", n)
		}
		time.Sleep(1001 * time.Millisecond)
		if n := len(again.sent()); n != 1 {
			t.Errorf("%d attempts with the probe", n)
		}
		again.close()

		time.Sleep(3 * time.Hour)
		late := newRig(t, disk)
		late.run()
		time.Sleep(time.Second)
		delivered := 0
		for _, text := range late.ended() {
			if text == "" {
				delivered++
			}
		}
		if tried := 11; len(late.ended()) != 20 || delivered != 20-tried {
			t.Errorf("%d ended, %d well", len(late.ended()), delivered)
		}
		late.close()
	})
}
