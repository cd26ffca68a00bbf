package rule

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// The limits of PutCompositeAlarm (API model; cloudwatch.md 15.1).
const (
	MaxLength   = 10240 // characters
	MaxElements = 500   // children as often as they are named, TRUE and FALSE, pairs of parentheses
	MaxChildren = 100   // distinct ones
)

// Parse reads a rule: its grammar is in cloudwatch.md 15.2. NOT binds closer than
// AND, and AND closer than OR.
func Parse(text string) (*Rule, error) {
	if utf8.RuneCountInString(text) > MaxLength {
		return nil, fail("AlarmRule must not be longer than %d characters", MaxLength) // wording (inferred)
	}
	p := parser{tokens: split(text), rule: &Rule{}}
	root, err := p.expression()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != end {
		expected := expectOperator
		if p.tokens[1].kind == end {
			expected = "<EOF>" // recorded: where one token too many is the last
		}
		return nil, t.unexpected(expected)
	}
	p.rule.root = root
	p.rule.list()
	return p.rule, nil
}

type parser struct {
	tokens []token // those that are left; the end stays
	rule   *Rule
}

func (p *parser) peek() token { return p.tokens[0] }

func (p *parser) next() token {
	t := p.tokens[0]
	if t.kind != end {
		p.tokens = p.tokens[1:]
	}
	return t
}

// take passes over a token that must be text.
func (p *parser) take(text string) error {
	if t := p.next(); !t.is(text) {
		return t.unexpected("'" + text + "'")
	}
	return nil
}

// element counts what has a limit.
func (p *parser) element() error {
	if p.rule.elements++; p.rule.elements > MaxElements {
		return fail("AlarmRule must not have more than %d elements", MaxElements) // wording (inferred)
	}
	return nil
}

func (p *parser) expression() (node, error) { return p.joined("OR", p.conjunction) }

func (p *parser) conjunction() (node, error) { return p.joined("AND", p.negation) }

// joined reads operands with an operator between them.
func (p *parser) joined(operator string, operand func() (node, error)) (node, error) {
	first, err := operand()
	if err != nil || !p.peek().is(operator) {
		return first, err
	}
	all := []node{first}
	for p.peek().is(operator) {
		p.next()
		more, err := operand()
		if err != nil {
			return nil, err
		}
		all = append(all, more)
	}
	return join{operands: all, any: operator == "OR"}, nil
}

func (p *parser) negation() (node, error) {
	odd := false
	for p.peek().is("NOT") {
		p.next()
		odd = !odd
	}
	n, err := p.atom()
	if err != nil || !odd {
		return n, err
	}
	return not{n}, nil
}

func (p *parser) atom() (node, error) {
	t := p.next()
	if s, ok := state(t); ok {
		return p.test(s)
	}
	switch {
	case t.is("("):
		return p.group()
	case t.is("AT_LEAST"):
		return p.atLeast()
	case t.kind == word && strings.EqualFold(t.text, "TRUE"):
		// The guide shows False as well; recorded: the service takes capitals only.
		return constant(true), p.element()
	case t.kind == word && strings.EqualFold(t.text, "FALSE"):
		return constant(false), p.element()
	}
	return nil, t.unexpected(expectExpression)
}

func state(t token) (State, bool) {
	switch s := State(t.text); s {
	case Alarm, OK, InsufficientData:
		return s, t.kind == word
	default:
		return "", false
	}
}

func (p *parser) group() (node, error) {
	if err := p.element(); err != nil {
		return nil, err
	}
	n, err := p.expression()
	if err != nil {
		return nil, err
	}
	if t := p.next(); !t.is(")") {
		return nil, t.unexpected(expectInner)
	}
	return n, nil
}

// test reads what follows the state of STATE(ref).
func (p *parser) test(s State) (node, error) {
	if err := p.take("("); err != nil {
		return nil, err
	}
	ref, err := p.ref()
	if err != nil {
		return nil, err
	}
	return &test{ref: ref, is: s}, p.take(")")
}

// ref reads a name or an ARN; keywords and numbers are names, too. A word with a
// quote at its beginning is a name whose quotes are not closed.
func (p *parser) ref() (string, error) {
	t := p.next()
	if t.kind != quoted && (t.kind != word || t.text[0] == '"') {
		return "", t.unexpected(expectName)
	}
	return t.value, p.element()
}

// atLeast reads what follows AT_LEAST: (M, [NOT] STATE, (ref, ...)).
func (p *parser) atLeast() (node, error) {
	if err := p.take("("); err != nil {
		return nil, err
	}
	threshold := p.next()
	number, percent := strings.CutSuffix(threshold.text, "%")
	if threshold.kind != word || strings.Trim(number, "0123456789") != "" || number == "" {
		return nil, threshold.unexpected(expectNumber)
	}
	q := &quorum{}
	for _, read := range []func() error{
		func() error { return p.take(",") },
		func() error { return p.wanted(q) },
		func() error { return p.take(",") },
		func() error { return p.take("(") },
		func() error { return p.refs(q) },
		func() error { return p.take(")") },
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return q, q.require(number, percent)
}

func (p *parser) wanted(q *quorum) error {
	expected := "'NOT', " + expectState
	if q.negated = p.peek().is("NOT"); q.negated {
		p.next()
		expected = expectState
	}
	t := p.next()
	s, ok := state(t)
	if !ok {
		return t.unexpected(expected)
	}
	q.is = s
	return nil
}

func (p *parser) refs(q *quorum) error {
	for {
		ref, err := p.ref()
		if err != nil {
			return err
		}
		q.refs = append(q.refs, ref)
		switch t := p.next(); {
		case t.is(")"):
			return nil
		case !t.is(","):
			return t.unexpected("')', ','") // order (inferred)
		}
	}
}

// require sets how many alarms are needed. A percentage is rounded up (recorded:
// 66% of 3 are 2, 67% are 3).
func (q *quorum) require(number string, percent bool) error {
	n, err := strconv.Atoi(number)
	switch {
	case percent && (err != nil || n < 1 || n > 100):
		return fail("AT_LEAST percentage threshold must be between 1 and 100")
	case percent:
		n = (n*len(q.refs) + 99) / 100
	case err != nil || n < 1 || n > len(q.refs):
		return fail("AT_LEAST absolute threshold must be between 1 and number of alarms (%d)", len(q.refs))
	}
	q.needed = n
	return nil
}
