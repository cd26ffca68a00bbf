package oracle

import (
	"testing"
	"time"
)

const day = 24 * time.Hour

// everySecond is a high-resolution point of 1 for each second.
func everySecond(from, to time.Time) []Datum {
	var data []Datum
	for at := from; at.Before(to); at = at.Add(time.Second) {
		data = append(data, finePoint(at, 1))
	}
	return data
}

// The model of the API gives two examples of the rounding of a range.
func TestExamplesOfRounding(t *testing.T) {
	t.Parallel()
	t.Run("10 s", func(t *testing.T) {
		t.Parallel()
		now := clock(1, 5, 23)
		m := given(t, now, everySecond(clock(1, 5, 0), clock(1, 5, 23))...)
		wantLines(t, sums(t, m, now, statisticsOf(now.Add(-10*time.Second), now, 10, "Sum")),
			"01:05:10 None=10")
	})
	t.Run("5 s", func(t *testing.T) {
		t.Parallel()
		now := clock(15, 7, 17)
		m := given(t, now, everySecond(clock(15, 2, 0), clock(15, 7, 17))...)
		got := sums(t, m, now, statisticsOf(now.Add(-5*time.Minute), now, 5, "Sum"))
		if len(got) != 60 || got[0] != "15:02:15 None=5" || got[59] != "15:07:10 None=5" {
			t.Errorf("got %d points: %v", len(got), got)
		}
	})
}

func TestBucketsAreAnchoredAtStart(t *testing.T) {
	t.Parallel()
	m := given(t, noon, point(clock(11, 2, 30), 1), point(clock(11, 6, 59), 2), point(clock(11, 7, 0), 4),
		point(clock(11, 9, 10), 8))
	wantLines(t, sums(t, m, noon, statisticsOf(clock(11, 2, 40), clock(11, 9, 0), 300, "Sum")),
		"11:02:00 None=3", "11:07:00 None=4")
}

func TestReadableByAge(t *testing.T) {
	t.Parallel()
	sample := clock(11, 59, 58)
	tests := []struct {
		name   string
		age    time.Duration // of StartTime, which is 3 s before the sample
		period int
		want   []string
	}{
		{"1 s while young", time.Hour, 1, []string{"11:59:58 None=1"}},
		{"1 s at 3 h", 3 * time.Hour, 1, []string{}},
		{"60 s at 3 h", 3 * time.Hour, 60, []string{"11:59:00 None=1"}},
		{"60 s before 15 d", 15*day - time.Second, 60, []string{"11:59:00 None=1"}},
		{"60 s at 15 d", 15 * day, 60, []string{}},
		{"420 s at 15 d", 15 * day, 420, []string{}},
		{"300 s at 15 d", 15 * day, 300, []string{"11:55:00 None=1"}},
		{"300 s at 63 d", 63 * day, 300, []string{"11:55:00 None=1"}},
		{"300 s after 63 d", 63*day + time.Second, 300, []string{}},
		{"3600 s after 63 d", 63*day + time.Second, 3600, []string{"11:00:00 None=1"}},
		{"3600 s before 455 d", 455 * day, 3600, []string{"11:00:00 None=1"}},
		{"3600 s after 455 d", 455*day + time.Minute, 3600, []string{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			start := sample.Add(-3 * time.Second)
			m := given(t, noon, finePoint(sample, 1))
			got := sums(t, m, start.Add(test.age), statisticsOf(start, sample.Add(2*time.Second), test.period, "Sum"))
			wantLines(t, got, test.want...)
		})
	}
}

func TestSubMinuteSeesFineSamplesOnly(t *testing.T) {
	t.Parallel()
	m := given(t, noon, point(clock(11, 59, 0), 1), finePoint(clock(11, 59, 0), 2))
	wantLines(t, sums(t, m, noon, statisticsOf(clock(11, 59, 0), noon, 30, "Sum")), "11:59:00 None=2")
	wantLines(t, sums(t, m, noon, statisticsOf(clock(11, 59, 0), noon, 60, "Sum")), "11:59:00 None=3")
}

// The rounding of StartTime may reach behind the end of the 1 s data.
func TestFineSamplesEndAtThreeHours(t *testing.T) {
	t.Parallel()
	start := clock(9, 0, 5)
	now := start.Add(3*time.Hour - time.Second)
	m := given(t, start, finePoint(clock(9, 0, 0), 1), finePoint(clock(9, 0, 6), 2))
	wantLines(t, sums(t, m, now, statisticsOf(start, clock(9, 1, 0), 30, "Sum")), "09:00:00 None=2")
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	for period, ok := range map[int]bool{
		1: true, 5: true, 10: true, 20: true, 30: true, 60: true, 180: true, 86400: true,
		-1: false, 2: false, 15: false, 61: false, 90: false, 86460: false,
	} {
		var errs Errors
		if errs.checkPeriod(period); (len(errs) == 0) != ok {
			t.Errorf("period %d: %v", period, errs)
		}
	}
	var errs Errors
	errs.checkPeriod(90)
	if !errs.Allow(InvalidParameterValue,
		"The parameter Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60.") {
		t.Error(errs)
	}
}
