package schedule

import (
	"math/bits"
	"time"
)

// days is a rule that picks days in each month: the union of its parts.
type days struct {
	ofMonth     uint64 // bit n: day n
	beforeLast  uint64 // bit n: n days before the last day (L, L-n)
	nearest     uint64 // bit n: the weekday nearest to day n (nW)
	lastWorkday bool   // the last of Monday to Friday (LW)

	ofWeek uint64  // bit n: every such day, Sunday is 0
	lastOf uint64  // bit n: the last such day of the month (nL)
	nth    ordinal // the k-th such day (n#k)
}

// ordinal is the k-th given weekday of a month; k 0 stands for none.
type ordinal struct {
	weekday, k int
}

// in returns the days of one month, bit n for day n.
func (d *days) in(year int, month time.Month) uint64 {
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	m := shape{first: int(first.Weekday()), length: time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()}
	set := d.ofMonth
	for n := range ones(d.beforeLast) {
		set |= 1 << max(0, m.length-n)
	}
	for n := range ones(d.nearest) {
		set |= 1 << m.workdayNear(n)
	}
	if d.lastWorkday {
		set |= 1 << m.workdayNear(m.length)
	}
	for n := range ones(d.ofWeek) {
		set |= everySeventh << m.firstOf(n)
	}
	for n := range ones(d.lastOf) {
		set |= 1 << m.lastOf(n)
	}
	if d.nth.k > 0 {
		set |= 1 << (m.firstOf(d.nth.weekday) + 7*(d.nth.k-1))
	}
	return set & (1<<(m.length+1) - 1) &^ 1 // days 1 to the last
}

// everySeventh has the bits 0, 7, 14, 21 and 28.
const everySeventh = 1 | 1<<7 | 1<<14 | 1<<21 | 1<<28

// shape is a month's: the weekday of its first day, Sunday 0, and its length.
type shape struct {
	first, length int
}

func (m shape) weekday(day int) int { return (m.first + day - 1) % 7 }

func (m shape) firstOf(weekday int) int { return 1 + (weekday-m.first+7)%7 }

func (m shape) lastOf(weekday int) int {
	return m.length - (m.weekday(m.length)-weekday+7)%7
}

// workdayNear returns the day from Monday to Friday nearest to the given one
// inside the month, 0 if the month has no such day.
func (m shape) workdayNear(day int) int {
	if day > m.length {
		return 0
	}
	switch time.Weekday(m.weekday(day)) {
	case time.Saturday:
		if day == 1 {
			return 3
		}
		return day - 1
	case time.Sunday:
		if day == m.length {
			return day - 2
		}
		return day + 1
	default:
		return day
	}
}

// ones gives the numbers of the bits set, in order.
func ones(set uint64) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for ; set != 0; set &= set - 1 {
			if !yield(bits.TrailingZeros64(set)) {
				return
			}
		}
	}
}
