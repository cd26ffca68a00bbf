package metric

import "time"

// Instant is a moment in milliseconds since the Unix epoch, UTC. It is what
// the store keeps and what CloudWatch's wire can carry.
type Instant int64

// At returns t as an Instant; a fraction of a millisecond is dropped.
func At(t time.Time) Instant { return Instant(t.UnixMilli()) }

// Time returns i in UTC.
func (i Instant) Time() time.Time { return time.UnixMilli(int64(i)).UTC() }

// Add returns i moved by d; a fraction of a millisecond is dropped.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Milliseconds()) }

// Floor returns the start of the period of length p, on the epoch's grid,
// that holds i. It rounds towards the past also before 1970.
func (i Instant) Floor(p Period) Instant {
	w := p.Millis()
	r := i % w
	if r < 0 {
		r += w
	}
	return i - r
}

// Period is a length of time in whole seconds.
type Period int32

// The periods that the store keeps, finest first (user guide, "Metrics
// retention").
const (
	Second     Period = 1
	Minute     Period = 60
	FiveMinute Period = 300
	Hour       Period = 3600
	Day        Period = 86400
)

// Millis returns the period as a difference of Instants.
func (p Period) Millis() Instant { return Instant(p) * 1000 }

// Duration returns the period as a time.Duration.
func (p Period) Duration() time.Duration { return time.Duration(p) * time.Second }

// Retention says how long data of a tier are kept, by the timestamp of the
// datum. Tiers are exact folds of one another (cloudwatch.md section 4).
func (p Period) Retention() time.Duration {
	const day = 24 * time.Hour
	switch {
	case p < Minute:
		return 3 * time.Hour
	case p < FiveMinute:
		return 15 * day
	case p < Hour:
		return 63 * day
	default:
		return 455 * day
	}
}

// Tiers lists the periods that the store keeps, finest first.
func Tiers() []Period { return []Period{Second, Minute, FiveMinute, Hour} }
