package pattern

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// tokenKind is what a pattern's text is made of.
type tokenKind uint8

const (
	tokenEnd tokenKind = iota // after the root's end
	tokenObject
	tokenObjectEnd
	tokenArray
	tokenArrayEnd
	tokenName
	tokenString
	tokenNumber
	tokenTrue
	tokenFalse
	tokenNull
)

// maxDepth is how deep a pattern may nest. (inferred: the default of the
// service's JSON library; detail may nest 1000 levels, too.)
const maxDepth = 1000

// lexer reads strict JSON token by token and knows the place in the text that
// AWS's engine would name at each token: it looks at the first byte of a value
// when it has read the name before it, and reads strings only when asked.
type lexer struct {
	src   []byte
	pos   int // next byte
	at    int // what a refusal names as its place
	open  []int
	names []bool // of each open bracket: is it an object
	state lexState

	kind tokenKind
	text string // of a name, string, number or literal
	end  int    // past the token
}

// lexState is what must come next.
type lexState uint8

const (
	wantValue lexState = iota
	wantFirst          // first name of an object, first element of an array, or its end
	wantMore           // comma or end
	wantNothing
)

// next reads a token.
func (l *lexer) next() error {
	l.space()
	if len(l.open) == 0 {
		return l.root()
	}
	inObject := l.names[len(l.names)-1]
	switch l.state {
	case wantFirst:
		if l.closes(inObject) {
			return l.close(inObject)
		}
	case wantMore:
		if l.closes(inObject) {
			return l.close(inObject)
		}
		if err := l.comma(inObject); err != nil {
			return err
		}
		l.space()
	case wantValue:
		return l.value()
	}
	if inObject {
		return l.name()
	}
	return l.value()
}

// root reads the one value of the text, or its end.
func (l *lexer) root() error {
	switch {
	case l.state != wantNothing && l.pos == len(l.src):
		l.kind, l.at = tokenEnd, l.pos
		return nil
	case l.state != wantNothing:
		return l.value()
	case l.pos < len(l.src):
		// The engine stops reading here; silently dropping the rest of what a
		// client wrote would hide its mistake.
		return l.unexpected("expected end of input")
	}
	l.kind, l.at = tokenEnd, l.pos
	return nil
}

func (l *lexer) space() {
	for l.pos < len(l.src) {
		switch l.src[l.pos] {
		case ' ', '\t', '\r', '\n':
			l.pos++
		default:
			return
		}
	}
}

func (l *lexer) closes(inObject bool) bool {
	if l.pos == len(l.src) {
		return false
	}
	if inObject {
		return l.src[l.pos] == '}'
	}
	return l.src[l.pos] == ']'
}

func (l *lexer) close(inObject bool) error {
	l.kind, l.text = tokenArrayEnd, "]"
	if inObject {
		l.kind, l.text = tokenObjectEnd, "}"
	}
	l.pos++
	l.end, l.at = l.pos, l.pos
	l.open, l.names = l.open[:len(l.open)-1], l.names[:len(l.names)-1]
	l.after()
	return nil
}

// after sets what must follow a whole value.
func (l *lexer) after() {
	l.state = wantMore
	if len(l.open) == 0 {
		l.state = wantNothing
	}
}

func (l *lexer) comma(inObject bool) error {
	if l.pos == len(l.src) {
		return l.cut()
	}
	if l.src[l.pos] != ',' {
		if inObject {
			return l.unexpected("was expecting comma to separate Object entries")
		}
		return l.unexpected("was expecting comma to separate Array entries")
	}
	l.pos++
	return nil
}

// name reads a name and the colon after it.
func (l *lexer) name() error {
	if l.pos == len(l.src) {
		return l.cut()
	}
	if l.src[l.pos] != '"' {
		return l.unexpected("was expecting double-quote to start field name")
	}
	text, end, err := l.str("field name")
	if err != nil {
		return err
	}
	l.pos = end
	l.space()
	if l.pos == len(l.src) {
		return l.cut()
	}
	if l.src[l.pos] != ':' {
		return l.unexpected("was expecting a colon to separate field name and value")
	}
	l.pos++
	l.kind, l.text, l.end = tokenName, text, end
	l.space()
	l.state = wantValue
	l.at = l.peek()
	return nil
}

// peek is the place that the engine is at when it has looked at the value
// that comes next: past a number or a literal, else past one byte.
func (l *lexer) peek() int {
	end := l.pos
	for end < len(l.src) && !bytes.ContainsRune([]byte(",:{}[]\" \t\r\n"), rune(l.src[end])) {
		end++
	}
	return min(max(end, l.pos+1), len(l.src))
}

