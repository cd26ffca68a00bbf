package schedule

import (
	"strings"
	"time"

	"skywatch/internal/fault"
)

// maxUpcoming bounds the runs that Upcoming gives at once.
const maxUpcoming = 1000

// Upcoming returns the first count runs of an expression after an instant, fewer
// if it ends before: a preview, for POST /skywatch/v1/schedules/next. It takes
// the expressions of rules, and the at() of schedules; a rate starts at from. A
// time zone is named as for Zone. An error says what is wrong in plain words.
func Upcoming(expression, timezone string, from time.Time, count int) ([]time.Time, error) {
	if count < 1 || count > maxUpcoming {
		return nil, fault.New(fault.Validation, "Count must be between 1 and %d.", maxUpcoming).On("Count")
	}
	zone, err := Zone(timezone)
	if err != nil {
		return nil, fault.Of(err).On("Timezone")
	}
	dialect := Rule
	if strings.HasPrefix(expression, "at(") {
		dialect = Scheduler
	}
	series, reason := parse(expression, dialect)
	if reason != nil {
		return nil, fault.New(fault.Validation, "Invalid Expression: %v.", reason).On("Expression")
	}
	e := Expression{series: series, place: place{zone: zone, since: from, started: true}}
	times := make([]time.Time, 0, count)
	for t, ok := e.Next(from); ok && len(times) < count; t, ok = e.Next(t) {
		times = append(times, t)
	}
	return times, nil
}
