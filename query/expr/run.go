package expr

// Input is what an expression is computed from.
type Input struct {
	// Window is the slots of the expression's own period.
	Window *Axis
	// Value returns what an id stands for. Its series are not written to.
	Value func(id string) (Value, error)
	// Operand says what kind it is.
	Operand func(id string) (Operand, bool)
	// Metrics returns the metrics of the request that are read directly and whose
	// ids contain a text, in order.
	Metrics func(containing string) []Series
	// Search returns the series that a call of SEARCH finds.
	Search func(Search) ([]Series, error)
	// Spend is asked before each step, and for the values that the expression
	// will hold beside those that it was given; its error ends the run. Nil: all
	// is allowed.
	Spend func(values int) error
}

// SeriesCost is what a series weighs beside its values, in values.
const SeriesCost = 32

// Run computes the expression, which was checked with in.Operand.
func (e *Expression) Run(in Input) (Value, error) {
	return e.root.eval(&run{Input: in, unions: map[[2]*Axis]*Axis{}})
}

// run is one computation.
type run struct {
	Input
	unions map[[2]*Axis]*Axis
}

// spend asks for values to hold, 0 for whether to go on.
func (r *run) spend(values int) error {
	if r.Spend == nil {
		return nil
	}
	return r.Spend(values)
}

// spendOn asks for copies of all series over one axis.
func (r *run) spendOn(axis *Axis, all []Series) error {
	return r.spend(len(all) * (SeriesCost + axis.n))
}

// spendEach asks for copies of all series.
func (r *run) spendEach(all []Series) error {
	values := 0
	for i := range all {
		values += SeriesCost + all[i].Axis.n
	}
	return r.spend(values)
}

// together is the axis with the times of both.
func (r *run) together(a, b *Axis) *Axis {
	if a == b {
		return a
	}
	key := [2]*Axis{a, b}
	u, ok := r.unions[key]
	if !ok {
		u = union(a, b)
		r.unions[key] = u
	}
	return u
}

// on returns the series over another axis, which has all its times.
func (s *Series) on(a *Axis) Series {
	if s.Axis.same(a) {
		return Series{a, s.Values, s.Tag, s.own}
	}
	out := Series{a, missing(a.n), s.Tag, true}
	for i, v := range s.Values {
		if j, ok := a.find(s.Axis.At(i)); ok {
			out.Values[j] = v
		}
	}
	return out
}

// aligned returns the series over one axis that has the times of all.
func (r *run) aligned(all []Series) (*Axis, []Series, error) {
	if len(all) == 0 {
		return r.Window, nil, nil
	}
	axis, alike := all[0].Axis, true
	for i := range all[1:] {
		alike = alike && all[i+1].Axis.same(axis)
		axis = r.together(axis, all[i+1].Axis)
	}
	if alike {
		return axis, all, nil
	}
	if err := r.spendOn(axis, all); err != nil {
		return nil, nil, err
	}
	out := make([]Series, len(all))
	for i := range all {
		out[i] = all[i].on(axis)
	}
	return axis, out, nil
}

// column returns a column for a result of s's length: s's own where nobody else
// sees it.
func column(s *Series) []float64 {
	if s.own {
		return s.Values
	}
	return make([]float64, len(s.Values))
}

// each applies fn to each series of v; what it makes keeps the tag.
func each(v Value, fn func(*Series) Series) Value {
	out := Value{Kind: v.Kind, Series: make([]Series, len(v.Series)), loose: v.loose}
	for i := range v.Series {
		out.Series[i] = fn(&v.Series[i])
		out.Series[i].Tag = v.Series[i].Tag
	}
	return out
}

// points applies fn to each point of v.
func points(v Value, fn func(float64) float64) Value {
	if v.Kind == Scalar {
		return numberOf(fn(v.Number))
	}
	return each(v, func(s *Series) Series {
		to := column(s)
		for i, x := range s.Values {
			to[i] = drop(fn(x))
		}
		return Series{Axis: s.Axis, Values: to, own: true}
	})
}

func (c *constant) eval(*run) (Value, error) { return numberOf(c.value), nil }
func (*text) eval(*run) (Value, error)       { return Value{}, wrong("A text is no value") }
func (w *word) eval(*run) (Value, error)     { return Value{}, wrong("ID '%s' not found", w.name) }

// eval hands out what others see, too: it is not written to.
func (r *reference) eval(in *run) (Value, error) {
	v, err := in.Value(r.id)
	return v.shared(), err
}

func (n *negation) eval(r *run) (Value, error) {
	v, err := n.of.eval(r)
	if err == nil {
		err = r.spend(0)
	}
	if err != nil {
		return v, err
	}
	return points(v, func(x float64) float64 { return -x }), nil
}

func (a *array) eval(r *run) (Value, error) {
	var all []Series
	for _, m := range a.members {
		v, err := m.eval(r)
		if err == nil {
			err = r.spendEach(v.Series)
		}
		if err != nil {
			return v, err
		}
		all = append(all, v.Series...)
	}
	return arrayOf(all), nil
}

func (f *call) eval(r *run) (Value, error) {
	if err := r.spend(0); err != nil {
		return Value{}, err
	}
	return f.function.eval(r, f)
}
