package insights

import (
	"slices"
	"strconv"
	"strings"
)

// MaxLimit is the most series of an answer.
const MaxLimit = 500

// Query is a parsed query.
type Query struct {
	function  string // of SELECT, upper case
	metric    string
	namespace string
	schema    []string // names of dimensions, sorted
	exact     bool     // SCHEMA was written
	where     []comparison
	groupBy   []string
	orderBy   string // upper case, or empty
	falling   bool
	limit     int
}

// comparison is one term of WHERE.
type comparison struct {
	label   string
	differs bool // !=
	value   string
	account bool // CURRENT_ACCOUNT_ID()
}

// Texts of refusals that the specification gives.
const (
	identifiers = "Invalid syntax. Comparing identifiers is not supported. Values must be surrounded by single quotes"
	keyword     = " must be surrounded by double quotes"
)

// Refusal is why a query is not answered: Text is a part of the message, empty
// when none is given.
type Refusal struct{ Text string }

// Error implements error.
func (r *Refusal) Error() string { return r.Text }

type parser struct {
	rest    []token
	refused *Refusal
}

// Parse reads a query, or says why not.
func Parse(query string) (Query, *Refusal) {
	p := &parser{rest: scan(query)}
	q := Query{limit: MaxLimit}
	if slices.ContainsFunc(p.rest, stray) {
		p.refuse("") // whether this or another fault is told is open
	}
	p.want("SELECT")
	q.function = p.function()
	p.wantMark("(")
	q.metric = p.identifier()
	p.wantMark(")")
	p.want("FROM")
	p.from(&q)
	p.clauses(&q)
	if p.rest[0].kind != end {
		p.refuse("")
	}
	return q, p.refused
}

// refuse keeps the first reason.
func (p *parser) refuse(text string) {
	if p.refused == nil {
		p.refused = &Refusal{text}
	}
}

func (p *parser) next() token {
	t := p.rest[0]
	if t.kind != end {
		p.rest = p.rest[1:]
	}
	return t
}

func (p *parser) accept(word string) bool {
	if p.rest[0].keyword(word) {
		p.next()
		return true
	}
	return false
}

func (p *parser) acceptMark(text string) bool {
	if p.rest[0] == (token{mark, text}) {
		p.next()
		return true
	}
	return false
}

func (p *parser) want(word string) {
	if !p.accept(word) {
		p.refuse("")
	}
}

func (p *parser) wantMark(text string) {
	if !p.acceptMark(text) {
		p.refuse("")
	}
}

// function reads the name of an aggregate function.
func (p *parser) function() string {
	t := p.next()
	if t.kind != word {
		p.refuse("")
		return ""
	}
	name := strings.ToUpper(t.text)
	if !slices.Contains([]string{"AVG", "COUNT", "MAX", "MIN", "SUM"}, name) {
		p.refuse("Invalid syntax. '" + t.text + "' is not a valid aggregate function")
	}
	return name
}

// identifier reads a name, unquoted unless it is a reserved word.
func (p *parser) identifier() string {
	t := p.next()
	switch {
	case t.kind == word && isReserved(t.text):
		p.refuse(keyword)
	case t.kind != word && t.kind != quoted:
		p.refuse("")
	}
	return t.text
}

// label reads the name of a dimension, AWS.AccountId or tag.key.
func (p *parser) label() string {
	first := p.rest[0]
	name := p.identifier()
	if first.kind == word && (name == "AWS" || name == "tag") && p.acceptMark(".") {
		name += "." + p.identifier()
		if first.text == "AWS" && name != accountLabel {
			p.refuse("")
		}
	}
	return name
}

func (p *parser) from(q *Query) {
	if !p.accept("SCHEMA") {
		q.namespace = p.identifier()
		return
	}
	q.exact = true
	p.wantMark("(")
	q.namespace = p.identifier()
	for p.acceptMark(",") {
		q.schema = append(q.schema, p.label())
	}
	p.wantMark(")")
	slices.Sort(q.schema)
}

func (p *parser) clauses(q *Query) {
	if p.accept("WHERE") {
		q.where = append(q.where, p.comparison())
		for p.accept("AND") {
			q.where = append(q.where, p.comparison())
		}
	}
	if p.accept("GROUP") {
		p.want("BY")
		q.groupBy = append(q.groupBy, p.label())
		for p.acceptMark(",") {
			q.groupBy = append(q.groupBy, p.label())
		}
	}
	if p.accept("ORDER") {
		p.want("BY")
		q.orderBy = p.function()
		p.wantMark("(")
		p.wantMark(")")
		q.falling = !p.accept("ASC") && p.accept("DESC")
	}
	if p.accept("LIMIT") {
		q.limit = p.limit()
	}
}

func (p *parser) comparison() comparison {
	c := comparison{label: p.label()}
	if c.differs = p.acceptMark("!="); !c.differs {
		p.wantMark("=")
	}
	switch t := p.next(); {
	case t.kind == text:
		c.value = t.text
	case t.keyword("CURRENT_ACCOUNT_ID"):
		p.wantMark("(")
		p.wantMark(")")
		c.account = true
	case t.kind == word, t.kind == quoted:
		p.refuse(identifiers)
	default:
		p.refuse("")
	}
	return c
}

func (p *parser) limit() int {
	n, err := strconv.Atoi(p.next().text)
	if err != nil || n < 1 || n > MaxLimit {
		p.refuse("")
	}
	return n
}
