package ticker

import "time"

// Clock tells the time and wakes at a time, as a targets.Clock does.
type Clock interface {
	Now() time.Time
	// Wake returns a channel on which something arrives once it is t, or
	// earlier; stop frees what it holds.
	Wake(t time.Time) (c <-chan time.Time, stop func())
}