// value reads a value's token: a bracket, or a whole scalar.
func (l *lexer) value() error {
	if l.pos == len(l.src) {
		return l.cut()
	}
	switch c := l.src[l.pos]; {
	case c == '{', c == '[':
		return l.bracket(c)
	case c == '"':
		text, end, err := l.str("VALUE_STRING")
		if err != nil {
			return err
		}
		l.kind, l.text = tokenString, text
		l.at, l.pos, l.end = l.pos+1, end, end
	case c == '-' || isDigit(c):
		return l.number()
	default:
		return l.literal()
	}
	l.after()
	return nil
}

func (l *lexer) bracket(c byte) error {
	if len(l.open) == maxDepth {
		l.at = l.pos
		return l.refuse("Document nesting depth (%d) exceeds the maximum allowed (%d)", maxDepth+1, maxDepth)
	}
	l.open, l.names = append(l.open, l.pos), append(l.names, c == '{')
	l.kind, l.text = tokenArray, "["
	if c == '{' {
		l.kind, l.text = tokenObject, "{"
	}
	l.pos++
	l.end, l.at = l.pos, l.pos
	l.state = wantFirst
	return nil
}

func (l *lexer) number() error {
	end := l.pos
	for end < len(l.src) && bytes.IndexByte([]byte("+-.eE0123456789"), l.src[end]) >= 0 {
		end++
	}
	text := l.src[l.pos:end]
	digits := bytes.TrimPrefix(text, []byte("-"))
	if len(digits) > 1 && digits[0] == '0' && isDigit(digits[1]) {
		l.at = l.pos + 1
		return l.refuse("Invalid numeric value: Leading zeroes not allowed")
	}
	if _, ok := readDecimal(text); !ok || bytes.HasSuffix(text, []byte(".")) || bytes.Contains(text, []byte(".e")) || bytes.Contains(text, []byte(".E")) {
		l.at = end
		return l.refuse("Invalid numeric value: %s", text)
	}
	l.kind, l.text = tokenNumber, string(text)
	l.pos, l.end, l.at = end, end, end
	l.after()
	return nil
}

func (l *lexer) literal() error {
	end := l.pos
	for end < len(l.src) && (l.src[end] >= utf8.RuneSelf || isDigit(l.src[end]) || 'a' <= l.src[end]|0x20 && l.src[end]|0x20 <= 'z') {
		end++
	}
	switch l.text = string(l.src[l.pos:end]); l.text {
	case "true":
		l.kind = tokenTrue
	case "false":
		l.kind = tokenFalse
	case "null":
		l.kind = tokenNull
	case "":
		return l.unexpected("expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')")
	default:
		l.at = end
		return l.refuse("Unrecognized token '%s': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')", l.text)
	}
	l.pos, l.end, l.at = end, end, end
	l.after()
	return nil
}

// str reads the string that starts at pos; what is the engine's name for it.
func (l *lexer) str(what string) (text string, end int, err error) {
	body, end, escaped, ok := readString(l.src, l.pos+1)
	if !ok {
		l.at = len(l.src)
		return "", 0, l.refuse("Unexpected end-of-input in %s", what)
	}
	if i := bytes.IndexFunc(body, func(r rune) bool { return r < ' ' }); i >= 0 {
		l.at = l.pos + 1 + i
		return "", 0, l.refuse("Illegal unquoted character ((CTRL-CHAR, code %d)): has to be escaped using backslash to be included in string value", body[i])
	}
	if !escaped {
		return string(body), end, nil
	}
	plain, bad := appendUnescaped(nil, body)
	if bad >= 0 {
		l.at = l.pos + 1 + bad
		return "", 0, l.refuse("Unrecognized character escape in a string")
	}
	return string(plain), end, nil
}

// finish says that the token's text was looked at: the place is then its end.
func (l *lexer) finish() {
	if l.kind != tokenName {
		l.at = l.end
	}
}

// refuse makes a refusal that names the place.
func (l *lexer) refuse(format string, args ...any) *refusal {
	return &refusal{reason: fmt.Sprintf(format, args...), located: true, at: l.at}
}

// unexpected refuses the byte at pos.
func (l *lexer) unexpected(wanted string) *refusal {
	r, n := utf8.DecodeRune(l.src[l.pos:])
	l.at = l.pos + n
	if r < ' ' {
		return l.refuse("Illegal character ((CTRL-CHAR, code %d)): only regular white space (\\r, \\n, \\t) is allowed between tokens", r)
	}
	return l.refuse("Unexpected character ('%c' (code %d)): %s", r, r, wanted)
}

// cut refuses a text that ends too early.
func (l *lexer) cut() *refusal {
	l.at = len(l.src)
	if len(l.open) == 0 {
		return l.refuse("Unexpected end-of-input")
	}
	kind := "Array"
	if l.names[len(l.names)-1] {
		kind = "Object"
	}
	return l.refuse("Unexpected end-of-input: expected close marker for %s (start marker at %s)", kind, place(l.src, l.open[len(l.open)-1]))
}
