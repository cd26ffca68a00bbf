package oracle

import (
	"fmt"
	"slices"
	"time"
)

// Page is one response of GetMetricData as a server sent it.
type Page struct {
	Results []PageResult
	More    bool // a NextToken came with it
}

// PageResult is one MetricDataResult of a page.
type PageResult struct {
	ID, Label  string
	Timestamps []time.Time
	Values     []float64
	StatusCode string
	Messages   []Message
}

// Diff lists what is wrong with a server's pages: each holds at most max
// points, all but the last have a NextToken, a series is PartialData while
// points of it are to come, and the pages joined are the whole answer. The
// specification leaves open how the points of several series share a page.
func (out GetMetricDataOutput) Diff(pages []Page, max int, judge Judge) []string {
	if len(pages) == 0 {
		return []string{"no page"}
	}
	wrong := out.diffPaging(pages, max)
	wrong = append(wrong, out.diffOrder(pages[0])...)
	joined := join(pages)
	for _, want := range out.Results {
		got, ok := joined[want.ID]
		if !ok {
			wrong = append(wrong, want.ID+": missing")
			continue
		}
		delete(joined, want.ID)
		wrong = append(wrong, want.diff(got, judge)...)
	}
	for id := range joined {
		wrong = append(wrong, id+": not wanted")
	}
	return wrong
}

func (out GetMetricDataOutput) diffPaging(pages []Page, max int) []string {
	var wrong []string
	if more := out.Points() > max; more != pages[0].More {
		wrong = append(wrong, fmt.Sprintf("NextToken on page 1: %v, want %v", pages[0].More, more))
	}
	for i, page := range pages {
		points := 0
		for _, r := range page.Results {
			points += len(r.Values)
			if len(r.Values) != len(r.Timestamps) {
				wrong = append(wrong, fmt.Sprintf("page %d %s: lists of different length", i+1, r.ID))
			}
		}
		if points > max {
			wrong = append(wrong, fmt.Sprintf("page %d: %d points, want at most %d", i+1, points, max))
		}
		if last := i == len(pages)-1; page.More == last {
			wrong = append(wrong, fmt.Sprintf("page %d of %d: NextToken %v", i+1, len(pages), page.More))
		}
	}
	return wrong
}

// diffOrder wants the results of the first page in the order of the request.
func (out GetMetricDataOutput) diffOrder(first Page) []string {
	var want, got []string
	for _, r := range first.Results {
		got = append(got, r.ID)
	}
	for _, r := range out.Results {
		if slices.Contains(got, r.ID) {
			want = append(want, r.ID)
		}
	}
	if slices.Equal(got, want) {
		return nil
	}
	return []string{fmt.Sprintf("order %v, want %v", got, want)}
}

// pagedSeries collects one result over the pages.
type pagedSeries struct {
	PageResult
	labels   []string
	statuses []string
	after    []int // points so far, at the end of each page with the series
}

func join(pages []Page) map[string]*pagedSeries {
	joined := make(map[string]*pagedSeries)
	for _, page := range pages {
		for _, r := range page.Results {
			s := joined[r.ID]
			if s == nil {
				s = &pagedSeries{PageResult: PageResult{ID: r.ID, Messages: r.Messages}}
				joined[r.ID] = s
			}
			s.Timestamps = append(s.Timestamps, r.Timestamps...)
			s.Values = append(s.Values, r.Values...)
			s.labels = append(s.labels, r.Label)
			s.statuses = append(s.statuses, r.StatusCode)
			s.after = append(s.after, len(s.Values))
		}
	}
	return joined
}

func (want Result) diff(got *pagedSeries, judge Judge) []string {
	var wrong []string
	for i, label := range got.labels {
		if !want.Label.Matches(label) {
			wrong = append(wrong, fmt.Sprintf("%s: label %q, want %q", want.ID, label, want.Label))
		}
		status := want.StatusCode
		if got.after[i] < len(want.Points) {
			status = PartialData
		}
		if got.statuses[i] != status {
			wrong = append(wrong, fmt.Sprintf("%s: StatusCode %s, want %s", want.ID, got.statuses[i], status))
		}
	}
	if !slices.EqualFunc(want.Messages, got.Messages, Message.same) {
		wrong = append(wrong, fmt.Sprintf("%s: messages %v, want %v", want.ID, got.Messages, want.Messages))
	}
	return append(wrong, want.diffPoints(got, judge)...)
}

func (want Result) diffPoints(got *pagedSeries, judge Judge) []string {
	if len(got.Values) != len(want.Points) || len(got.Timestamps) != len(want.Points) {
		return []string{fmt.Sprintf("%s: %d points at %v, want %d: %v",
			want.ID, len(got.Values), got.Timestamps, len(want.Points), want.Points)}
	}
	var wrong []string
	for i, p := range want.Points {
		if !got.Timestamps[i].Equal(p.Timestamp) || !judge(p.Value, got.Values[i]) {
			wrong = append(wrong, fmt.Sprintf("%s point %d: %s %v, want %s %v", want.ID, i,
				got.Timestamps[i].UTC().Format(time.RFC3339), got.Values[i], p.Timestamp.Format(time.RFC3339), p.Value))
		}
	}
	return wrong
}

func (m Message) same(got Message) bool {
	return m.Code == got.Code && (m.Value == "" || m.Value == got.Value)
}
