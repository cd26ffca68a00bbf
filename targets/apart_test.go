package targets_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"skywatch/targets"
)

// Where attempts are apart, those that hang or fail hold up none that goes to
// the same target, also while other targets want their workers.
func TestApart(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.engine.Workers = 4
		r.engine.Targets["outside"] = r.engine.Targets["outside"].Apart(0)
		r.outside = func(_ context.Context, d targets.Delivery) error {
			switch d.ID {
			case "hangs 1", "hangs 2":
				time.Sleep(time.Hour)
			case "fails":
				return &targets.Failure{Permanent: true, Err: errors.New("no")}
			}
			return nil
		}
		r.run()
		r.enqueue(outsideA, "hangs 1", "fails", "hangs 2")
		time.Sleep(time.Second)
		r.enqueue(outsideB, many("other", 20)...)
		r.enqueue(outsideA, many("quick", 20)...)
		synctest.Wait()
		for _, target := range []string{outsideA, outsideB} {
			if n := len(r.list(targets.LogQuery{Target: target, Status: targets.Delivered, Limit: 100})); n != 20 {
				t.Errorf("%s: %d of 20 delivered", target, n)
			}
		}
	})
}
