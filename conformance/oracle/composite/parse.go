package composite

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Parse reads an AlarmRule by the grammar of 15.2.
func Parse(text string) (Rule, error) {
	p := &parser{}
	if err := p.split(text); err != nil {
		return Rule{}, err
	}
	root, err := p.rule()
	if err != nil {
		return Rule{}, err
	}
	if len(p.tokens) > 0 {
		return Rule{}, fmt.Errorf("after the rule: %q", p.tokens[0].text)
	}
	return Rule{root, p.refs}, nil
}

// token is a parenthesis, a comma, or a word.
type token struct {
	text   string
	quoted bool
}

type parser struct {
	tokens []token // what is left
	refs   []string
}

// split cuts the text into tokens.
func (p *parser) split(text string) error {
	for text = strings.TrimLeft(text, " \t\r\n"); text != ""; text = strings.TrimLeft(text, " \t\r\n") {
		switch text[0] {
		case '(', ')', ',':
			p.tokens = append(p.tokens, token{text: text[:1]})
			text = text[1:]
		case '"':
			content, rest, err := unquote(text[1:])
			if err != nil {
				return err
			}
			p.tokens = append(p.tokens, token{content, true})
			text = rest
		default:
			end := strings.IndexAny(text, " \t\r\n(),\"")
			if end < 0 {
				end = len(text)
			}
			p.tokens = append(p.tokens, token{text: text[:end]})
			text = text[end:]
		}
	}
	return nil
}

// unquote reads up to the closing quotation mark.
func unquote(text string) (content, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return b.String(), text[i+1:], nil
		case c == '\\' && i+1 < len(text) && (text[i+1] == '"' || text[i+1] == '\\'):
			i++
			b.WriteByte(text[i])
		case c == '\\':
			return "", "", errors.New("a backslash that escapes nothing")
		default:
			b.WriteByte(c)
		}
	}
	return "", "", errors.New("a quotation that does not end")
}

// next takes a token; the empty one is the end.
func (p *parser) next() token {
	if len(p.tokens) == 0 {
		return token{}
	}
	t := p.tokens[0]
	p.tokens = p.tokens[1:]
	return t
}

// at reports whether the next token is this keyword or sign.
func (p *parser) at(text string) bool {
	return len(p.tokens) > 0 && !p.tokens[0].quoted && p.tokens[0].text == text
}

// skip takes the token if it is next.
func (p *parser) skip(text string) bool {
	if !p.at(text) {
		return false
	}
	p.next()
	return true
}

func (p *parser) expect(text string) error {
	if !p.skip(text) {
		return fmt.Errorf("%q is expected", text)
	}
	return nil
}

// rule = and { "OR" and }.
func (p *parser) rule() (node, error) {
	var all or
	for {
		n, err := p.and()
		if err != nil {
			return nil, err
		}
		all = append(all, n)
		if !p.skip("OR") {
			return all, nil
		}
	}
}

// and = not { "AND" not }.
func (p *parser) and() (node, error) {
	var all and
	for {
		n, err := p.not()
		if err != nil {
			return nil, err
		}
		all = append(all, n)
		if !p.skip("AND") {
			return all, nil
		}
	}
}

// not = "NOT" not | atom.
func (p *parser) not() (node, error) {
	if !p.skip("NOT") {
		return p.atom()
	}
	n, err := p.not()
	return not{n}, err
}

func states() []string { return []string{"ALARM", "OK", "INSUFFICIENT_DATA"} }

// atom = "TRUE" | "FALSE" | "(" rule ")" | STATE "(" ref ")" | "AT_LEAST" ….
func (p *parser) atom() (node, error) {
	switch t := p.next(); {
	case t.quoted:
	case strings.EqualFold(t.text, "TRUE"), strings.EqualFold(t.text, "FALSE"):
		return constant(strings.EqualFold(t.text, "TRUE")), nil
	case t.text == "(":
		n, err := p.rule()
		return n, errors.Join(err, p.expect(")"))
	case t.text == "AT_LEAST":
		return p.atLeast()
	case slices.Contains(states(), t.text):
		if err := p.expect("("); err != nil {
			return nil, err
		}
		ref, err := p.ref()
		return is{t.text, ref}, errors.Join(err, p.expect(")"))
	}
	return nil, errors.New("an operand is expected")
}

// ref is a name or an ARN.
func (p *parser) ref() (string, error) {
	t := p.next()
	if t.text == "" || !t.quoted && strings.Contains("(),", t.text) {
		return "", errors.New("an alarm is expected")
	}
	p.refs = append(p.refs, t.text)
	return t.text, nil
}

// atLeast = "(" M "," ["NOT"] STATE "," "(" ref {"," ref} ")" ")".
func (p *parser) atLeast() (node, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	m := p.next()
	if err := p.expect(","); err != nil || m.quoted {
		return nil, errors.New("a number is expected")
	}
	a := atLeast{negated: p.skip("NOT")}
	a.state = p.next().text
	if !slices.Contains(states(), a.state) {
		return nil, errors.New("a state is expected")
	}
	if err := errors.Join(p.expect(","), p.expect("(")); err != nil {
		return nil, err
	}
	for {
		ref, err := p.ref()
		if err != nil {
			return nil, err
		}
		a.refs = append(a.refs, ref)
		if !p.skip(",") {
			break
		}
	}
	if err := errors.Join(p.expect(")"), p.expect(")")); err != nil {
		return nil, err
	}
	need, err := needed(m.text, len(a.refs))
	a.need = need
	return a, err
}

// needed is M; a percentage means ceil(M*n/100), and M over n is an error (15.2).
func needed(text string, n int) (int, error) {
	digits, percent := strings.CutSuffix(text, "%")
	m, err := strconv.ParseUint(digits, 10, 31)
	switch {
	case err != nil:
		return 0, err
	case percent && (m < 1 || m > 100), !percent && (m < 1 || int(m) > n):
		return 0, fmt.Errorf("%s of %d", text, n)
	case percent:
		return (int(m)*n + 99) / 100, nil
	}
	return int(m), nil
}
