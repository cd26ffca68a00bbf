package expr

import "slices"

// maxDepth bounds how deep an expression is nested (inferred: AWS names no
// bound but the text's 2,048 characters).
const maxDepth = 200

// Expression is an expression that has been read.
type Expression struct{ root node }

// Parse reads an expression. An error is an *Error.
func Parse(s string) (*Expression, error) {
	tokens, err := scan(s)
	if err != nil {
		return nil, err
	}
	p := &parser{text: s, rest: tokens}
	root, err := p.binary(0)
	if err != nil {
		return nil, err
	}
	if p.rest[0].kind != end {
		return nil, p.unexpected()
	}
	return &Expression{root}, nil
}

// References returns the ids that the expression names, each once, in the order
// in which they first appear.
func (e *Expression) References() []string {
	var ids []string
	walk(e.root, func(n node) {
		if r, ok := n.(*reference); ok && !slices.Contains(ids, r.id) {
			ids = append(ids, r.id)
		}
	})
	return ids
}

// parser goes through the tokens; the last of rest is always end.
type parser struct {
	text  string
	rest  []token
	depth int
}

func (p *parser) unexpected() error { return syntaxAt(p.text, p.rest[0].at) }

// take takes the next token if it is the operator.
func (p *parser) take(op string) bool {
	if t := p.rest[0]; t.kind == operator && t.text == op {
		p.rest = p.rest[1:]
		return true
	}
	return false
}

// deeper counts a level of nesting; the caller gives it back.
func (p *parser) deeper() error {
	if p.depth++; p.depth > maxDepth {
		return wrong("Invalid syntax: the expression is nested more than %d deep", maxDepth)
	}
	return nil
}

// binary reads operators of at least the given level, which all bind to the
// left; level 0 is a whole expression.
func (p *parser) binary(level int) (node, error) {
	if level == levels {
		return p.unary()
	}
	left, err := p.binary(level + 1)
	for err == nil {
		op := operationOf(p.rest[0], level)
		if op == nil {
			return left, nil
		}
		p.rest = p.rest[1:]
		var right node
		if right, err = p.binary(level + 1); err == nil {
			left = &binary{op, left, right}
		}
	}
	return nil, err
}

// unary reads a minus, which binds less than ^.
func (p *parser) unary() (node, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	if p.take("-") {
		of, err := p.unary()
		return &negation{of}, err
	}
	return p.power()
}

// power reads ^, which binds to the right.
func (p *parser) power() (node, error) {
	base, err := p.primary()
	if err != nil || !p.take("^") {
		return base, err
	}
	exponent, err := p.unary()
	return &binary{&power, base, exponent}, err
}

func (p *parser) primary() (node, error) {
	t := p.rest[0]
	switch {
	case t.kind == number:
		p.rest = p.rest[1:]
		return &constant{t.number}, nil
	case t.kind == literal:
		p.rest = p.rest[1:]
		return &text{t.text}, nil
	case t.kind == name:
		p.rest = p.rest[1:]
		return p.named(t)
	case p.take("["):
		members, err := p.list("]")
		return &array{members}, err
	case p.take("("):
		inside, err := p.binary(0)
		if err == nil && !p.take(")") {
			err = p.unexpected()
		}
		return inside, err
	}
	return nil, p.unexpected()
}

// named reads what begins with a name: a call, an id, a word.
func (p *parser) named(t token) (node, error) {
	if p.take("(") {
		f, ok := functions[t.text]
		if !ok {
			return nil, wrong("Function '%s' not found", t.text)
		}
		args, err := p.list(")")
		return &call{f, args}, err
	}
	if 'a' <= t.text[0] && t.text[0] <= 'z' {
		return &reference{t.text}, nil
	}
	return &word{t.text}, nil
}

// list reads parts between commas up to the closing sign.
func (p *parser) list(closing string) (parts []node, err error) {
	if p.take(closing) {
		return nil, nil
	}
	for {
		part, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		if p.take(closing) {
			return parts, nil
		}
		if !p.take(",") {
			return nil, p.unexpected()
		}
	}
}
