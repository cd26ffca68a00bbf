package agent

import (
	"math/rand/v2"
	"time"
)

// The waits between attempts to reach a server that is away: the CloudWatch
// agent's base of 200 ms (cloudwatch.md 22.2), doubled up to half a reading at
// 30 s, so that a server that is back is found soon.
const (
	backoffBase = 200 * time.Millisecond
	backoffMax  = 15 * time.Second
)

// backoff counts the failures in a row.
type backoff struct{ failures int }

// next returns how long to wait after one more failure: between half and all
// of the doubled time, at random, so that many agents do not come in step.
func (b *backoff) next() time.Duration {
	d := backoffMax
	if b.failures < 7 { // 200 ms << 7 is beyond backoffMax
		d = min(backoffBase<<b.failures, backoffMax)
	}
	b.failures++
	return d/2 + rand.N(d/2)
}

func (b *backoff) reset() { b.failures = 0 }
