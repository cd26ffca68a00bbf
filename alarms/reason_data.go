package alarms

import (
	"cmp"
	"slices"

	"skywatch/metric"
)

// maxReasonData is the length of a StateReasonData (API model).
const maxReasonData = 4000

// reasonData is the JSON of cloudwatch.md 13.3. Only alarms on one metric have a
// statistic and counts of samples.
type reasonData struct {
	Version             string           `json:"version"`
	QueryDate           stamp            `json:"queryDate"`
	StartDate           *stamp           `json:"startDate,omitempty"`
	Unit                string           `json:"unit,omitempty"`
	Statistic           string           `json:"statistic,omitempty"`
	Period              metric.Period    `json:"period"`
	RecentDatapoints    []*number        `json:"recentDatapoints"`
	Threshold           number           `json:"threshold"`
	EvaluatedDatapoints []evaluatedPoint `json:"evaluatedDatapoints"`
}

type evaluatedPoint struct {
	Timestamp   stamp   `json:"timestamp"`
	SampleCount *number `json:"sampleCount,omitempty"`
	Value       *number `json:"value,omitempty"`
}

func (e *evidence) reasonData(to State, now metric.Instant) string {
	r := reasonData{
		Version: "1.0", QueryDate: stamp(now),
		Unit: e.d.Unit, Statistic: e.d.stat(), Period: e.d.Period, Threshold: number(e.d.Threshold),
		RecentDatapoints:    e.recent(),
		EvaluatedDatapoints: e.evaluated(to),
	}
	if e.points > 0 {
		start := stamp(e.oldest)
		r.StartDate = &start
	}
	text := encode(r)
	for len(text) > maxReasonData {
		// AWS's way to stay under the limit is not known: the oldest go
		// (inferred).
		if n := len(r.RecentDatapoints); n > 1 {
			dropped := n - n/2
			r.RecentDatapoints = r.RecentDatapoints[dropped:]
			start := *r.StartDate + stamp(dropped)*stamp(e.d.Period.Millis())
			r.StartDate = &start
		}
		r.EvaluatedDatapoints = r.EvaluatedDatapoints[:len(r.EvaluatedDatapoints)/2]
		text = encode(r)
	}
	return text
}

// recent returns the values from the oldest point kept to the newest one,
// oldest first, nil for gaps.
func (e *evidence) recent() []*number {
	values := []*number{}
	if e.points == 0 {
		return values
	}
	for _, s := range e.slots {
		switch {
		case s.Start < e.oldest || s.Start > e.newest:
		case s.Present:
			v := number(s.Value)
			values = append(values, &v)
		default:
			values = append(values, nil)
		}
	}
	return values
}

// evaluated returns the decisive points, filled up to the quorum with the
// newest slots that have no datapoint, newest first (recorded).
func (e *evidence) evaluated(to State) []evaluatedPoint {
	points := []evaluatedPoint{}
	for _, s := range e.decisive(to) {
		value := number(s.Value)
		p := evaluatedPoint{Timestamp: stamp(s.Start), Value: &value}
		if e.d.Kind() == OnMetric {
			samples := number(s.Samples)
			p.SampleCount = &samples
		}
		points = append(points, p)
	}
	for _, s := range slices.Backward(e.slots) {
		if len(points) >= e.quorum(to) {
			break
		}
		if !s.Present {
			points = append(points, evaluatedPoint{Timestamp: stamp(s.Start)})
		}
	}
	slices.SortFunc(points, func(a, b evaluatedPoint) int { return cmp.Compare(b.Timestamp, a.Timestamp) })
	return points
}
