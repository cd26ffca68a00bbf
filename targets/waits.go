package targets

import (
	"time"

	"skywatch/catalog"
)

// Waits reports whether a delivery to a target that was due at t has not been
// attempted yet.
func Waits(r catalog.Reader, target string, t time.Time) (some bool, err error) {
	err = waiting.Scan(r, catalog.Range{Prefix: []string{target}}, func(_ []string, d Delivery) (bool, error) {
		some = !d.NextAttempt.After(t)
		return false, nil
	})
	return some, err
}
