package formula

import (
	"time"

	"skywatch/conformance/oracle"
)

// slots are the starts of the window's periods of that length, up to the last
// whole minute for what was made of a SELECT alone.
func (r run) slots(period int, minutes bool) []time.Time {
	end := r.in.EndTime
	if minutes {
		end = end.Truncate(time.Minute)
	}
	return oracle.Slots(r.now, r.in.StartTime, end, period)
}

// calendar has a point in every slot, whatever the series has there.
func (r run) calendar(name string, args []value) value {
	if v, ok := r.ready(args, 1, singles); !ok {
		return v
	}
	s := args[0].one()
	made := like(s)
	made.label = nil
	for _, t := range r.slots(s.period, s.minutes) {
		made.set(t, float64(part(name, t.UTC())))
	}
	return ofSeries(made)
}

func part(name string, t time.Time) int64 {
	switch name {
	case "MINUTE":
		return int64(t.Minute())
	case "HOUR":
		return int64(t.Hour())
	case "DAY": // Monday is 1, Sunday 7
		return int64((t.Weekday()+6)%7 + 1)
	case "DATE":
		return int64(t.Day())
	case "MONTH":
		return int64(t.Month())
	case "YEAR":
		return int64(t.Year())
	}
	return t.Unix()
}

// timeSeries is a constant in every slot of the expression's period.
func (r run) timeSeries(args []value) value {
	if v, ok := r.ready(args, 1, numbers); !ok {
		return v
	}
	period := r.periodOf(r.query)
	made := &series{points: make(map[time.Time]float64), period: period, doubtful: args[0].doubtful}
	for _, t := range r.slots(period, false) {
		made.set(t, args[0].number)
	}
	return ofSeries(made)
}
