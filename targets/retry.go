package targets

import (
	"math"
	"time"
)

// The limits of EventBridge's RetryPolicy, and its defaults.
const (
	MaxRetries = 185
	MaxAge     = 24 * time.Hour
)

// Back-off of general targets. AWS publishes no curve; this one spends 185
// retries in about 24 hours.
const (
	firstDelay   = time.Second
	longestDelay = 640 * time.Second
)

// Retry says how often, how long and when a delivery is tried again.
type Retry struct {
	// Max is the number of attempts after the first.
	Max int
	// MaxAge is how long after its creation a delivery is tried again; the
	// first attempt is made at any age.
	MaxAge time.Duration
	// Delays are the waits before the retries, the last one repeated. Empty
	// means random(0.5..1) x min(2^n s, 640 s) for n = 0, 1, 2 ...
	Delays []time.Duration `json:",omitempty"`
}

// GeneralRetry is the policy of targets that have none of their own.
func GeneralRetry() Retry { return Retry{Max: MaxRetries, MaxAge: MaxAge} }

func (d *Delivery) retry() Retry {
	if d.Retry != nil {
		return *d.Retry
	}
	return GeneralRetry()
}

// delay is the wait after the given attempt (from 1); random is in [0, 1).
func (r Retry) delay(attempt int, random float64) time.Duration {
	if n := len(r.Delays); n > 0 {
		return r.Delays[min(attempt, n)-1]
	}
	d := longestDelay
	if attempt <= 10 { // 2^10 s is beyond the longest
		d = min(d, firstDelay<<(attempt-1))
	}
	return time.Duration(math.Round(float64(d) * (0.5 + random/2)))
}

// The limits by the names of EventBridge's EXHAUSTED_RETRY_CONDITION.
const (
	maximumAttempts = "MaximumRetryAttempts"
	maximumAge      = "MaximumEventAgeInSeconds"
)

// exhausted names the limit that forbids another attempt at the given time, or
// is empty.
func (d *Delivery) exhausted(next time.Time) string {
	r := d.retry()
	switch {
	case d.Attempts > r.Max:
		return maximumAttempts
	case next.Sub(d.Created) > r.MaxAge:
		return maximumAge
	}
	return ""
}
