package formula

import "math"

// syntaxes are the kinds of arguments that IF takes (8.4); the last may be
// left out.
var syntaxes = [][]kind{
	{oneSeries, oneSeries, oneSeries},
	{oneSeries, scalar, oneSeries},
	{oneSeries, oneSeries, scalar},
	{oneSeries, scalar, scalar},
	{scalar, oneSeries, oneSeries},
}

func (r run) choose(args []value) value {
	fits := false
	for _, kinds := range syntaxes {
		if takes(args, 2, kinds[:1], kinds[1:2], kinds[2:]) {
			fits = true
		}
	}
	switch {
	case !fits:
		return r.fail()
	case poisoned(args):
		return value{kind: bad}
	case args[0].kind == scalar:
		return ofSeries(branch(args))
	}
	return ofSeries(chosen(args))
}

// branch is the whole of a or b.
func branch(args []value) *series {
	from := args[1].one()
	there := args[0].number != 0
	if !there && len(args) == 3 {
		from, there = args[2].one(), true
	}
	made := like(from)
	made.doubtful = made.doubtful || args[0].doubtful
	if there && !math.IsNaN(args[0].number) {
		made.points = from.points
	} else {
		made.label = nil
	}
	return made
}

// chosen decides at each point of the condition, whose slots it has.
func chosen(args []value) *series {
	condition := args[0].one()
	made := like(condition)
	made.label = nil
	for _, v := range args[1:] {
		other := like(v.series...)
		made.scale, made.doubtful = max(made.scale, other.scale), made.doubtful || other.doubtful || v.doubtful
	}
	for t, c := range condition.points {
		made.doubtful = made.doubtful || near(c, 0, condition.scale)
		switch {
		case c != 0 && args[1].kind == scalar:
			made.set(t, args[1].number)
		case c != 0:
			made.set(t, args[1].one().at(t)) // 0 where a has no point
		case len(args) < 3:
		case args[2].kind == scalar:
			made.set(t, args[2].number)
		default:
			if v, ok := args[2].one().points[t]; ok {
				made.set(t, v)
			}
		}
	}
	return made
}
