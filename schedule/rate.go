package schedule

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// rate is a fixed interval of elapsed time.
type rate struct {
	seconds int64
	// atOnce: the start is the first run, not the start plus one interval.
	atOnce bool
}

// maxRateSeconds keeps an interval within a time.Duration, 292 years (inferred:
// AWS publishes no maximum).
const maxRateSeconds = math.MaxInt64 / int64(time.Second)

// parseRate reads "V U" with exactly one space.
func parseRate(arguments string, dialect Dialect) (series, error) {
	number, unit, ok := strings.Cut(arguments, " ")
	if !ok {
		return nil, fmt.Errorf("rate needs a value and a unit separated by one space, not %q", arguments)
	}
	value, err := strconv.ParseUint(number, 10, 64)
	if err != nil || value == 0 {
		return nil, fmt.Errorf("%q is not a positive whole number", number)
	}
	singular := strings.TrimSuffix(unit, "s")
	seconds, ok := map[string]int64{"minute": 60, "hour": 3600, "day": 86400}[singular]
	if !ok {
		return nil, fmt.Errorf("the unit %q is none of minute, minutes, hour, hours, day, days", unit)
	}
	if one := singular == unit; one != (value == 1) && dialect == Rule {
		return nil, fmt.Errorf("the unit is singular for the value 1 and plural for others, not \"%d %s\"", value, unit)
	}
	if value > uint64(maxRateSeconds/seconds) {
		return nil, fmt.Errorf("the interval %q is longer than 292 years", arguments)
	}
	return rate{seconds: int64(value) * seconds, atOnce: dialect == Scheduler}, nil
}

func (r rate) next(after time.Time, in place) (time.Time, bool) {
	if !in.started {
		return r.plus(after, 1), true
	}
	if after.Before(in.since) {
		if r.atOnce {
			return in.since.UTC(), true
		}
		return r.plus(in.since, 1), true
	}
	// Whole seconds, rounded down: time.Sub would stop at 292 years.
	elapsed := after.Unix() - in.since.Unix()
	if after.Nanosecond() < in.since.Nanosecond() {
		elapsed--
	}
	return r.plus(in.since, elapsed/r.seconds+1), true
}

// plus returns the instant a number of intervals after t.
func (r rate) plus(t time.Time, intervals int64) time.Time {
	return time.Unix(t.Unix()+intervals*r.seconds, int64(t.Nanosecond())).UTC()
}
