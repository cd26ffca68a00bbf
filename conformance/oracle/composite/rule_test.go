package composite

import (
	"slices"
	"testing"
)

// states of the alarms that the tests name.
var stateOf = map[string]string{
	"a": "ALARM", "b": "ALARM", "o": "OK", "i": "INSUFFICIENT_DATA", "my \"(x)\\": "ALARM", "NOT": "ALARM",
	"arn:aws:cloudwatch:eu-west-1:1:alarm:a": "ALARM",
}

func TestRules(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"TRUE": true, "FALSE": false, "False": false, "true": true,
		"ALARM(a)": true, "ALARM ( a )": true, "OK(a)": false, "OK(o)": true, "INSUFFICIENT_DATA(i)": true, "ALARM(i)": false,
		`ALARM("my \"(x)\\")`: true, `ALARM(NOT)`: true, "ALARM(arn:aws:cloudwatch:eu-west-1:1:alarm:a)": true,
		"NOT ALARM(o)": true, "NOT NOT ALARM(a)": true, "NOT (ALARM(a) OR TRUE)": false,
		"TRUE OR FALSE AND FALSE": true, "(TRUE OR FALSE) AND FALSE": false, "NOT TRUE OR TRUE": true,
		"NOT FALSE AND FALSE": false, "ALARM(a) AND ALARM(b) AND OK(o)": true,
		"AT_LEAST(2, ALARM, (a, b, o))": true, "AT_LEAST(3, ALARM, (a, b, o))": false,
		"AT_LEAST(2, NOT ALARM, (a, o, i))": true, "AT_LEAST(2, ALARM, (a, a))": true,
		"AT_LEAST(50%, ALARM, (a, o, i))": false, "AT_LEAST(67%, ALARM, (a, b, o))": false, "AT_LEAST(66%, ALARM, (a, b, o))": true,
		"AT_LEAST(1%, OK, (a, b, o))": true, "AT_LEAST(100%,OK,(o,o))": true,
	} {
		r, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := r.Holds(func(ref string) string { return stateOf[ref] }); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func TestRefusedRules(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "ALARM", "ALARM()", "ALARM(a", "ALARM(a))", "ALARM(a b)", "ALARM(a) ALARM(b)", "alarm(a)", "ALARM(a) and TRUE", "AND", "NOT",
		"TRUE OR", "(TRUE", "()", `ALARM("a)`, `ALARM("a\b")`, `"TRUE"`, "AT_LEAST(0, ALARM, (a))", "AT_LEAST(2, ALARM, (a))",
		"AT_LEAST(0%, ALARM, (a))", "AT_LEAST(101%, ALARM, (a))", "AT_LEAST(1, TRUE, (a))", "AT_LEAST(1, ALARM, ())",
		"AT_LEAST(1, ALARM, a)", "AT_LEAST(x, ALARM, (a))", "AT_LEAST(1.5, ALARM, (a, b))", "UNKNOWN(a)",
	} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%s is read", text)
		}
	}
}

func TestReferences(t *testing.T) {
	t.Parallel()
	r, err := Parse("ALARM(b) OR OK(a) OR AT_LEAST(1, OK, (b, c))")
	if want := []string{"b", "a", "c"}; err != nil || !slices.Equal(r.References(), want) {
		t.Errorf("%v (%v), want %v", r.References(), err, want)
	}
}
