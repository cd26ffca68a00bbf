package topic

import (
	"time"

	"skywatch/targets"
)

// managedRetry is SNS's policy for queues and functions: 3 retries at once, 2
// after 1 s, 10 from 1 s up to 20 s, 100 000 after 20 s, over 23 days.
// customerRetry is the one for mail: 2 after 10 s, 10 from 10 s up to 600 s, 38
// after 600 s, over 6 hours (events.md 4.4). Who waits longer than the whole
// time has been kept away by something else than the delays.
func managedRetry() *targets.Retry {
	h := healthy{NoDelayRetries: 3, MinDelayRetries: 2, Retries: 15, MinDelay: 1, MaxDelay: 20, BackOff: "exponential"}
	return &targets.Retry{Max: 100_015, MaxAge: 23 * 24 * time.Hour, Delays: append(h.delays(), 20*time.Second)}
}

func customerRetry() *targets.Retry {
	h := healthy{MinDelayRetries: 2, Retries: 12, MinDelay: 10, MaxDelay: 600, BackOff: "exponential"}
	return &targets.Retry{Max: 50, MaxAge: 24 * time.Hour, Delays: append(h.delays(), 600*time.Second)}
}
