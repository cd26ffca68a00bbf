package skywatchtest

import (
	"time"

	"skywatch/server"
)

// Option changes how a server is started.
type Option func(*server.Config)

// At has the clock stand at a time in place of the machine's.
func At(t time.Time) Option { return func(c *server.Config) { c.ClockStart = t } }

// RealClock has the server go by the machine's clock: nothing can be advanced
// or reset.
func RealClock() Option {
	return func(c *server.Config) { c.Clock = "real" }
}

// Configure changes any option of the server (docs/configuration.md).
func Configure(change func(*server.Config)) Option { return change }
