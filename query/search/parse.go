package search

import (
	"fmt"
	"slices"
	"strings"
)

// Bounds of a search: the text's is AWS's, that of nesting ours.
const (
	maxText  = 1024
	maxDepth = 100
)

// Parse reads the text of a search. An error is an *Error; the words of syntax
// errors are inferred.
func Parse(text string) (*Query, error) {
	if len(text) > maxText {
		return nil, &Error{fmt.Sprintf("The search is longer than %d characters", maxText)}
	}
	p := &parser{text: text}
	q := &Query{}
	var err error
	if q.schema, err = p.schema(); err != nil {
		return nil, err
	}
	p.space()
	if p.at < len(p.text) {
		if q.terms, err = p.any(""); err != nil {
			return nil, err
		}
	}
	switch {
	case p.at < len(p.text):
		return nil, p.unexpected()
	case q.schema == nil && q.terms == nil:
		return nil, &Error{"The search must have a schema or a search term"}
	}
	return q, nil
}

type parser struct {
	text  string
	at    int
	depth int
}

func (p *parser) unexpected() error {
	if p.at >= len(p.text) {
		return &Error{"Invalid search: unexpected end"}
	}
	return &Error{fmt.Sprintf("Invalid search near '%.20s'", p.text[p.at:])}
}

func (p *parser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

// take takes the sign if it comes next, after space.
func (p *parser) take(sign byte) bool {
	p.space()
	if p.at < len(p.text) && p.text[p.at] == sign {
		p.at++
		return true
	}
	return false
}

// operator takes a word of the language if it comes next and ends there.
func (p *parser) operator(word string) bool {
	p.space()
	rest, ok := strings.CutPrefix(p.text[p.at:], word)
	if !ok || rest != "" && wordByte(rest[0]) || strings.HasPrefix(strings.TrimLeft(rest, " \t\r\n"), "=") {
		return false
	}
	p.at += len(word)
	return true
}

// schema reads {namespace, dimension, ...}; nil if there is none.
func (p *parser) schema() (*schema, error) {
	if !p.take('{') {
		return nil, nil
	}
	var names []string
	for {
		name, err := p.schemaName()
		if err != nil {
			return nil, err
		}
		names = append(names, name)
		if p.take('}') {
			p.take(',') // tolerated
			break
		}
		if !p.take(',') {
			return nil, p.unexpected()
		}
	}
	s := &schema{names[0], names[1:]}
	slices.Sort(s.dimensions)
	return s, nil
}

// schemaName reads a name of the schema: in quotes, or up to the next comma.
func (p *parser) schemaName() (string, error) {
	p.space()
	if p.at < len(p.text) && p.text[p.at] == '"' {
		return p.quoted()
	}
	n := strings.IndexAny(p.text[p.at:], `,{}"`)
	if n < 0 {
		n = len(p.text) - p.at
	}
	name := strings.TrimSpace(p.text[p.at : p.at+n])
	if name == "" {
		return "", p.unexpected()
	}
	p.at += n
	return name, nil
}

// any reads terms between ORs; property is what the values are of.
func (p *parser) any(property string) (term, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, &Error{fmt.Sprintf("Invalid search: nested more than %d deep", maxDepth)}
	}
	defer func() { p.depth-- }()
	var terms any
	for {
		t, err := p.all(property)
		if err != nil {
			return nil, err
		}
		terms = append(terms, t)
		if !p.operator("OR") {
			break
		}
	}
	if len(terms) == 1 {
		return terms[0], nil
	}
	return terms, nil
}

// all reads terms that stand side by side, with or without AND between.
func (p *parser) all(property string) (term, error) {
	var terms all
	for {
		t, err := p.one(property)
		if err != nil {
			return nil, err
		}
		terms = append(terms, t)
		if p.operator("AND") {
			continue
		}
		if p.space(); p.at == len(p.text) || p.text[p.at] == ')' || p.looksLike("OR") {
			break
		}
	}
	if len(terms) == 1 {
		return terms[0], nil
	}
	return terms, nil
}

// looksLike reports whether the operator comes next, without taking it.
func (p *parser) looksLike(word string) bool {
	q := *p
	return q.operator(word)
}

func (p *parser) one(property string) (term, error) {
	negated := false
	for p.operator("NOT") {
		negated = !negated
	}
	t, err := p.value(property)
	if err == nil && negated {
		t = not{t}
	}
	return t, err
}

// value reads a term in parentheses, a value, or a property and what it is.
func (p *parser) value(property string) (term, error) {
	if p.take('(') {
		t, err := p.any(property)
		if err == nil && !p.take(')') {
			err = p.unexpected()
		}
		return t, err
	}
	if p.at == len(p.text) || p.looksLike("AND") || p.looksLike("OR") {
		return nil, p.unexpected()
	}
	began := p.at
	quoted := p.text[p.at] == '"'
	var s string
	var err error
	if quoted {
		s, err = p.quoted()
	} else {
		s, err = p.word()
	}
	switch {
	case err != nil:
		return nil, err
	case p.take('='):
		if property != "" {
			p.at = began
			return nil, p.unexpected()
		}
		return p.of(s)
	case quoted:
		return &exact{property, s}, nil
	}
	return &partial{property, tokens(s)}, nil
}

// of reads what stands behind a property's equals sign.
func (p *parser) of(property string) (term, error) {
	if property == "" {
		return nil, p.unexpected()
	}
	if p.space(); p.at == len(p.text) {
		return nil, p.unexpected()
	}
	return p.value(property)
}

// quoted reads a text in double quotes; a backslash takes the meaning from what
// follows it.
func (p *parser) quoted() (string, error) {
	var b strings.Builder
	for i := p.at + 1; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '"':
			p.at = i + 1
			return b.String(), nil
		case c == '\\' && i+1 < len(p.text):
			i++
			b.WriteByte(p.text[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", p.unexpected()
}

func (p *parser) word() (string, error) {
	n := 0
	for p.at+n < len(p.text) && wordByte(p.text[p.at+n]) {
		n++
	}
	if n == 0 {
		return "", p.unexpected()
	}
	w := p.text[p.at : p.at+n]
	p.at += n
	return w, nil
}

func wordByte(c byte) bool { return strings.IndexByte(" \t\r\n()=\"{}", c) < 0 }
