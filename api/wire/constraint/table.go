package constraint

import (
	"regexp"
	"sync"
)

// Table holds the constrained members of structures, by shape name.
type Table map[string][]Member

// Member is a constrained member of a structure.
type Member struct {
	Name     string
	Required bool
	Rule     *Rule
}

// Rule constrains a value. Min and Max bound a number, or the length of
// anything else.
type Rule struct {
	Min, Max *float64
	// Pattern is the model's regular expression; it must match the whole.
	Pattern string
	// Equivalent is the same pattern for Go, where Pattern is one that only Java
	// can read.
	Equivalent string
	// Enum lists the values in the order of error texts.
	Enum []string
	// Sensitive keeps the value out of the text of a violation: it is secret or
	// holds something secret.
	Sensitive bool
	// Elem constrains the elements of a list, Key and Value those of a map.
	Elem, Key, Value *Rule

	compile sync.Once
	pattern *regexp.Regexp
}

// Bound returns a pointer for Min and Max.
func Bound(n float64) *float64 { return &n }

// matches reports whether all of s matches the pattern. The models' patterns
// are Java's; those in our tables mean the same in Go (tools/genschema
// compiles them).
func (r *Rule) matches(s string) bool {
	r.compile.Do(func() {
		pattern := r.Pattern
		if r.Equivalent != "" {
			pattern = r.Equivalent
		}
		r.pattern = regexp.MustCompile(`\A(?:` + pattern + `)\z`)
	})
	return r.pattern.MatchString(s)
}
