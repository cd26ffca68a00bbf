package formula

import (
	"slices"
	"strconv"
)

// nodeKind is what a node of the tree is.
type nodeKind int

const (
	numberNode nodeKind = iota
	textNode
	nameNode
	callNode
	listNode
	negateNode
	operatorNode
)

// node is a part of an expression with its own parts.
type node struct {
	kind   nodeKind
	text   string // the name, the operator, the text
	number float64
	parts  []*node
}

// levels are the binary operators from the loosest to the tightest, without
// the power, which is tighter than the minus in front.
var levels = [][]string{{"OR", "||"}, {"AND", "&&"}, {"==", "!=", "<", ">", "<=", ">="}, {"+", "-"}, {"*", "/"}}

type parser struct {
	rest   []token
	broken bool
}

// parse reads an expression; ok is false when it breaks the grammar.
func parse(text string) (n *node, ok bool) {
	p := &parser{rest: scan(text)}
	n = p.binary(0)
	return n, !p.broken && p.rest[0].kind == endToken
}

func (p *parser) next() token {
	t := p.rest[0]
	if t.kind != endToken {
		p.rest = p.rest[1:]
	}
	return t
}

func (p *parser) sees(texts ...string) bool {
	t := p.rest[0]
	return (t.kind == markToken || t.kind == nameToken) && slices.Contains(texts, t.text)
}

func (p *parser) accept(text string) bool {
	if p.sees(text) {
		p.next()
		return true
	}
	return false
}

func (p *parser) binary(level int) *node {
	if level == len(levels) {
		return p.negative()
	}
	left := p.binary(level + 1)
	for p.sees(levels[level]...) {
		operator := p.next().text
		left = &node{kind: operatorNode, text: operator, parts: []*node{left, p.binary(level + 1)}}
	}
	return left
}

func (p *parser) negative() *node {
	if p.accept("-") {
		return &node{kind: negateNode, parts: []*node{p.negative()}}
	}
	return p.power()
}

// power groups to the right; its exponent may have a minus.
func (p *parser) power() *node {
	base := p.primary()
	if p.accept("^") {
		return &node{kind: operatorNode, text: "^", parts: []*node{base, p.negative()}}
	}
	return base
}

func (p *parser) primary() *node {
	switch t := p.next(); {
	case t.kind == numberToken:
		f, err := strconv.ParseFloat(t.text, 64)
		p.broken = p.broken || err != nil
		return &node{kind: numberNode, number: f}
	case t.kind == textToken:
		return &node{kind: textNode, text: t.text}
	case t.kind == nameToken && !slices.Contains([]string{"AND", "OR"}, t.text):
		if p.accept("(") {
			return &node{kind: callNode, text: t.text, parts: p.list(")")}
		}
		return &node{kind: nameNode, text: t.text}
	case t == token{markToken, "("}:
		inner := p.binary(0)
		p.broken = !p.accept(")") || p.broken
		return inner
	case t == token{markToken, "["}:
		return &node{kind: listNode, parts: p.list("]")}
	}
	p.broken = true
	return &node{}
}

// list reads parts between commas up to the closing mark.
func (p *parser) list(closing string) []*node {
	if p.accept(closing) {
		return nil
	}
	parts := []*node{p.binary(0)}
	for p.accept(",") {
		parts = append(parts, p.binary(0))
	}
	p.broken = !p.accept(closing) || p.broken
	return parts
}
