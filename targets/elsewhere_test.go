package targets_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"skywatch/targets"
)

// elsewhere has a rig's engine reach some targets elsewhere; sent gets them.
func (r *rig) elsewhere(arns ...string) (sent *[]targets.Delivery) {
	sent = new([]targets.Delivery)
	r.engine.Elsewhere = func(arn string) (targets.Target, bool) {
		for _, a := range arns {
			if a == arn {
				return targets.Outside(func(_ context.Context, d targets.Delivery) error {
					r.mu.Lock()
					defer r.mu.Unlock()
					*sent = append(*sent, d)
					return nil
				}), true
			}
		}
		return targets.Target{}, false
	}
	return sent
}

// What is pointed elsewhere does not reach the house's own target of its kind,
// not even one that acts at once; its dead letters do not either.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		sent := r.elsewhere(insideA, queueARN)
		r.outside = func(context.Context, targets.Delivery) error {
			return &targets.Failure{Code: targets.ClientError, Permanent: true, Err: context.Canceled}
		}
		r.run()
		r.put(targets.Delivery{ID: "1", Target: insideA, Message: "m"})
		r.put(targets.Delivery{ID: "2", Target: outsideA, Message: "lost", DeadLetter: queueARN})
		synctest.Wait()
		if got := r.ended(); len(*sent) != 2 || len(got) != 2 || got["1"] != "" {
			t.Fatalf("sent elsewhere: %+v, ended %v", *sent, got)
		}
		for _, d := range *sent {
			if d.Target == queueARN && (d.Message != "lost" || d.Attributes["TARGET_ARN"].String != outsideA || !d.OfFailure || d.Kind != targets.LetterKind) {
				t.Errorf("dead letter: %+v", d)
			}
		}
		if !r.outbox.Carries(insideA) || r.outbox.Carries("arn:aws:ecs:"+tenantARN+"cluster/c") {
			t.Error("Carries does not know what is elsewhere")
		}
	})
}

func TestAdvice(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.engine.Advice = func(string) string { return "a profile would" }
		r.run()
		r.enqueue("arn:aws:ecs:"+tenantARN+"cluster/c", "1")
		synctest.Wait()
		if got := r.ended()["1"]; !strings.HasPrefix(got, targets.NoResource) || !strings.HasSuffix(got, ": a profile would") {
			t.Errorf("ended with %q", got)
		}
	})
}
