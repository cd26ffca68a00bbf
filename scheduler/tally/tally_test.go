package tally_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/scheduler"
	"skywatch/scheduler/tally"
	"skywatch/targets"
)

type lines []string

func (l *lines) Append(_ context.Context, samples []metric.Sample) error {
	for _, s := range samples {
		*l = append(*l, fmt.Sprintf("%s %s %v %v", s.ID.Name, s.Time.Time().Format("15:04"), s.ID.Dimensions, s.Set.Sum))
	}
	slices.Sort(*l)
	return nil
}

// delivery is what a schedule of a group sends, at its last attempt.
func delivery(group string) *targets.Delivery {
	n := scheduler.Name{GroupName: scheduler.GroupName{Tenant: metric.Tenant{Account: "123456789012", Region: "us-east-1"}, Group: group}, Schedule: "s"}
	at := time.Date(2026, 5, 20, 12, 0, 7, 0, time.UTC)
	return &targets.Delivery{Kind: scheduler.DeliveryKind, Cause: n.ARN(), Tried: []targets.Attempt{{Number: 1, At: at}}}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	var to lines
	c := tally.New(tally.Options{To: &to})
	db, err := catalog.Open(catalog.Options{Dir: "c", FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	c.Attempted(delivery("default"), nil)
	c.Attempted(delivery("night"), &targets.Failure{Code: targets.Throttling})
	c.Attempted(delivery("night"), &targets.Failure{Code: targets.ServerError})
	c.Attempted(&targets.Delivery{Kind: "another", Tried: make([]targets.Attempt, 1)}, nil)
	at := time.Date(2026, 5, 20, 12, 1, 0, 0, time.UTC)
	err = db.Update(t.Context(), func(tx *catalog.Tx) error {
		for _, o := range []targets.Outcome{
			{Delivery: *delivery("default"), At: at},
			{Delivery: *delivery("night"), Err: "no", Buried: true, At: at},
			{Delivery: *delivery("night"), Err: "no", LetterErr: "neither", At: at},
		} {
			if err := c.Ended(tx, o); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	const night = " [{ScheduleGroup night}] "
	want := lines{
		"InvocationAttemptCount 12:00 [] 3", "InvocationAttemptCount 12:00" + night + "2", "InvocationAttemptCount 12:00 [{ScheduleGroup default}] 1",
		"TargetErrorCount 12:00 [] 2", "TargetErrorCount 12:00" + night + "2", "TargetErrorThrottledCount 12:00 [] 1", "TargetErrorThrottledCount 12:00" + night + "1",
		"InvocationDroppedCount 12:01 [] 2", "InvocationDroppedCount 12:01" + night + "2",
		"InvocationsSentToDeadLetterCount 12:01 [] 1", "InvocationsSentToDeadLetterCount 12:01" + night + "1",
		"InvocationsFailedToBeSentToDeadLetterCount 12:01 [] 1", "InvocationsFailedToBeSentToDeadLetterCount 12:01" + night + "1",
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, to); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
