package server

import (
	"encoding/json"
	"time"

	"skywatch/internal/fault"
	"skywatch/schedule"
)

// upcomingCount is how many runs are told where the request does not say.
const upcomingCount = 10

// nextRuns answers POST /skywatch/v1/schedules/next: when an expression runs.
func nextRuns(c call) (any, error) {
	in := struct {
		Expression string
		Timezone   string
		From       time.Time
		Count      int
	}{From: c.now, Count: upcomingCount}
	if err := json.Unmarshal(c.body, &in); err != nil {
		return nil, fault.New(fault.Malformed, `The body is not JSON of the form {"Expression","Timezone"?,"From"?,"Count"?}: %v.`, err)
	}
	times, err := schedule.Upcoming(in.Expression, in.Timezone, in.From, in.Count)
	return struct{ Times []time.Time }{times}, err
}
