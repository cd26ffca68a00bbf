package query

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// constraints collects what a request breaks of the API model, to be told all
// at once (cloudwatch.md 1.7). Paths are in the model's spelling, with list
// elements as x.1.member.
type constraints struct{ broken []string }

func (c *constraints) add(value, path, rule string) {
	c.broken = append(c.broken, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: %s", value, path, rule))
}

func quoted[T any](v T) string { return fmt.Sprintf("'%v'", v) }

// missing says that a required member of a structure is absent. Required
// members of the request itself are refused by required instead.
func (c *constraints) missing(path string) { c.add("null", path, "Member must not be null") }

// text checks the length of a string; an empty one counts as absent and is
// fine.
func (c *constraints) text(path, s string, most int) {
	if utf8.RuneCountInString(s) > most {
		c.add(quoted(s), path, fmt.Sprintf("Member must have length less than or equal to %d", most))
	}
}

func (c *constraints) pattern(path, s string, ok bool, pattern string) {
	if !ok {
		c.add(quoted(s), path, "Member must satisfy regular expression pattern: "+pattern)
	}
}

func (c *constraints) enum(path, s string, set ...string) {
	for _, allowed := range set {
		if s == allowed {
			return
		}
	}
	c.add(quoted(s), path, "Member must satisfy enum value set: ["+strings.Join(set, ", ")+"]")
}

// count checks the length of a list.
func (c *constraints) count(path string, list []string, most int) {
	if len(list) > most {
		c.add(quoted("["+strings.Join(list, ", ")+"]"), path, fmt.Sprintf("Member must have length less than or equal to %d", most))
	}
}

func (c *constraints) between(path string, n, least, most int) {
	switch {
	case n < least:
		c.add(quoted(n), path, fmt.Sprintf("Member must have value greater than or equal to %d", least))
	case n > most:
		c.add(quoted(n), path, fmt.Sprintf("Member must have value less than or equal to %d", most))
	}
}

// err returns the fault that tells all that is broken, or nil.
func (c *constraints) err() error {
	switch n := len(c.broken); n {
	case 0:
		return nil
	case 1:
		return fault.New(fault.Validation, "1 validation error detected: %s", c.broken[0])
	default:
		return fault.New(fault.Validation, "%d validation errors detected: %s", n, strings.Join(c.broken, "; "))
	}
}

// The lengths that the API model allows.
const (
	maxName           = 255 // of namespace, metric, dimension, query id, account
	maxDimensionValue = 1024
	maxDimensions     = 30
)

func (c *constraints) namespace(path, s string) {
	c.text(path, s, maxName)
	c.pattern(path, s, !strings.HasPrefix(s, ":"), "[^:].*")
}

func (c *constraints) dimensions(path string, ds []metric.Dimension) {
	names := make([]string, len(ds))
	for i, d := range ds {
		names[i] = d.Name
	}
	c.count(path, names, maxDimensions)
	for i, d := range ds {
		at := fmt.Sprintf("%s.%d.member", path, i+1)
		c.dimensionName(at+".name", d.Name)
		if d.Value == "" {
			c.missing(at + ".value")
		}
		c.text(at+".value", d.Value, maxDimensionValue)
	}
}

func (c *constraints) dimensionName(path, s string) {
	if s == "" {
		c.missing(path)
	}
	c.text(path, s, maxName)
}

// unit reads an optional unit.
func (c *constraints) unit(path, s string) unitFilter {
	if s == "" {
		return unitFilter{}
	}
	u, ok := metric.ParseUnit(s)
	if !ok {
		c.enum(path, s, unitNames()...)
	}
	return unitFilter{only: u, set: ok}
}

// required refuses the absence of a parameter of the request.
func required(param string) error {
	return fault.New(fault.Missing, "The parameter %s is required.", param).On(param)
}
