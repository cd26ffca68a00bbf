package expr

import "math"

// sources are the functions that bring series in.
var sources = []function{
	{"METRICS", 0, 1, checkMetrics, evalMetrics},
	{"SEARCH", 2, 3, checkSearch, evalSearch},
}

func checkMetrics(_ *checker, f *call) (Kind, error) {
	if len(f.args) == 1 {
		if _, ok := f.args[0].(*text); !ok {
			return 0, wrong("Function 'METRICS' takes a text in quotes") // (inferred)
		}
	}
	return Array, nil
}

func evalMetrics(r *run, f *call) (Value, error) {
	return arrayOf(r.Metrics(f.containing())).shared(), nil
}

// containing is what the ids of METRICS contain.
func (f *call) containing() string {
	if len(f.args) == 0 {
		return ""
	}
	return f.args[0].(*text).value
}

// Calls reports whether an expression calls a function, whatever its arguments.
func (e *Expression) Calls(function string) (found bool) {
	walk(e.root, func(n node) {
		f, ok := n.(*call)
		found = found || ok && f.function.name == function
	})
	return found
}

// Search is a call of SEARCH.
type Search struct {
	Text, Stat string
	Period     int // in seconds; 0: the query's own
}

// Searches returns the calls of SEARCH in an expression that was checked, in the
// order in which they stand.
func (e *Expression) Searches() (all []Search) {
	walk(e.root, func(n node) {
		if f, ok := n.(*call); ok && f.function.name == "SEARCH" {
			all = append(all, f.search())
		}
	})
	return all
}

// Metrics returns what the ids of each METRICS contain, in an expression that was
// checked.
func (e *Expression) Metrics() (containing []string) {
	walk(e.root, func(n node) {
		if f, ok := n.(*call); ok && f.function.name == "METRICS" {
			containing = append(containing, f.containing())
		}
	})
	return containing
}

func checkSearch(_ *checker, f *call) (Kind, error) {
	for i := range 2 {
		if _, ok := f.args[i].(*text); !ok {
			return 0, wrong("Argument %d of function 'SEARCH' must be a text in quotes", i+1) // (inferred)
		}
	}
	if len(f.args) == 3 {
		if n, ok := f.args[2].(*constant); !ok || n.value < 1 || n.value > math.MaxInt32 {
			return 0, wrong("Argument 3 of function 'SEARCH' must be a period in seconds") // (inferred)
		}
	}
	return Array, nil
}

// search is the call's arguments; a fraction of a second is cut off [T].
func (f *call) search() Search {
	s := Search{Text: f.args[0].(*text).value, Stat: f.args[1].(*text).value}
	if len(f.args) == 3 {
		s.Period = int(f.args[2].(*constant).value)
	}
	return s
}

func evalSearch(r *run, f *call) (Value, error) {
	found, err := r.Search(f.search())
	return arrayOf(found).shared(), err
}
