package alarm

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// maxReasonData is the longest StateReasonData in characters.
const maxReasonData = 4000

// reasonData is StateReasonData (13.3).
type reasonData struct {
	Version             string      `json:"version"`
	QueryDate           string      `json:"queryDate"`
	StartDate           *string     `json:"startDate"`
	Unit                *string     `json:"unit"`
	Statistic           string      `json:"statistic"`
	Period              int         `json:"period"`
	RecentDatapoints    []*float64  `json:"recentDatapoints"`
	Threshold           *float64    `json:"threshold"`
	EvaluatedDatapoints []evaluated `json:"evaluatedDatapoints"`
}

type evaluated struct {
	Timestamp   string   `json:"timestamp"`
	SampleCount *float64 `json:"sampleCount"`
	Value       *float64 `json:"value"`
}

// DiffData lists what is wrong with a server's StateReasonData.
func (v Verdict) DiffData(got string) []string {
	var data reasonData
	if err := json.Unmarshal([]byte(got), &data); err != nil || len(got) > maxReasonData {
		return []string{fmt.Sprintf("reason data of %d characters: %v: %s", len(got), err, got)}
	}
	var wrong []string
	differ := func(name string, got, want any) {
		if g, w := written(got), written(want); !alike(w, g) {
			wrong = append(wrong, fmt.Sprintf("reason data, %s: %s, want %s", name, g, w))
		}
	}
	d := v.Definition
	differ("version", data.Version, "1.0")
	differ("queryDate", data.QueryDate, stamp(v.At))
	differ("startDate", data.StartDate, v.startDate())
	differ("unit", data.Unit, optional(d.Unit))
	differ("statistic", data.Statistic, d.Statistic)
	differ("period", data.Period, d.Period)
	differ("threshold", data.Threshold, d.Threshold)
	differ("recentDatapoints", data.RecentDatapoints, v.recent())
	real, filled := data.split()
	differ("evaluatedDatapoints", real, v.evaluated())
	return append(wrong, v.diffFilled(filled, data.order())...)
}

func written(v any) string {
	text, _ := json.Marshal(v) // only of types that have a form
	return string(text)
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// startDate is the start of the oldest retained point.
func (v Verdict) startDate() *string {
	if len(v.Retained) == 0 {
		return nil
	}
	text := stamp(v.Retained[0].Start)
	return &text
}

// recent are the values from the oldest retained point to the newest, with null for
// gaps.
func (v Verdict) recent() []*float64 {
	values := []*float64{}
	if len(v.Retained) == 0 {
		return values
	}
	at := v.Retained[0].Start
	for _, s := range v.Retained {
		for ; at.Before(s.Start); at = at.Add(v.Definition.period()) {
			values = append(values, nil)
		}
		values = append(values, &s.Point.Value)
		at = at.Add(v.Definition.period())
	}
	return values
}

// evaluated are the points that decided.
func (v Verdict) evaluated() []evaluated {
	points := []evaluated{}
	for _, s := range v.Decided {
		e := evaluated{stamp(s.Start), &s.Point.Count, &s.Point.Value}
		if v.Definition.Statistic == "" {
			e.SampleCount = nil
		}
		points = append(points, e)
	}
	return points
}

// split parts the real points from those that are a timestamp only.
func (r reasonData) split() (real []evaluated, filled []string) {
	real = []evaluated{}
	for _, e := range r.EvaluatedDatapoints {
		if e.Value == nil && e.SampleCount == nil {
			filled = append(filled, e.Timestamp)
		} else {
			real = append(real, e)
		}
	}
	return real, filled
}

// order are the timestamps as they stand.
func (r reasonData) order() []string {
	var all []string
	for _, e := range r.EvaluatedDatapoints {
		all = append(all, e.Timestamp)
	}
	return all
}

// diffFilled looks at the entries of filled slots, and at the order of all.
func (v Verdict) diffFilled(filled, all []string) []string {
	var wrong []string
	for _, text := range filled {
		if !slices.ContainsFunc(v.Empty, func(t time.Time) bool { return stamp(t) == text }) {
			wrong = append(wrong, fmt.Sprintf("reason data: %s was filled but is no empty slot", text))
		}
	}
	if !slices.IsSortedFunc(all, func(a, b string) int { return strings.Compare(b, a) }) {
		wrong = append(wrong, fmt.Sprintf("reason data: evaluatedDatapoints are not newest first: %v", all))
	}
	open := v.Rule == 6 || len(v.Retained) == 0 || len(v.Decided) == 0
	if want := v.padding(); !open && !slices.Contains(want, len(filled)) {
		wrong = append(wrong, fmt.Sprintf("reason data: %d filled slots, want one of %v (rule %d)", len(filled), want, v.Rule))
	}
	return wrong
}

// padding are the readings of how many filled slots stand beside the points that
// decided: none, all that are missing, as many as a full decision would have taken.
func (v Verdict) padding() []int {
	full := v.Definition.spare()
	if v.State == Alarm {
		full = v.Definition.needed()
	}
	return []int{0, v.Missing, full - len(v.Decided)}
}
