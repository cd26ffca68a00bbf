package promql

import (
	"strings"
	"testing"
)

// A query that would take the parser minutes, or its stack, is refused first;
// long strings and comments are no such queries.
func TestBounded(t *testing.T) {
	t.Parallel()
	deep := func(n int) string { return strings.Repeat("(", n) + "up" + strings.Repeat(")", n) }
	for _, c := range []struct {
		query string
		ok    bool
	}{
		{deep(200), true},
		{deep(201), false},
		{"# it's\n" + deep(201), false},
		{`up{a="\""} + ` + deep(201), false},
		{strings.Repeat("1+", 10_000) + "1", false},
		{`up{host=~"` + strings.Repeat("(a|b)", 50_000) + `"}`, true},
		{"# " + strings.Repeat("((", 50_000) + "\nup", true},
	} {
		if err := Bounded(c.query); (err == nil) != c.ok {
			t.Errorf("%.40q: %v", c.query, err)
		}
	}
}
