package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// constraintSource writes the constraints of every structure's members.
func constraintSource(m *model, o options) (string, error) {
	service, orders := o.service, o.enumOrder
	if err := readable(m, o.patterns); err != nil {
		return "", err
	}
	for shape, values := range orders {
		if err := leavesNothingOut(m, shape, values); err != nil {
			return "", err
		}
	}
	c := constrainer{model: m, orders: orders, patterns: o.patterns, rules: map[string]string{}}
	var table strings.Builder
	for _, name := range slices.Sorted(maps.Keys(m.Shapes)) {
		if s := m.Shapes[name]; s.Type == "structure" {
			table.WriteString(c.structure(name, s))
		}
	}
	var b strings.Builder
	b.WriteString(header(m, service))
	b.WriteString("import \"skywatch/api/wire/constraint\"\n\n")
	b.WriteString("// Constraints are those of each structure's members.\nvar Constraints = constraint.Table{\n")
	b.WriteString(table.String() + "}\n\nvar (\n")
	for _, name := range slices.Sorted(maps.Keys(c.rules)) {
		fmt.Fprintf(&b, "\t%s = &constraint.Rule{%s}\n", ruleName(name), c.rules[name])
	}
	b.WriteString(")\n")
	return b.String(), nil
}

// leavesNothingOut checks an order given by flag. It may have more values than
// the model: the service is newer.
func leavesNothingOut(m *model, shape string, values []string) error {
	s, ok := m.Shapes[shape]
	if !ok {
		return fmt.Errorf("enum-order: no shape %s", shape)
	}
	for _, v := range s.Enum {
		if !slices.Contains(values, v) {
			return fmt.Errorf("enum-order: %s has the values %v", shape, s.Enum)
		}
	}
	return nil
}

// readable checks that Go can read every pattern, or has another one given by
// flag: Java's look-arounds are not for it.
func readable(m *model, patterns perShape) error {
	for name, s := range m.Shapes {
		pattern := s.Pattern
		if same, ok := patterns[name]; ok {
			pattern = same[0]
		}
		if _, err := regexp.Compile(pattern); err != nil {
			return fmt.Errorf("pattern of %s: %w", name, err)
		}
	}
	return nil
}

type constrainer struct {
	model  *model
	orders perShape
	// patterns are those that Go reads in place of the model's.
	patterns perShape
	// rules are the fields of the rules of the shapes that have any.
	rules map[string]string
}

func (c *constrainer) structure(name string, s *shape) string {
	var b strings.Builder
	for _, m := range s.Members {
		required := slices.Contains(s.Required, m.name)
		rule := c.rule(m.Shape)
		if !required && rule == "" {
			continue
		}
		var fields []string
		if required {
			fields = append(fields, "Required: true")
		}
		if rule != "" {
			fields = append(fields, "Rule: "+rule)
		}
		fmt.Fprintf(&b, "{Name: %q, %s},\n", m.name, strings.Join(fields, ", "))
	}
	if b.Len() == 0 {
		return ""
	}
	return fmt.Sprintf("%q: {\n%s},\n", name, b.String())
}

// rule returns the variable that holds the rule of a shape, empty if it has
// none.
func (c *constrainer) rule(name string) string {
	if _, ok := c.rules[name]; !ok {
		fields := c.fields(name, c.model.Shapes[name])
		if len(fields) == 0 {
			return ""
		}
		c.rules[name] = strings.Join(fields, ", ")
	}
	return ruleName(name)
}

func ruleName(shape string) string {
	return "rule" + strings.ToUpper(shape[:1]) + shape[1:]
}

func (c *constrainer) fields(name string, s *shape) []string {
	var f []string
	if s.Min != nil {
		f = append(f, "Min: constraint.Bound("+number(*s.Min)+")")
	}
	if s.Max != nil {
		f = append(f, "Max: constraint.Bound("+number(*s.Max)+")")
	}
	if s.Pattern != "" {
		f = append(f, "Pattern: "+strconv.Quote(s.Pattern))
	}
	if same, ok := c.patterns[name]; ok {
		f = append(f, "Equivalent: "+strconv.Quote(same[0]))
	}
	if len(s.Enum) > 0 {
		values := s.Enum
		if o, ok := c.orders[name]; ok {
			values = o
		}
		f = append(f, "Enum: []string{"+quoted(values)+"}")
	}
	for _, part := range []struct {
		field string
		ref   *ref
	}{{"Elem", s.Member}, {"Key", s.Key}, {"Value", s.Value}} {
		if part.ref == nil {
			continue
		}
		if r := c.rule(part.ref.Shape); r != "" {
			f = append(f, part.field+": "+r)
		}
	}
	if len(f) > 0 && c.model.holdsSecrets(name, map[string]bool{}) {
		f = append(f, "Sensitive: true")
	}
	return f
}

// holdsSecrets reports whether a shape is sensitive, or has a part that is.
func (m *model) holdsSecrets(name string, seen map[string]bool) bool {
	s := m.Shapes[name]
	if s == nil || seen[name] {
		return false
	}
	seen[name] = true
	if s.Sensitive {
		return true
	}
	for _, part := range []*ref{s.Member, s.Key, s.Value} {
		if part != nil && m.holdsSecrets(part.Shape, seen) {
			return true
		}
	}
	return slices.ContainsFunc(s.Members, func(p member) bool { return m.holdsSecrets(p.Shape, seen) })
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
