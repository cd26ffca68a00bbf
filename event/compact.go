package event

// AppendCompact appends the JSON text without the white space between its
// tokens, in one pass; each token stays as it is spelled. It reports false if
// text is not JSON or nests deeper than depth; what it appended is worth nothing
// then. Like encoding/json it takes strings that are not UTF-8.
func AppendCompact(dst []byte, text string, depth int) ([]byte, bool) {
	c := compactor{text: text, dst: dst, depth: depth}
	if !c.value() {
		return c.dst, false
	}
	c.space()
	return append(c.dst, text[c.kept:]...), c.at == len(text)
}

type compactor struct {
	text string
	at   int // what comes next
	// kept: up to there the text is in dst, or left out.
	kept int
	dst  []byte
	// open are the ends of the objects and arrays that are open, fresh says that
	// the last one has nothing in it yet.
	open  []byte
	fresh bool
	depth int
}

// value reads a value. What it opens is on a stack of its own, so that a deep
// text costs no more than a flat one.
func (c *compactor) value() bool {
	for c.begin() {
		for len(c.open) > 0 && c.closes() {
		}
		if len(c.open) == 0 {
			return true
		}
		if !c.separate() {
			return false
		}
	}
	return false
}

// begin reads a scalar, or the sign that opens an object or array.
func (c *compactor) begin() bool {
	c.space()
	switch c.next() {
	case '{':
		return c.opens('}')
	case '[':
		return c.opens(']')
	case '"':
		return c.quoted()
	case 't':
		return c.word("true")
	case 'f':
		return c.word("false")
	case 'n':
		return c.word("null")
	}
	return c.number()
}

func (c *compactor) opens(end byte) bool {
	c.at++
	c.open, c.fresh = append(c.open, end), true
	return len(c.open) <= c.depth
}

// closes reads the sign that ends what was opened last, if it comes next.
func (c *compactor) closes() bool {
	c.space()
	last := len(c.open) - 1
	if c.next() != c.open[last] {
		return false
	}
	c.at++
	c.open, c.fresh = c.open[:last], false
	return true
}

// separate reads what stands before the next value: a comma, unless it is the
// first one, and in an object a name.
func (c *compactor) separate() bool {
	if !c.fresh && !c.sign(',') {
		return false
	}
	c.fresh = false
	if c.open[len(c.open)-1] == ']' {
		return true
	}
	c.space()
	return c.next() == '"' && c.quoted() && c.sign(':')
}

// sign reads a sign, if it comes next.
func (c *compactor) sign(s byte) bool {
	c.space()
	if c.next() != s {
		return false
	}
	c.at++
	return true
}

// next is the byte that comes next, zero at the end: no token begins with it.
func (c *compactor) next() byte {
	if c.at < len(c.text) {
		return c.text[c.at]
	}
	return 0
}

// space leaves white space out.
func (c *compactor) space() {
	from := c.at
	for b := c.next(); b == ' ' || b == '\t' || b == '\r' || b == '\n'; b = c.next() {
		c.at++
	}
	if c.at > from {
		c.dst = append(c.dst, c.text[c.kept:from]...)
		c.kept = c.at
	}
}
