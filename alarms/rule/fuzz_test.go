package rule

import (
	"slices"
	"testing"
)

// FuzzParse holds of any text that is a rule: it is within the limits, and the
// alarms that determine a result do so, whatever the states of the others are.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"TRUE", "ALARM(a) OR NOT (OK(b) AND INSUFFICIENT_DATA(\"c \\\" d\"))", "AT_LEAST(50%, NOT OK, (a,b , a))",
		"NOT NOT FALSE", "((", "ALARM(\"", "AT_LEAST(1, ALARM, (", "ALARM(\xff)",
	} {
		f.Add(seed, uint64(1))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		r, err := Parse(text)
		if err != nil {
			if err.Error() == "" {
				t.Error("no words")
			}
			return
		}
		if r.elements > MaxElements {
			t.Errorf("%d elements", r.elements)
		}
		all := []State{Alarm, OK, InsufficientData}
		states := func(salt uint64) func(string) State {
			return func(ref string) State {
				h := seed + salt
				for _, b := range []byte(ref) {
					h = (h ^ uint64(b)) * 1099511628211
				}
				return all[h>>32%3]
			}
		}
		given := states(0)
		holds, because := r.Evaluate(given)
		if holds != r.Holds(given) {
			t.Error("evaluate and holds differ")
		}
		for salt := range uint64(3) {
			others := states(salt + 1)
			if r.Holds(func(ref string) State {
				if slices.Contains(because, ref) {
					return given(ref)
				}
				return others(ref)
			}) != holds {
				t.Errorf("%q: %q do not determine the result", text, because)
			}
		}
	})
}
