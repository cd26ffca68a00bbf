package expr

import (
	"slices"

	"skywatch/metric"
)

// Axis is the times that a series may have points at, ascending: the slots of a
// window, or any list of times.
type Axis struct {
	start metric.Instant
	step  metric.Instant
	n     int
	times []metric.Instant // of an axis without a step
}

// NewAxis returns the axis of n slots of the given period.
func NewAxis(start metric.Instant, period metric.Period, n int) *Axis {
	return &Axis{start: start, step: metric.Instant(period.Millis()), n: n}
}

// AxisOf returns the axis of slots that begin at the given times, ascending.
func AxisOf(times []metric.Instant) *Axis { return &Axis{n: len(times), times: times} }

// Period is that of the slots, 0 where they are uneven.
func (a *Axis) Period() metric.Period { return metric.Period(a.step / 1000) }

// Len is the number of times.
func (a *Axis) Len() int { return a.n }

// At is the time of slot i.
func (a *Axis) At(i int) metric.Instant {
	if a.times != nil {
		return a.times[i]
	}
	return a.start + metric.Instant(i)*a.step
}

// find returns the slot of a time.
func (a *Axis) find(t metric.Instant) (int, bool) {
	if a.times != nil {
		return slices.BinarySearch(a.times, t)
	}
	if a.n == 0 || t < a.start || (t-a.start)%a.step != 0 {
		return 0, false
	}
	i := int((t - a.start) / a.step)
	return i, i < a.n
}

func (a *Axis) same(b *Axis) bool {
	return a == b || a.times == nil && b.times == nil && a.start == b.start && a.step == b.step && a.n == b.n
}

// union returns the axis with the times of both. Where one has them all it is
// that one.
func union(a, b *Axis) *Axis {
	switch {
	case a.same(b) || a.has(b):
		return a
	case b.has(a):
		return b
	}
	all := make([]metric.Instant, 0, a.n+b.n)
	for i, j := 0, 0; i < a.n || j < b.n; {
		switch {
		case j == b.n || i < a.n && a.At(i) < b.At(j):
			all = append(all, a.At(i))
			i++
		case i == a.n || b.At(j) < a.At(i):
			all = append(all, b.At(j))
			j++
		default:
			all = append(all, a.At(i))
			i++
			j++
		}
	}
	return &Axis{n: len(all), times: all}
}

// has reports whether b's times are all among a's.
func (a *Axis) has(b *Axis) bool {
	if b.n > a.n {
		return false
	}
	for i := range b.n {
		if _, ok := a.find(b.At(i)); !ok {
			return false
		}
	}
	return true
}
