package pattern

import (
	"slices"
	"strings"
)

// maxCombinations bounds the conjunctions that $or makes of one pattern: our
// choice; AWS is said to have a limit of this size.
const maxCombinations = 1000

// combination is one way to satisfy a pattern: every one of its conditions.
// The order is that of the text.
type combination []*condition

// settled drops the conditions that a later one for the same path replaces:
// the last one written counts.
func (c combination) settled() combination {
	last := make(map[string]int, len(c))
	for i, cond := range c {
		last[cond.path] = i
	}
	if len(last) == len(c) {
		return c
	}
	var kept combination
	for i, cond := range c {
		if last[cond.path] == i {
			kept = append(kept, cond)
		}
	}
	return kept
}

// parser turns a pattern's text into combinations.
type parser struct {
	lexer
	path         []string
	combinations []combination
	wildcards    map[string]*complexity // by path
}

// parse reads the whole text.
func (p *parser) parse() error {
	if err := p.next(); err != nil {
		return err
	}
	if p.kind != tokenObject {
		return p.refuse("Filter is not an object")
	}
	p.combinations = []combination{nil}
	if err := p.object(false); err != nil {
		return err
	}
	if err := p.next(); err != nil {
		return err
	}
	for _, c := range p.wildcards {
		if c.score() > maxComplexity {
			return refuse("%s", tooComplex)
		}
	}
	return nil
}

// object reads the members of an object whose bracket is read.
func (p *parser) object(inOr bool) error {
	for empty := true; ; empty = false {
		if err := p.next(); err != nil {
			return err
		}
		if p.kind == tokenObjectEnd {
			if empty {
				return p.refuse("Empty objects are not allowed")
			}
			return nil
		}
		if err := p.member(inOr); err != nil {
			return err
		}
	}
}

// member reads the member whose name is read.
func (p *parser) member(inOr bool) error {
	name := p.text
	switch {
	case name == "$or":
		return p.or()
	case inOr && slices.Contains(reservedInOr, name):
		return p.refuse("%s is Ruler reserved fieldName which cannot be used inside $or.", name)
	}
	if err := p.next(); err != nil {
		return err
	}
	p.path = append(p.path, name)
	var err error
	switch p.kind {
	case tokenObject:
		err = p.object(inOr)
	case tokenArray:
		err = p.alternatives()
	default:
		err = p.refuse("\"%s\" must be an object or an array", name)
	}
	p.path = p.path[:len(p.path)-1]
	return err
}

// reservedInOr are the names that cannot be fields inside $or.
var reservedInOr = []string{
	"exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr",
	"=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case",
	"date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range",
	"ip-address-in-range", "ip-address-not-in-range",
}

// or reads the branches of an $or: each is added to each combination so far.
func (p *parser) or() error {
	if err := p.next(); err != nil {
		return err
	}
	if p.kind != tokenArray {
		return p.refuse("It must be an Array followed with $or.")
	}
	before := p.combinations
	var all []combination
	for branches := 0; ; branches++ {
		if err := p.next(); err != nil {
			return err
		}
		if p.kind == tokenArrayEnd {
			if branches < 2 {
				return p.refuse("There must have at least 2 Objects in $or relationship.")
			}
			p.combinations = all
			return nil
		}
		if p.kind != tokenObject {
			return p.refuse("Only JSON object is allowed in array of $or relationship.")
		}
		if len(all)+len(before) > maxCombinations {
			return p.refuse("Rule is too complex - $or makes more than %d combinations", maxCombinations)
		}
		p.combinations = make([]combination, len(before))
		for i, c := range before {
			p.combinations[i] = slices.Clone(c)
		}
		if err := p.object(true); err != nil {
			return err
		}
		all = append(all, p.combinations...)
		if len(all) > maxCombinations {
			return p.refuse("Rule is too complex - $or makes more than %d combinations", maxCombinations)
		}
	}
}

// alternatives reads the array of alternatives whose bracket is read.
func (p *parser) alternatives() error {
	path := strings.Join(p.path, ".")
	b := builder{parser: p, path: path}
	for {
		if err := p.next(); err != nil {
			return err
		}
		if p.kind == tokenArrayEnd {
			break
		}
		if err := b.alternative(); err != nil {
			return err
		}
	}
	if b.count == 0 {
		return p.refuse("Empty arrays are not allowed")
	}
	cond := b.condition()
	for i, c := range p.combinations {
		p.combinations[i] = append(c, cond)
	}
	return nil
}
