package query

import (
	"cmp"
	"context"
	"encoding/binary"
	"maps"
	"slices"

	"skywatch/metric"
)

// cursor is where a page begins: behind the point of the series with the given
// index at the given time. A first page has series -1.
type cursor struct {
	now    metric.Instant // of the first page
	behind bool
	time   metric.Instant
	series int
}

const cursorSize = 8 + 8 + 4

func (c cursor) append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint64(dst, uint64(c.now))
	dst = binary.BigEndian.AppendUint64(dst, uint64(c.time))
	return binary.BigEndian.AppendUint32(dst, uint32(c.series))
}

// parseCursor reads the state of a token, which is our own: its length is all
// that can be wrong.
func parseCursor(b []byte) (cursor, error) {
	if len(b) != cursorSize {
		return cursor{}, invalidToken()
	}
	return cursor{
		now: metric.Instant(binary.BigEndian.Uint64(b)), behind: true,
		time:   metric.Instant(binary.BigEndian.Uint64(b[8:])),
		series: int(binary.BigEndian.Uint32(b[16:])),
	}, nil
}

// compare orders points as pages go through them: by time as ScanBy says, then
// by series.
func (p *plan) compare(a metric.Instant, i int, b metric.Instant, j int) int {
	byTime := cmp.Compare(a, b)
	if !p.ascending {
		byTime = -byTime
	}
	return cmp.Or(byTime, cmp.Compare(i, j))
}

// page reads the points of one page into the series and returns where the next
// one begins, nil if there is none. It reads window after window until the page
// is full, so that its cost and memory are bounded however long the range is.
func (e *Engine) page(ctx context.Context, p *plan, at cursor) (next *cursor, err error) {
	unread := span{}
	for w := range p.windows(at) {
		for _, g := range p.groups {
			if err := e.window(ctx, p, g, at, w); err != nil {
				return nil, err
			}
		}
		if p.points() > p.most {
			unread = p.beyond(w)
			break
		}
	}
	if p.points() <= p.most {
		return nil, nil
	}
	last := p.cut()
	for _, g := range p.groups {
		if first, end := g.grid.clip(unread.from, unread.to); first < end {
			for _, s := range g.series {
				s.status = PartialData // what is left is not known yet
			}
		}
	}
	return &cursor{now: at.now, time: last.time, series: last.series}, nil
}

// points returns the number of points read so far.
func (p *plan) points() (n int) {
	for _, s := range p.series {
		n += len(s.points)
	}
	return n
}

// window reads the group's periods that start in w.
func (e *Engine) window(ctx context.Context, p *plan, g *group, at cursor, w span) error {
	first, end := g.grid.clip(w.from, w.to)
	if first >= end {
		return nil
	}
	before := make([]int, len(g.series))
	for i, s := range g.series {
		before[i] = len(s.points)
	}
	err := e.fold(ctx, &g.selection, first, end, func(start metric.Instant, units []metric.Datapoint) {
		g.take(p, at, start, units)
	})
	if err == nil && !p.ascending {
		for i, s := range g.series {
			slices.Reverse(s.points[before[i]:])
		}
	}
	return err
}

// take adds one period's statistics to the group's series.
func (g *group) take(p *plan, at cursor, start metric.Instant, units []metric.Datapoint) {
	d := units[chosenUnit(units)]
	for _, s := range g.series {
		for _, u := range units {
			s.units.add(u.Unit)
		}
		if at.behind && p.compare(start, s.index, at.time, at.series) <= 0 {
			continue
		}
		if v, ok := s.stat.Of(d); ok {
			s.points = append(s.points, point{start, v})
		}
	}
}

// place is a point's place in the order of pages.
type place struct {
	time   metric.Instant
	series int
}

// cut drops the points beyond the page and returns the place of its last one. It
// counts the points of each time rather than sort them all: a thousand series
// share a few thousand times.
func (p *plan) cut() place {
	at := make(map[metric.Instant]int)
	for _, s := range p.series {
		for _, pt := range s.points {
			at[pt.time]++
		}
	}
	times := slices.SortedFunc(maps.Keys(at), func(a, b metric.Instant) int { return p.compare(a, 0, b, 0) })
	left := p.most // points of the page at last.time
	last := place{}
	for _, last.time = range times {
		if at[last.time] >= left {
			break
		}
		left -= at[last.time]
	}
	for i := 0; left > 0; i++ {
		last.series = i
		if p.series[i].has(last.time, p.compare) {
			left--
		}
	}
	for i, s := range p.series {
		keep := len(s.points)
		for keep > 0 && p.compare(s.points[keep-1].time, i, last.time, last.series) > 0 {
			keep--
		}
		if keep < len(s.points) {
			s.points, s.status = s.points[:keep], PartialData
		}
	}
	return last
}

// has reports whether the series has a point at t; its points are in the order
// of pages.
func (s *series) has(t metric.Instant, compare func(metric.Instant, int, metric.Instant, int) int) bool {
	_, ok := slices.BinarySearchFunc(s.points, t, func(pt point, t metric.Instant) int { return compare(pt.time, 0, t, 0) })
	return ok
}
