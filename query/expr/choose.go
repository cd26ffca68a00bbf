package expr

import (
	"cmp"
	"math"
	"slices"
)

// choices take members of arrays.
var choices = []function{
	{"FIRST", 1, 1, oneOf, func(r *run, f *call) (Value, error) { return r.member(f, func(int) int { return 0 }) }},
	{"LAST", 1, 1, oneOf, func(r *run, f *call) (Value, error) { return r.member(f, func(n int) int { return n - 1 }) }},
	{"SLICE", 2, 3, checkSlice, evalSlice},
	{"SORT", 3, 4, checkSort, evalSort},
	{"REMOVE_EMPTY", 1, 1, func(c *checker, f *call) (Kind, error) { return Array, f.kindIn(c, 0, Array) }, removeEmpty},
}

func oneOf(c *checker, f *call) (Kind, error) { return TimeSeries, f.kindIn(c, 0, Array) }

// member returns one member of an array; of an empty one a series without points
// (inferred).
func (r *run) member(f *call, which func(n int) int) (Value, error) {
	v, err := f.args[0].eval(r)
	if err != nil || len(v.Series) == 0 {
		return seriesOf(r.constant(none)), err
	}
	return seriesOf(v.Series[which(len(v.Series))]), nil
}

// constant is a series with the same value in each slot of the window.
func (r *run) constant(v float64) Series {
	s := Series{Axis: r.Window, Values: make([]float64, r.Window.n), own: true}
	for i := range s.Values {
		s.Values[i] = v
	}
	return s
}

func checkSlice(c *checker, f *call) (Kind, error) {
	for i := range f.args[1:] {
		if err := f.kindIn(c, i+1, Scalar); err != nil {
			return 0, err
		}
	}
	return Slice, f.kindIn(c, 0, Array)
}

// evalSlice cuts an array; what is beyond its ends is not there (inferred).
func evalSlice(r *run, f *call) (Value, error) {
	v, err := f.args[0].eval(r)
	if err != nil {
		return v, err
	}
	bounds := []int{0, len(v.Series)}
	for i, a := range f.args[1:] {
		b, err := a.eval(r)
		if err != nil {
			return b, err
		}
		bounds[i] = within(b.Number, len(v.Series))
	}
	out := arrayOf(nil)
	if bounds[0] < bounds[1] {
		out.Series = v.Series[bounds[0]:bounds[1]]
	}
	out.loose = true
	return out, nil
}

// within is a number as an index of n members: its whole part, 0 to n.
func within(v float64, n int) int {
	if !(v > 0) {
		return 0
	}
	return int(math.Min(v, float64(n)))
}

func checkSort(c *checker, f *call) (Kind, error) {
	if _, err := f.sorting(); err != nil {
		return 0, err
	}
	if _, err := f.wordIn(2, "ASC", "DESC"); err != nil {
		return 0, err
	}
	if len(f.args) > 3 {
		if err := f.kindIn(c, 3, Scalar); err != nil {
			return 0, err
		}
	}
	return Array, f.kindIn(c, 0, Array)
}

// sorting is what SORT orders by.
func (f *call) sorting() (func([]float64) float64, error) {
	name, err := f.wordIn(1, "AVG", "MIN", "MAX", "SUM")
	return map[string]func([]float64) float64{"AVG": average, "MIN": least, "MAX": greatest, "SUM": sum}[name], err
}

// evalSort orders the members by an aggregate of each, those without one last
// (inferred).
func evalSort(r *run, f *call) (Value, error) {
	v, err := f.args[0].eval(r)
	if err != nil {
		return v, err
	}
	by, err := f.sorting()
	if err != nil {
		return v, err
	}
	type member struct {
		Series
		key float64
	}
	all := make([]member, len(v.Series))
	for i, s := range v.Series {
		all[i] = member{s, by(s.Values)}
	}
	descending := f.args[2].(*word).name == "DESC"
	slices.SortStableFunc(all, func(a, b member) int {
		if c := cmp.Compare(truth(!present(a.key)), truth(!present(b.key))); c != 0 || !present(a.key) {
			return c
		}
		if descending {
			a, b = b, a
		}
		return cmp.Compare(a.key, b.key)
	})
	most := len(all)
	if len(f.args) > 3 {
		n, err := f.args[3].eval(r)
		if err != nil {
			return n, err
		}
		most = within(n.Number, most)
	}
	out := arrayOf(make([]Series, most))
	for i := range out.Series {
		out.Series[i] = all[i].Series
	}
	return out, nil
}

func removeEmpty(r *run, f *call) (Value, error) {
	v, err := f.args[0].eval(r)
	out := arrayOf(nil)
	for _, s := range v.Series {
		if slices.ContainsFunc(s.Values, present) {
			out.Series = append(out.Series, s)
		}
	}
	return out, err
}
