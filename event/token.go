package event

import "strings"

// quoted reads a string that begins here.
func (c *compactor) quoted() bool {
	text := c.text
	for i := c.at + 1; i < len(text); i++ {
		switch b := text[i]; {
		case b == '"':
			c.at = i + 1
			return true
		case b == '\\':
			n := escape(text[i+1:])
			if n == 0 {
				return false
			}
			i += n
		case b < ' ':
			return false
		}
	}
	return false
}

// escape is how long an escape is behind its backslash, zero if it is none.
func escape(text string) int {
	switch {
	case text == "":
		return 0
	case strings.IndexByte(`"\/bfnrt`, text[0]) >= 0:
		return 1
	case text[0] != 'u' || len(text) < 5:
		return 0
	}
	for i := 1; i < 5; i++ {
		switch b := text[i] | 0x20; {
		case '0' <= text[i] && text[i] <= '9', 'a' <= b && b <= 'f':
		default:
			return 0
		}
	}
	return 5
}

// word reads one of JSON's names.
func (c *compactor) word(w string) bool {
	ok := strings.HasPrefix(c.text[c.at:], w)
	c.at += len(w)
	return ok
}

// number reads a number.
func (c *compactor) number() bool {
	if c.next() == '-' {
		c.at++
	}
	if c.next() == '0' {
		c.at++
	} else if !c.digits() {
		return false
	}
	if c.next() == '.' {
		c.at++
		if !c.digits() {
			return false
		}
	}
	if c.next()|0x20 != 'e' {
		return true
	}
	c.at++
	if b := c.next(); b == '+' || b == '-' {
		c.at++
	}
	return c.digits()
}

// digits reads digits, and reports whether there are any.
func (c *compactor) digits() bool {
	from := c.at
	for c.at < len(c.text) && '0' <= c.text[c.at] && c.text[c.at] <= '9' {
		c.at++
	}
	return c.at > from
}
