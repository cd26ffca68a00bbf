package tally_test

import (
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"skywatch/catalog"
	"skywatch/rules"
	"skywatch/rules/tally"
	"skywatch/targets"
)

// An outcome counts once its transaction is kept.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for name, c := range map[string]struct {
		o    targets.Outcome
		want []string
	}{
		"taken": {targets.Outcome{}, []string{
			"12:00 Invocations RuleName=a: 1 samples, sum 1 Count",
			"12:00 Invocations: 1 samples, sum 1 Count",
		}},
		"given up": {targets.Outcome{Err: "NO_RESOURCE: gone"}, []string{
			"12:00 FailedInvocations RuleName=a: 1 samples, sum 1 Count",
			"12:00 Invocations RuleName=a: 1 samples, sum 1 Count",
			"12:00 Invocations: 1 samples, sum 1 Count",
		}},
		"buried": {targets.Outcome{Err: "NO_RESOURCE: gone", Buried: true}, []string{
			"12:00 FailedInvocations RuleName=a: 1 samples, sum 1 Count",
			"12:00 Invocations RuleName=a: 1 samples, sum 1 Count",
			"12:00 Invocations: 1 samples, sum 1 Count",
			"12:00 InvocationsSentToDlq RuleName=a: 1 samples, sum 1 Count",
		}},
		"not buried": {targets.Outcome{Err: "NO_RESOURCE: gone", LetterErr: "no such queue"}, []string{
			"12:00 FailedInvocations RuleName=a: 1 samples, sum 1 Count",
			"12:00 Invocations RuleName=a: 1 samples, sum 1 Count",
			"12:00 Invocations: 1 samples, sum 1 Count",
			"12:00 InvocationsFailedToBeSentToDlq RuleName=a: 1 samples, sum 1 Count",
		}},
		"in a circle": {targets.Outcome{Err: "SDK_CLIENT_ERROR: x", Reason: rules.TooManyBuses}, []string{
			"12:00 DeadLetterInvocations RuleName=a: 1 samples, sum 1 Count",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := &memory{}
			counts := tally.New(tally.Options{To: to})
			c.o.At, c.o.Delivery = noon, targets.Delivery{Cause: rule("default", "a").ARN(), Kind: rules.DeliveryKind}
			kept := db.Update(t.Context(), func(tx *catalog.Tx) error {
				if err := counts.Ended(tx, c.o); err != nil {
					t.Error(err)
				}
				return nil
			})
			if kept != nil {
				t.Fatal(kept)
			}
			if err := counts.Close(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, to.lines()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
