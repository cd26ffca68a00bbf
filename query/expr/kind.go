package expr

// Kind is the type of a value.
type Kind int

// The kinds.
const (
	// Scalar is one number.
	Scalar Kind = iota + 1
	// TimeSeries is one series.
	TimeSeries
	// Array is any number of series.
	Array
	// Slice is what SLICE gives: an array that may stand for the one series that
	// it holds.
	Slice
	// argument is a text or a word, which only functions take.
	argument
)

// String is the kind's name in messages.
func (k Kind) String() string {
	switch k {
	case Scalar:
		return "Scalar"
	case TimeSeries:
		return "TimeSeries"
	case Array, Slice:
		return "Array[TimeSeries]"
	}
	return "String"
}

// Operand is what an id stands for.
type Operand struct {
	Kind Kind
	// Period of a metric that is read directly, in seconds; 0 for an expression.
	Period int
}

// Check finds the kind of the expression's value. of tells what an id stands
// for. An error is an *Error.
func (e *Expression) Check(of func(id string) (Operand, bool)) (Kind, error) {
	return e.root.check(&checker{of})
}

type checker struct {
	of func(id string) (Operand, bool)
}

func (*constant) check(*checker) (Kind, error) { return Scalar, nil }
func (*text) check(*checker) (Kind, error)     { return argument, nil }

// check refuses a word: those that mean something are taken by their function.
func (w *word) check(*checker) (Kind, error) { return 0, wrong("ID '%s' not found", w.name) }

func (r *reference) check(c *checker) (Kind, error) {
	o, ok := c.of(r.id)
	if !ok {
		return 0, wrong("ID '%s' not found", r.id)
	}
	return o.Kind, nil
}

func (n *negation) check(c *checker) (Kind, error) {
	k, err := n.of.check(c)
	if err == nil && k == argument {
		err = wrong("Unsupported operand type for unary -: '%s'", k)
	}
	return k, err
}

func (b *binary) check(c *checker) (Kind, error) {
	l, err := b.left.check(c)
	if err != nil {
		return 0, err
	}
	r, err := b.right.check(c)
	if err != nil {
		return 0, err
	}
	return b.op.kind(l, r)
}

// kind is that of the operation's result.
func (o *operation) kind(l, r Kind) (Kind, error) {
	switch {
	case l == argument || r == argument || l == Array && r == Array:
		// AWS refuses two arrays [T]; the words are inferred.
		return 0, wrong("Unsupported operand type(s) for %s: '%s' and '%s'", o.sign, l, r)
	case l == Array || r == Array:
		return Array, nil
	case l == Slice || r == Slice: // known once they are there
		return Slice, nil
	case l == TimeSeries || r == TimeSeries:
		return TimeSeries, nil
	}
	return Scalar, nil
}

func (a *array) check(c *checker) (Kind, error) {
	for _, m := range a.members {
		k, err := m.check(c)
		if err != nil {
			return 0, err
		}
		if k == Scalar || k == argument {
			return 0, wrong("An array can have time series only, and not a %s", k)
		}
	}
	return Array, nil
}

func (f *call) check(c *checker) (Kind, error) {
	if n := len(f.args); n < f.function.least || n > f.function.most {
		return 0, wrong("Function '%s' takes %s", f.function.name, f.function.arity())
	}
	return f.function.check(c, f)
}

// is reports whether a value of kind k may be used as one of kind want.
func (k Kind) is(want Kind) bool {
	return k == want || k == Slice && (want == TimeSeries || want == Array)
}

// misplaced says that an argument is of the wrong kind (wording inferred).
func (f *call) misplaced(i int, k Kind) error {
	return wrong("Function '%s' does not take %s as argument %d", f.function.name, k, i+1)
}
