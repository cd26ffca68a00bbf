package targets_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets"
)

const (
	ruleARN  = "arn:aws:events:" + tenantARN + "rule/r"
	queueARN = "arn:aws:sqs:" + tenantARN + "dead"
)

var letters = catalog.Table[targets.Delivery]{Name: "letters"}

// letterOf returns what the dead-letter queue of the rig holds under an ID.
func (r *rig) letterOf(id string) (d targets.Delivery, ok bool) {
	r.t.Helper()
	err := r.db.View(func(rd catalog.Reader) (err error) {
		d, ok, err = letters.Get(rd, id)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return d, ok
}

func TestDeadLetter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		delivery targets.Delivery
		err      error
		wait     time.Duration
		body     string
		want     map[string]string
	}{
		{
			name:     "attempts exhausted",
			delivery: targets.Delivery{Message: "made", Original: "event", Cause: ruleARN, Retry: &targets.Retry{Max: 3, MaxAge: time.Hour}},
			err:      errors.New("500"), body: "event",
			want: map[string]string{
				"RULE_ARN": ruleARN, "TARGET_ARN": outsideA, "ERROR_CODE": "SDK_SERVER_ERROR", "ERROR_MESSAGE": "500",
				"EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts", "RETRY_ATTEMPTS": "3",
			},
		},
		{
			name:     "age exhausted",
			delivery: targets.Delivery{Message: "m", Cause: ruleARN, Retry: &targets.Retry{Max: 185, MaxAge: time.Minute}},
			err:      context.DeadlineExceeded, body: "m",
			want: map[string]string{
				"RULE_ARN": ruleARN, "TARGET_ARN": outsideA, "ERROR_CODE": "TIMEOUT", "ERROR_MESSAGE": "context deadline exceeded",
				"EXHAUSTED_RETRY_CONDITION": "MaximumEventAgeInSeconds", "RETRY_ATTEMPTS": "5", // at 1, 3, 7, 15 and 31 s
			},
		},
		{
			name: "number of the attempt, attributes of the cause",
			delivery: targets.Delivery{
				Message: "m", Original: "attempt #", Cause: "arn:aws:scheduler:" + tenantARN + "schedule/g/s", AttemptMark: "#",
				Retry: &targets.Retry{Max: 1, MaxAge: time.Hour}, LetterAttributes: map[string]string{"TARGET_ARN": "other", "EXECUTION_ID": "e"},
			},
			err: errors.New("500"), body: "attempt 2",
			want: map[string]string{
				"SCHEDULE_ARN": "arn:aws:scheduler:" + tenantARN + "schedule/g/s", "TARGET_ARN": "other", "EXECUTION_ID": "e",
				"ERROR_CODE": "SDK_SERVER_ERROR", "ERROR_MESSAGE": "500", "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts", "RETRY_ATTEMPTS": "1",
			},
		},
		{
			name: "no retry", delivery: targets.Delivery{Message: "m", Cause: ruleARN},
			err: &targets.Failure{Code: targets.ClientError, Permanent: true, Err: errors.New("the endpoint\x00 answered\n404")}, body: "m",
			want: map[string]string{
				"RULE_ARN": ruleARN, "TARGET_ARN": outsideA, "ERROR_CODE": "SDK_CLIENT_ERROR", "ERROR_MESSAGE": "the endpoint  answered 404", "RETRY_ATTEMPTS": "0",
			},
		},
		{
			name: "not of a rule", delivery: targets.Delivery{Message: "m", Cause: "arn:aws:sns:" + tenantARN + "t"},
			err: fault.New(fault.Denied, "no"), body: "m",
			want: map[string]string{"TARGET_ARN": outsideA, "ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "no", "RETRY_ATTEMPTS": "0"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, r *rig) {
				r.outside = func(context.Context, targets.Delivery) error { return c.err }
				r.run()
				c.delivery.ID, c.delivery.Target, c.delivery.DeadLetter = "x", outsideA, queueARN
				r.put(c.delivery)
				time.Sleep(5 * time.Minute)
				got, ok := r.letterOf("x")
				if !ok || got.Message != c.body {
					t.Fatalf("dead letter %v, body %q", ok, got.Message)
				}
				texts := map[string]string{}
				for name, a := range got.Attributes {
					if err := a.Check(name); err != nil || a.Type != "String" {
						t.Errorf("%s: %q, %v", name, a.Type, err)
					}
					texts[name] = a.String
				}
				if diff := cmp.Diff(c.want, texts); diff != "" {
					t.Errorf("attributes (-want +got)\n%s", diff)
				}
				if s := r.engine.Stats(); s.Failed != 1 || s.Buried != 1 || s.Unburied != 0 {
					t.Errorf("stats %+v", s)
				}
				if o := r.outcomes[0]; !o.Buried || o.LetterErr != "" {
					t.Errorf("outcome %+v", o)
				}
			})
		})
	}
}

// A delivery whose dead-letter queue does not take it ends all the same: it is
// dropped, counted, and its cause hears why.
func TestDeadLetterRefused(t *testing.T) {
	t.Parallel()
	for name, queue := range map[string]string{
		"no such queue":           "arn:aws:sqs:" + tenantARN + "gone",
		"is not a standard queue": queueARN + ".fifo",
		"x is not a standard":     "x",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, r *rig) {
				r.inside = func(*catalog.Tx, targets.Delivery) error { return fault.New(fault.NotFound, "away") }
				r.run()
				r.put(targets.Delivery{ID: "x", Target: insideA, Message: "m", DeadLetter: queue})
				time.Sleep(time.Minute)
				if got := r.ended()["x"]; got != "NO_RESOURCE: away" {
					t.Errorf("ended with %q", got)
				}
				if o := r.outcomes[0]; o.Buried || !strings.Contains(o.LetterErr, name) {
					t.Errorf("outcome %+v", o)
				}
				if s := r.engine.Stats(); s != (targets.Stats{Attempts: 1, Failed: 1, Unburied: 1}) {
					t.Errorf("stats %+v", s)
				}
			})
		})
	}
}

// The letter is in the queue if and only if the cause heard: one commit.
func TestDeadLetterIsOneCommit(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.outside = func(context.Context, targets.Delivery) error { return fault.New(fault.InvalidValue, "wrong") }
		refusals := 2
		r.hear = func(targets.Outcome) error {
			if refusals--; refusals < 0 {
				return nil
			}
			return errors.New("busy")
		}
		r.run()
		r.put(targets.Delivery{ID: "x", Target: outsideA, Message: "m", DeadLetter: queueARN})
		time.Sleep(time.Second)
		if _, ok := r.letterOf("x"); ok {
			t.Error("the letter is there before the delivery is gone")
		}
		time.Sleep(time.Minute)
		if _, ok := r.letterOf("x"); !ok || len(r.ended()) != 1 {
			t.Errorf("letter %v, ended %v", ok, r.ended())
		}
	})
}
