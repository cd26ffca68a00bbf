package pattern

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"skywatch/internal/fault"
)

// FuzzCompile: whatever the text, Compile returns, refuses with a fault in the
// service's form, and accepts only JSON.
func FuzzCompile(f *testing.F) {
	for _, c := range conformanceCases(f) {
		f.Add([]byte(c.Pattern))
	}
	f.Add([]byte(`{"a":[{"numeric":[">",1,"<",2]},{"cidr":"::/0"},{"anything-but":{"suffix":["a","b"]}}],"$or":[{"b":["\ud83d\ude00"]},{"c":[1e5]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Compile(text)
		if err != nil {
			if e := fault.Of(err); e.Kind != fault.InvalidValue || !strings.HasPrefix(e.Message, "Event pattern is not valid. Reason: ") {
				t.Fatalf("%q is refused with %v", text, err)
			}
			return
		}
		if utf8.Valid(text) && !json.Valid(text) {
			t.Fatalf("%q is accepted", text)
		}
		if _, err := p.Match([]byte(`{"a":[{"b":1},{"b":"x"}],"detail":{"k":"v"}}`)); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzMatch: whatever the pattern and the event, Match returns; where both are
// valid, it answers as the oracle does.
func FuzzMatch(f *testing.F) {
	for _, c := range conformanceCases(f) {
		f.Add([]byte(c.Pattern), []byte(c.Event))
	}
	f.Fuzz(func(t *testing.T, text, event []byte) {
		p, err := Compile(text)
		if err != nil {
			return
		}
		got, err := p.Match(event)
		if !json.Valid(event) || !utf8.Valid(event) || !utf8.Valid(text) {
			return
		}
		if e, ok := oracleTree(event).(oracleObject); !ok || e == nil {
			if err == nil {
				t.Fatalf("%q is an event", event)
			}
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", event, err)
		}
		e := newOracleEvent(event)
		if len(text) > 300 || e.size() > 40 || strings.ContainsAny(string(text), "eE%:") && strings.Contains(string(text), "cidr") {
			return // the oracle is slow, and plainer about the spelling of networks
		}
		if want := newOraclePattern(text).match(e); got != want {
			t.Fatalf("pattern %q on event %q: %v, want %v", text, event, got, want)
		}
	})
}

// size is the number of leaves.
func (e *oracleEvent) size() int {
	n := 0
	for _, l := range e.leaves {
		n += len(l)
	}
	return n
}
