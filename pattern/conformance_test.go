package pattern

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"skywatch/internal/fault"
)

// conformanceCase is a case of the shared file of event patterns.
type conformanceCase struct {
	ID         string
	Pattern    string
	Event      string
	Expect     string
	Reason     string
	Complexity *int `json:"wildcard_complexity"`
}

func conformanceCases(t testing.TB) []conformanceCase {
	t.Helper()
	text, err := os.ReadFile("testdata/event-patterns.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []conformanceCase }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) == 0 {
		t.Fatal("no cases")
	}
	return file.Cases
}

func TestConformance(t *testing.T) {
	t.Parallel()
	for _, c := range conformanceCases(t) {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			c.run(t)
		})
	}
}

func (c conformanceCase) run(t *testing.T) {
	p, err := Compile([]byte(c.Pattern))
	if c.Expect == "invalid" {
		if err == nil {
			t.Fatalf("%s is accepted", c.Pattern)
		}
		f := fault.Of(err)
		if f.Kind != fault.InvalidValue || f.Subject != Subject {
			t.Errorf("the refusal is %+v", f)
		}
		if !strings.HasPrefix(f.Message, "Event pattern is not valid. Reason: "+c.Reason) {
			t.Errorf("got %q, want the reason %q", f.Message, c.Reason)
		}
		return
	}
	if err != nil {
		t.Fatalf("%s is refused: %v", c.Pattern, err)
	}
	got, err := p.Match([]byte(c.Event))
	if err != nil {
		t.Fatal(err)
	}
	if got != (c.Expect == "match") {
		t.Errorf("%s on %s is %v, want %s", c.Pattern, c.Event, got, c.Expect)
	}
}

// TestConformanceTogether matches each case's event against all patterns.
func TestConformanceTogether(t *testing.T) {
	t.Parallel()
	set, alone := NewSet[string](), map[string]*Pattern{}
	cases := conformanceCases(t)
	for _, c := range cases {
		if p, err := Compile([]byte(c.Pattern)); err == nil {
			set.Put(c.ID, p)
			alone[c.ID] = p
		}
	}
	for _, c := range cases {
		found, err := set.Match([]byte(c.Event), nil)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for _, id := range found {
			if got[id] {
				t.Errorf("%s is found twice", id)
			}
			got[id] = true
		}
		for id, p := range alone {
			if want, _ := p.Match([]byte(c.Event)); got[id] != want {
				t.Errorf("pattern %s on the event of %s: %v in the set, %v alone", id, c.ID, got[id], want)
			}
		}
	}
}

func TestComplexityScores(t *testing.T) {
	t.Parallel()
	for _, c := range conformanceCases(t) {
		if c.Complexity == nil {
			continue
		}
		p := parser{lexer: lexer{src: []byte(c.Pattern)}}
		_ = p.parse()
		best := 0
		for _, x := range p.wildcards {
			best = max(best, x.score())
		}
		if best != *c.Complexity {
			t.Errorf("%s: the score of %s is %d, want %d", c.ID, c.Pattern, best, *c.Complexity)
		}
	}
}
