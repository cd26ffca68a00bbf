package formula

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
)

func (r run) arrays(name string, args []value) value {
	switch name {
	case "METRICS":
		return r.metrics(args)
	case "SLICE":
		return r.slice(args)
	case "SORT":
		return r.sort(args)
	}
	if v, ok := r.ready(args, 1, many); !ok {
		return v
	}
	all := args[0].series
	switch {
	case name == "METRIC_COUNT":
		return ofNumber(float64(len(all)))
	case name == "REMOVE_EMPTY":
		v := args[0]
		v.kind, v.loose = array, false
		v.series = slices.DeleteFunc(slices.Clone(all), func(s *series) bool { return len(s.points) == 0 })
		return v
	case len(all) == 0:
		return ofSeries(&series{points: make(map[time.Time]float64), period: r.periodOf(r.query)})
	case name == "LAST":
		return one(args[0], all[len(all)-1])
	}
	return one(args[0], all[0])
}

// one takes a member out of an array.
func one(from value, s *series) value {
	v := ofSeries(s)
	if from.doubtful {
		copied := *s
		copied.doubtful = true
		v = ofSeries(&copied)
	}
	return v
}

// metrics are the direct metrics of the request, hidden ones too.
func (r run) metrics(args []value) value {
	if v, ok := r.ready(args, 0, texts); !ok {
		return v
	}
	var all []*series
	for _, q := range r.in.Queries {
		if q.Stat != nil && (len(args) == 0 || strings.Contains(q.ID, args[0].text)) {
			all = append(all, r.done[q.ID].one())
		}
	}
	return ofArray(all)
}

// slice counts from zero, without the end.
func (r run) slice(args []value) value {
	if v, ok := r.ready(args, 2, many, numbers, numbers); !ok {
		return v
	}
	all := args[0].series
	from, to := args[1].number, float64(len(all))
	if len(args) == 3 {
		to = min(to, args[2].number)
	}
	v := ofArray(nil)
	v.doubtful, v.loose = args[0].doubtful, true
	for i, s := range all {
		if float64(i) >= from && float64(i) < to {
			v.series = append(v.series, s)
		}
	}
	return v
}

// sort puts the series in the order of a statistic of each, equals as they
// came.
func (r run) sort(args []value) value {
	if v, ok := r.ready(args, 3, many, words, words, numbers); !ok {
		return v
	}
	if !slices.Contains([]string{"AVG", "MIN", "MAX", "SUM"}, args[1].text) || !slices.Contains([]string{"ASC", "DESC"}, args[2].text) {
		return r.fail()
	}
	result := ofArray(slices.Clone(args[0].series))
	result.doubtful = args[0].doubtful
	rank := func(s *series) float64 {
		return r.reduce(args[1].text, []value{ofSeries(s)}).number
	}
	slices.SortStableFunc(result.series, func(a, b *series) int {
		x, y := rank(a), rank(b)
		result.doubtful = result.doubtful || near(x, y, max(a.scale, b.scale))
		if math.IsNaN(x) || math.IsNaN(y) { // last, in either direction
			return cmp.Compare(y, x)
		}
		if args[2].text == "DESC" {
			return cmp.Compare(y, x)
		}
		return cmp.Compare(x, y)
	})
	if len(args) == 4 {
		result.series = result.series[:max(0, min(len(result.series), int(args[3].number)))]
	}
	return result
}
