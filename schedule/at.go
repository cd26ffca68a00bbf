package schedule

import (
	"fmt"
	"time"
)

// at is one wall-clock time.
type at struct {
	wall wall
}

func parseAt(arguments string, dialect Dialect) (series, error) {
	layout, form := "2006-01-02T15:04:05", "yyyy-mm-ddThh:mm:ss"
	if dialect == MuteRule {
		layout, form = "2006-01-02T15:04", "yyyy-MM-ddThh:mm"
	}
	t, err := time.Parse(layout, arguments)
	// Written back, because time.Parse also takes fractions and short hours.
	if err != nil || t.Format(layout) != arguments {
		return nil, fmt.Errorf("%q is not a time of the form %s", arguments, form)
	}
	return at{wall: wall(t.Unix())}, nil
}

// next places a time that the clocks skip as far after the gap as it lies in
// it (inferred: AWS says it for cron only), so that a one-time schedule never
// vanishes; a repeated time is the first of the two.
func (a at) next(after time.Time, in place) (time.Time, bool) {
	t := time.Unix(a.wall.in(in.zone).unix, 0).UTC()
	return t, t.After(after)
}
