package trial

import (
	"fmt"
	"strings"
)

// Rule writes a random rule of composite alarms over the names: nested, with and
// without parentheses, spaces and quotation marks.
func (g *Generator) Rule(names []string) string { return g.rule(names, 3) }

func (g *Generator) rule(names []string, depth int) string {
	if depth == 0 || g.chance(20) {
		return g.operand(names)
	}
	inner := func() string { return g.rule(names, depth-1) }
	switch g.IntN(5) {
	case 0:
		return "NOT " + inner()
	case 1:
		return "(" + g.space() + inner() + g.space() + ")"
	case 2:
		return inner() + " AND " + inner()
	case 3:
		return inner() + " OR " + inner()
	}
	return g.atLeast(names)
}

func (g *Generator) operand(names []string) string {
	if g.chance(10) {
		return one(g, "TRUE", "FALSE")
	}
	return g.state() + g.space() + "(" + g.space() + g.ref(names) + g.space() + ")"
}

func (g *Generator) state() string { return one(g, "ALARM", "ALARM", "OK", "INSUFFICIENT_DATA") }

func (g *Generator) space() string { return one(g, "", "", " ") }

func (g *Generator) ref(names []string) string {
	name := one(g, names...)
	if strings.ContainsAny(name, ` (),"\`) || g.chance(50) {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
	}
	return name
}

func (g *Generator) atLeast(names []string) string {
	refs := make([]string, g.between(1, 4))
	for i := range refs {
		refs[i] = g.ref(names)
	}
	m := fmt.Sprint(g.between(1, len(refs)))
	if g.chance(40) {
		m = fmt.Sprintf("%d%%", g.between(1, 100))
	}
	return fmt.Sprintf("AT_LEAST(%s, %s%s, (%s))", m, one(g, "", "", "NOT "), g.state(), strings.Join(refs, ","+g.space()))
}

// Damage changes a rule in one place, so that it seldom is one any more.
func (g *Generator) Damage(rule string) string {
	at := g.IntN(len(rule))
	switch g.IntN(3) {
	case 0:
		return rule[:at] + rule[at+1:]
	case 1:
		return rule[:at] + one(g, "(", ")", ",", " ", `"`, "%", "NOT ", "0", "x") + rule[at:]
	}
	return rule[:at]
}
