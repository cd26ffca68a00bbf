package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// orderSource writes the order of the members of every structure that has
// more than one.
func orderSource(m *model, service string) string {
	var b strings.Builder
	b.WriteString(header(m, service))
	b.WriteString("// MemberOrder is the order of each structure's members in XML.\nvar MemberOrder = map[string][]string{\n")
	for _, name := range slices.Sorted(maps.Keys(m.Shapes)) {
		if order := m.Shapes[name].order(); len(order) > 1 {
			fmt.Fprintf(&b, "%q: {%s},\n", name, quoted(order))
		}
	}
	b.WriteString("}\n")
	return b.String()
}

func quoted(words []string) string {
	q := make([]string, len(words))
	for i, w := range words {
		q[i] = fmt.Sprintf("%q", w)
	}
	return strings.Join(q, ", ")
}
