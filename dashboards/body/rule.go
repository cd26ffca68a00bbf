package body

import (
	"math"
	"regexp"
	"slices"
	"unicode/utf8"
)

// rule judges the value at a place.
type rule func(c *checker, v *value, at *place)

// anything takes every value.
func anything(*checker, *value, *place) {}

// typed takes values of a kind, which more rules judge further.
func typed(k kind, name string, more []rule) rule {
	return func(c *checker, v *value, at *place) {
		if v.kind != k {
			c.wrong(at, "Should be %s", name)
			return
		}
		for _, r := range more {
			r(c, v, at)
		}
	}
}

func aText(more ...rule) rule   { return typed(text, "string", more) }
func aNumber(more ...rule) rule { return typed(number, "number", more) }
func aBoolean() rule            { return typed(boolean, "boolean", nil) }

// enum takes one of some texts.
func enum(allowed ...string) rule {
	return func(c *checker, v *value, at *place) {
		if v.kind != text || !slices.Contains(allowed, v.text) {
			c.wrong(at, "Should be equal to one of the allowed values")
		}
	}
}

// like takes texts that match.
func like(pattern string) rule {
	re := regexp.MustCompile(pattern)
	return aText(func(c *checker, v *value, at *place) {
		if !re.MatchString(v.text) {
			c.wrong(at, `Should match pattern "%s"`, pattern)
		}
	})
}

// longest bounds the characters of a text.
func longest(n int) rule {
	return func(c *checker, v *value, at *place) {
		if utf8.RuneCountInString(v.text) > n {
			c.wrong(at, "Should NOT be longer than %d characters", n)
		}
	}
}

// integer takes whole numbers from least to most.
func integer(least, most float64) rule {
	return func(c *checker, v *value, at *place) {
		switch {
		case v.kind != number || v.number != math.Trunc(v.number) && !math.IsInf(v.number, 0):
			c.wrong(at, "Should be integer")
		case v.number < least:
			c.wrong(at, "Should be >= %.0f", least)
		case v.number > most:
			c.wrong(at, "Should be <= %.0f", most)
		}
	}
}

// list takes arrays of least to most items. Of one that is too long the rest is
// not judged.
func list(least, most int, item rule) rule {
	return func(c *checker, v *value, at *place) {
		if !length(c, v, at, least, most) {
			return
		}
		for i, it := range v.items[:min(len(v.items), most)] {
			item(c, it, at.item(i))
		}
	}
}

// length judges how many items there are; false: it is no array.
func length(c *checker, v *value, at *place, least, most int) bool {
	switch n := len(v.items); {
	case v.kind != array:
		c.wrong(at, "Should be array")
		return false
	case n < least:
		c.wrong(at, "Should NOT have fewer than %d items", least)
	case n > most:
		c.wrong(at, "Should NOT have more than %d items", most)
	}
	return true
}

// fields are the members that an object may have.
type fields map[string]rule

// having names the members that an object must have.
func having(names ...string) []string { return names }

// record takes objects; more rules judge them as a whole.
func record(required []string, known fields, more ...rule) rule {
	return typed(object, "object", []rule{func(c *checker, v *value, at *place) {
		for _, name := range required {
			if v.get(name) == nil {
				c.lacks(at, name)
			}
		}
		for _, m := range v.members {
			if r := known[m.name]; r != nil {
				r(c, m.value, at.member(m.name))
			} else {
				c.unknown(at.member(m.name), m.name)
			}
		}
		for _, r := range more {
			r(c, v, at)
		}
	}})
}
