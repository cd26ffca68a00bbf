package ticker

import (
	"time"

	"skywatch/catalog"
)

// Owner is a room whose plans a Ticker keeps. Both functions run within
// transactions: they must be quick and must not block.
type Owner struct {
	// Fire acts on a planned time and says what follows. After an error nothing
	// of it is kept, and it is called again for the same time later. It must
	// not set or remove the plan itself.
	Fire func(*catalog.Tx, Tick) (Then, error)
	// Next returns the first planned time strictly after an instant, zero if
	// there is none. It is asked after the clock was set back.
	Next func(r catalog.Reader, key []string, after time.Time) (time.Time, error)
}

// Tick is a planned time that has come.
type Tick struct {
	Key     []string // of the plan
	Planned time.Time
	// Noticed is when the Ticker could first act on it: the planned time itself
	// if it was running then, however busy; later if nothing ran, or if the clock
	// was set forward past it.
	Noticed time.Time
	Now     time.Time
}

// Then is what follows a Tick.
type Then struct {
	// Next is the plan's next time, after the one that has come. Zero: there is
	// none, and the plan is removed.
	Next time.Time
	// Missed is how many planned times before Next the owner passed over, the
	// one that has come among them; 0 means that it acted on that one.
	Missed int
}
