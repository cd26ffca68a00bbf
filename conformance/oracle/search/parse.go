package search

import (
	"errors"
	"strings"
)

// Limit is how many characters a text may have.
const Limit = 1024

// Query is a parsed text.
type Query struct {
	schema *schema
	terms  condition // nil when there is only a schema
}

// schema is the part in braces.
type schema struct {
	namespace  string
	dimensions []string
}

// piece is a lexical part: a mark, a quoted text or a bare word.
type piece struct {
	text   string
	quoted bool
}

func (p piece) mark(text string) bool { return !p.quoted && p.text == text }

var errSyntax = errors.New("syntax")

// Parse reads a text, or says that it breaks the grammar.
func Parse(text string) (Query, error) {
	pieces, err := cut(text)
	if err != nil || len(text) > Limit {
		return Query{}, errSyntax
	}
	p := &parser{rest: pieces}
	var q Query
	if p.accept("{") {
		q.schema = p.schema()
		p.accept(",")
	}
	if len(p.rest) > 0 {
		q.terms = p.or(p.anyTerm)
	}
	if p.failed || len(p.rest) > 0 || (q.schema == nil && q.terms == nil) {
		return Query{}, errSyntax
	}
	return q, nil
}

// cut splits the text into its lexical parts.
func cut(text string) ([]piece, error) {
	var pieces []piece
	for len(text) > 0 {
		switch c := text[0]; {
		case strings.ContainsRune(" \t\r\n", rune(c)):
			text = text[1:]
		case strings.ContainsRune("{}(),=", rune(c)):
			pieces, text = append(pieces, piece{text: text[:1]}), text[1:]
		case c == '"':
			exact, rest, ok := quotation(text[1:])
			if !ok {
				return nil, errSyntax
			}
			pieces, text = append(pieces, piece{exact, true}), rest
		default:
			end := strings.IndexAny(text, " \t\r\n{}(),=\"")
			if end < 0 {
				end = len(text)
			}
			pieces, text = append(pieces, piece{text: text[:end]}), text[end:]
		}
	}
	return pieces, nil
}

// quotation reads up to the closing quote; a backslash takes the next
// character as it is.
func quotation(text string) (exact, rest string, ok bool) {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			return exact, text[i+1:], true
		case '\\':
			i++
			if i == len(text) {
				return "", "", false
			}
		}
		exact += text[i : i+1]
	}
	return "", "", false
}

type parser struct {
	rest   []piece
	failed bool
}

func (p *parser) accept(mark string) bool {
	if len(p.rest) > 0 && p.rest[0].mark(mark) {
		p.rest = p.rest[1:]
		return true
	}
	return false
}

func (p *parser) expect(mark string) {
	if !p.accept(mark) {
		p.fail()
	}
}

func (p *parser) fail() { p.failed, p.rest = true, nil }

// name reads a quoted text or a bare word that is no mark.
func (p *parser) name() string {
	if len(p.rest) == 0 || !p.rest[0].quoted && strings.ContainsAny(p.rest[0].text, "{}(),=") {
		p.fail()
		return ""
	}
	text := p.rest[0].text
	p.rest = p.rest[1:]
	return text
}

func (p *parser) schema() *schema {
	s := &schema{namespace: p.name()}
	for p.accept(",") {
		s.dimensions = append(s.dimensions, p.name())
	}
	p.expect("}")
	return s
}

// or reads an expression whose smallest parts are read by term.
func (p *parser) or(term func() condition) condition {
	left := p.and(term)
	for p.accept("OR") {
		left = either{left, p.and(term)}
	}
	return left
}

func (p *parser) and(term func() condition) condition {
	left := p.unary(term)
	for p.accept("AND") || p.termFollows() {
		left = both{left, p.unary(term)}
	}
	return left
}

// termFollows reports whether the next part begins a term.
func (p *parser) termFollows() bool {
	if len(p.rest) == 0 {
		return false
	}
	next := p.rest[0]
	return next.quoted || next.text == "(" || !strings.ContainsAny(next.text, "{}(),=") && next.text != "OR"
}

func (p *parser) unary(term func() condition) condition {
	if p.accept("NOT") {
		return not{p.unary(term)}
	}
	if p.accept("(") {
		inner := p.or(term)
		p.expect(")")
		return inner
	}
	return term()
}

// anyTerm is a value, or a property with what it shall be.
func (p *parser) anyTerm() condition {
	if len(p.rest) > 1 && p.rest[1].mark("=") {
		property := p.name()
		p.expect("=")
		of := func() condition { return p.value(property) }
		if p.accept("(") {
			inner := p.or(of)
			p.expect(")")
			return inner
		}
		return of()
	}
	return p.value("")
}

// value reads one word or quotation, of the property unless that is empty.
func (p *parser) value(property string) condition {
	if len(p.rest) == 0 || !p.termFollows() || p.rest[0].mark("AND") || p.rest[0].mark("NOT") {
		p.fail()
		return nil
	}
	v := value{property: property, piece: p.rest[0]}
	p.rest = p.rest[1:]
	return v
}
