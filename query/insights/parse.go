package insights

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxLimit bounds LIMIT.
const maxLimit = 500

// Is reports whether an expression is a query of this language and no metric
// math: whether it begins with SELECT.
func Is(text string) bool {
	text = strings.TrimLeft(text, " \t\r\n")
	const first = "SELECT"
	return len(text) > len(first) && strings.EqualFold(text[:len(first)], first) && !wordByte(text[len(first)])
}

// Parse reads a query. An error is an *Error.
func Parse(text string) (*Query, error) {
	tokens, err := scan(text)
	if err != nil {
		return nil, err
	}
	p := &parser{text: text, rest: tokens}
	q := &Query{}
	for _, clause := range []func(*Query) error{p.selected, p.from, p.where, p.groupBy, p.orderBy, p.limit} {
		if err := clause(q); err != nil {
			return nil, err
		}
	}
	if p.rest[0].kind != end {
		return nil, p.unexpected()
	}
	return q, nil
}

// parser goes through the tokens; the last of rest is always end.
type parser struct {
	text string
	rest []token
}

func (p *parser) unexpected() error { return near(p.text, p.rest[0].at) }

// next takes the next token; end stays.
func (p *parser) next() token {
	t := p.rest[0]
	if t.kind != end {
		p.rest = p.rest[1:]
	}
	return t
}

// keyword takes the words if they come next.
func (p *parser) keyword(words ...string) bool {
	for i, w := range words {
		if i >= len(p.rest) || p.rest[i].kind != word || !strings.EqualFold(p.rest[i].text, w) {
			return false
		}
	}
	p.rest = p.rest[len(words):]
	return true
}

// sign takes the sign if it comes next.
func (p *parser) sign(s string) bool {
	if t := p.rest[0]; t.kind == sign && t.text == s {
		p.rest = p.rest[1:]
		return true
	}
	return false
}

// want is an error unless what was wanted is there.
func (p *parser) want(there bool) error {
	if !there {
		return p.unexpected()
	}
	return nil
}

// name reads an identifier.
func (p *parser) name() (string, error) {
	switch t := p.rest[0]; {
	case t.kind == identifier && t.text != "":
		return p.next().text, nil
	case t.kind == word && reserved[strings.ToUpper(t.text)]:
		return "", &Error{fmt.Sprintf("Invalid syntax. Reserved keyword '%s' must be surrounded by double quotes", t.text)}
	case t.kind == word:
		return p.next().text, nil
	}
	return "", p.unexpected()
}

// label reads a name that may be AWS.AccountId or one of a tag.
func (p *parser) label() (string, error) {
	quoted := p.rest[0].kind == identifier
	name, err := p.name()
	if err != nil || quoted || !p.sign(".") {
		return name, err
	}
	part := p.next()
	switch {
	case part.kind != word && part.kind != identifier:
	case name == "AWS" && part.text == "AccountId":
		return accountLabel, nil
	case name == "tag":
		return tagPrefix + part.text, nil
	}
	return "", near(p.text, part.at)
}

// labels reads labels between commas.
func (p *parser) labels() (all []string, err error) {
	for {
		l, err := p.label()
		if err != nil {
			return nil, err
		}
		all = append(all, l)
		if !p.sign(",") {
			return all, nil
		}
	}
}

// function reads AVG, COUNT, MAX, MIN or SUM and the parenthesis behind it.
func (p *parser) function() (Function, error) {
	t := p.next()
	if t.kind != word {
		return 0, near(p.text, t.at)
	}
	f, ok := functions[strings.ToUpper(t.text)]
	if !ok {
		return 0, &Error{fmt.Sprintf("Invalid syntax. '%s' is not a valid aggregate function", t.text)}
	}
	return f, p.want(p.sign("("))
}

func (p *parser) selected(q *Query) (err error) {
	if err = p.want(p.keyword("SELECT")); err != nil {
		return err
	}
	if q.Function, err = p.function(); err != nil {
		return err
	}
	if q.Metric, err = p.name(); err != nil {
		return err
	}
	return p.want(p.sign(")"))
}

func (p *parser) from(q *Query) (err error) {
	if err = p.want(p.keyword("FROM")); err != nil {
		return err
	}
	if q.HasSchema = p.keyword("SCHEMA"); !q.HasSchema {
		q.Namespace, err = p.name()
		return err
	}
	if err = p.want(p.sign("(")); err != nil {
		return err
	}
	if q.Namespace, err = p.name(); err != nil {
		return err
	}
	if p.sign(",") {
		if q.Schema, err = p.labels(); err != nil {
			return err
		}
		slices.Sort(q.Schema)
	}
	return p.want(p.sign(")"))
}

func (p *parser) where(q *Query) error {
	if !p.keyword("WHERE") {
		return nil
	}
	for {
		c, err := p.condition()
		if err != nil {
			return err
		}
		q.Where = append(q.Where, c)
		if !p.keyword("AND") {
			return nil
		}
	}
}

func (p *parser) condition() (c Condition, err error) {
	if c.Label, err = p.label(); err != nil {
		return c, err
	}
	if c.Not = p.sign("!="); !c.Not {
		if err = p.want(p.sign("=")); err != nil {
			return c, err
		}
	}
	switch t := p.rest[0]; {
	case t.kind == value:
		c.Value = p.next().text
	case p.keyword("CURRENT_ACCOUNT_ID"):
		c.Account = true
		err = p.want(p.sign("(") && p.sign(")"))
	case t.kind == word || t.kind == identifier:
		err = &Error{"Invalid syntax. Comparing identifiers is not supported. Values must be surrounded by single quotes"}
	default:
		err = p.unexpected()
	}
	return c, err
}

func (p *parser) groupBy(q *Query) (err error) {
	if p.keyword("GROUP", "BY") {
		q.GroupBy, err = p.labels()
	}
	return err
}

func (p *parser) orderBy(q *Query) (err error) {
	if !p.keyword("ORDER", "BY") {
		return nil
	}
	if q.Order, err = p.function(); err != nil {
		return err
	}
	if err = p.want(p.sign(")")); err != nil {
		return err
	}
	if q.Descending = p.keyword("DESC"); !q.Descending {
		p.keyword("ASC")
	}
	return nil
}

func (p *parser) limit(q *Query) error {
	if !p.keyword("LIMIT") {
		return nil
	}
	t := p.next()
	n, err := strconv.Atoi(t.text)
	if t.kind != word || err != nil {
		return near(p.text, t.at)
	}
	if n < 1 || n > maxLimit { // wording inferred
		return &Error{fmt.Sprintf("Invalid syntax. LIMIT must be a number from 1 to %d", maxLimit)}
	}
	q.Limit = n
	return nil
}
