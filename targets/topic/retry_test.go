package topic

import (
	"testing"
	"time"

	"skywatch/targets"
)

// The retries of managed and of customers' endpoints, as SNS's developer guide
// has them.
func TestRetriesOfProtocols(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		retry *targets.Retry
		first []time.Duration // in whole seconds
		last  time.Duration
		max   int
		least time.Duration
	}{
		{"managed", managedRetry(), []time.Duration{0, 0, 0, 1, 1, 1, 1, 1, 1}, 20 * time.Second, 100_015, 23 * 24 * time.Hour},
		{"customer", customerRetry(), []time.Duration{10, 10, 10}, 600 * time.Second, 50, 6 * time.Hour},
	} {
		var total time.Duration
		for i := range c.retry.Max {
			total += c.retry.Delays[min(i, len(c.retry.Delays)-1)]
		}
		for i, want := range c.first {
			if got := c.retry.Delays[i].Truncate(time.Second); got != want*time.Second {
				t.Errorf("%s: delay %d is %v", c.name, i, got)
			}
		}
		if c.retry.Max != c.max || c.retry.Delays[len(c.retry.Delays)-1] != c.last || total < c.least || total > c.least*5/4 || c.retry.MaxAge < c.least {
			t.Errorf("%s: %d retries in %v, at most %v", c.name, c.retry.Max, total, c.retry.MaxAge)
		}
	}
}
