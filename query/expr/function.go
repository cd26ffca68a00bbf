package expr

import "strconv"

// function is a function of the language.
type function struct {
	name        string
	least, most int // arguments
	check       func(*checker, *call) (Kind, error)
	eval        func(*run, *call) (Value, error)
}

// functions by their names; the tables stand by topic in the files that have
// their functions.
var functions = byName(pointwise, aggregates, differences, fills, choices, branches, calendar, sources, absent)

func byName(tables ...[]function) map[string]*function {
	all := map[string]*function{}
	for _, table := range tables {
		for i := range table {
			all[table[i].name] = &table[i]
		}
	}
	return all
}

func (f *function) arity() string {
	count := strconv.Itoa(f.least)
	if f.most != f.least {
		count += " to " + strconv.Itoa(f.most)
	}
	if f.most == 1 {
		return count + " argument"
	}
	return count + " arguments"
}

// absent are the functions of AWS that are not here, with the argument counts
// that they could have.
var absent = []function{
	notHere("ANOMALY_DETECTION_BAND"), notHere("INSIGHT_RULE_METRIC"), notHere("SERVICE_QUOTA"), notHere("DB_PERF_INSIGHTS"), notHere("LAMBDA"),
}

func notHere(name string) function {
	refuse := func(*checker, *call) (Kind, error) {
		return 0, wrong("Function '%s' is not supported by this version of Skywatch", name)
	}
	return function{name: name, most: 100, check: refuse}
}

// seriesIn checks that argument i is a series or an array, and returns which.
func (f *call) seriesIn(c *checker, i int) (Kind, error) {
	k, err := f.args[i].check(c)
	if err == nil && !k.is(TimeSeries) && !k.is(Array) {
		err = f.misplaced(i, k)
	}
	return k, err
}

// kindIn checks that argument i may be used as a value of kind want.
func (f *call) kindIn(c *checker, i int, want Kind) error {
	k, err := f.args[i].check(c)
	if err == nil && !k.is(want) {
		err = f.misplaced(i, k)
	}
	return err
}

// alike is the check of functions that make of a series a series and of an array
// an array.
func alike(c *checker, f *call) (Kind, error) { return f.seriesIn(c, 0) }

// wordIn returns the word that stands as argument i, one of those given.
func (f *call) wordIn(i int, allowed ...string) (string, error) {
	w, ok := f.args[i].(*word)
	for _, a := range allowed {
		if ok && w.name == a {
			return a, nil
		}
	}
	return "", wrong("Argument %d of function '%s' must be one of %q", i+1, f.function.name, allowed) // (inferred)
}
