package pattern

import (
	"bytes"
	"strings"

	"skywatch/internal/fault"
)

// maxArrays is how deep arrays may nest at one path: detail may nest 1000
// levels, the service says in one place, 1100 in another.
const maxArrays = 1100

// scan walks over the event, into the paths of the version's tree only, and
// collects the leaves there.
func (r *reader) scan() error {
	if r.peek() != '{' {
		return fault.New(fault.InvalidValue, "Event must be a JSON object")
	}
	if err := r.object(r.v.root, 0); err != nil {
		return err
	}
	if r.peek(); r.pos < len(r.src) {
		return r.bad()
	}
	return nil
}

// bad refuses what is not JSON.
func (r *reader) bad() error {
	return fault.New(fault.InvalidValue, "Event is not valid JSON near byte %d", r.pos)
}

// peek skips white space and returns the next byte, 0 at the end.
func (r *reader) peek() byte {
	for r.pos < len(r.src) {
		c := r.src[r.pos]
		if c > ' ' {
			return c
		}
		r.pos++
	}
	return 0
}

// object walks over an object, whose bracket is next.
func (r *reader) object(n *pathNode, in int32) error {
	r.pos++
	if r.peek() == '}' {
		r.pos++
		return nil
	}
	for {
		if r.peek() != '"' {
			return r.bad()
		}
		name, err := r.str()
		if err != nil {
			return err
		}
		if r.peek() != ':' {
			return r.bad()
		}
		r.pos++
		if err := r.member(r.step(n, name), in); err != nil {
			return err
		}
		switch r.peek() {
		case ',':
			r.pos++
		case '}':
			r.pos++
			return nil
		default:
			return r.bad()
		}
	}
}

// step finds the node for a member called name; a dotted name is several
// steps. Nil if no path goes there.
func (r *reader) step(n *pathNode, name string) *pathNode {
	if c := n.child(r.h, name); c != nil || strings.IndexByte(name, '.') < 0 {
		return c
	}
	for n != nil {
		first, rest, more := strings.Cut(name, ".")
		n = n.child(r.h, first)
		if !more {
			break
		}
		name = rest
	}
	return n
}

// member reads the value of a member whose node is n.
func (r *reader) member(n *pathNode, in int32) error {
	c := r.peek()
	if n == nil {
		return r.skip(c)
	}
	switch c {
	case '{':
		if n.hasChildren() {
			return r.object(n, in)
		}
		return r.skip(c)
	case '[':
		return r.array(n, in, 0)
	}
	return r.scalar(n, in, c)
}

// array walks over an array, whose bracket is next. Its elements that are
// objects or arrays are elements; scalars belong to what the array is in.
func (r *reader) array(n *pathNode, in int32, depth int) error {
	if depth == maxArrays {
		return fault.New(fault.InvalidValue, "Event nests arrays deeper than %d levels", maxArrays)
	}
	r.pos++
	if r.peek() == ']' {
		r.pos++
		return nil
	}
	id := int32(len(r.arrays))
	r.arrays = append(r.arrays, array{})
	for {
		var err error
		switch c := r.peek(); {
		case c == '{' && !n.hasChildren():
			err = r.skip(c)
		case c == '{':
			e := r.enter(id, in)
			err = r.object(n, e)
			r.leave(e)
		case c == '[':
			e := r.enter(id, in)
			err = r.array(n, e, depth+1)
			r.leave(e)
		default:
			err = r.scalar(n, in, c)
		}
		if err != nil {
			return err
		}
		switch r.peek() {
		case ',':
			r.pos++
		case ']':
			r.pos++
			r.arrays[id].end = int32(len(r.elements))
			return nil
		default:
			return r.bad()
		}
	}
}

// enter begins an element of an array.
func (r *reader) enter(array, in int32) int32 {
	r.elements = append(r.elements, element{parent: in, array: array})
	return int32(len(r.elements) - 1)
}

func (r *reader) leave(e int32) { r.elements[e].end = int32(len(r.elements)) }

// scalar reads a string, number or literal and notes it as a leaf of n.
func (r *reader) scalar(n *pathNode, in int32, c byte) error {
	if n.id == noPath {
		return r.skip(c)
	}
	l := leaf{element: in, room: &r.arena}
	var err error
	switch {
	case c == '"':
		l.kind = leafString
		l.text, err = r.str()
	case c == '-' || isDigit(c):
		l.kind = leafNumber
		start := r.pos
		r.word()
		l.text = text(r.src[start:r.pos])
	default:
		l.kind, err = r.literal()
	}
	if err != nil {
		return err
	}
	r.note(n, l)
	return nil
}

// note adds a leaf to its path's.
func (r *reader) note(n *pathNode, l leaf) {
	s := &r.slots[n.id]
	if s.round != r.round {
		*s = slot{round: r.round, first: noLeaf}
	}
	l.next = s.first
	s.first = int32(len(r.leaves))
	s.count++
	s.inArrays = s.inArrays || l.element != 0
	r.leaves = append(r.leaves, l)
	r.nodes = append(r.nodes, n)
}

// word moves past a number or a literal.
func (r *reader) word() {
	for r.pos < len(r.src) && class[r.src[r.pos]] == plain {
		r.pos++
	}
}

func (r *reader) literal() (leafKind, error) {
	start := r.pos
	r.word()
	switch string(r.src[start:r.pos]) {
	case "true":
		return leafTrue, nil
	case "false":
		return leafFalse, nil
	case "null":
		return leafNull, nil
	}
	return 0, r.bad()
}

// str reads the string that is next.
func (r *reader) str() (string, error) {
	body, end, escaped, ok := readString(r.src, r.pos+1)
	if !ok {
		return "", r.bad()
	}
	r.pos = end
	if !escaped {
		return text(body), nil
	}
	start := len(r.arena)
	var bad int
	if r.arena, bad = appendUnescaped(r.arena, body); bad >= 0 {
		return "", r.bad()
	}
	return text(r.arena[start:]), nil
}

// byteClass sorts bytes by what skipping does at them.
type byteClass uint8

const (
	plain byteClass = iota
	space
	quote
	open
	shut
	mark // comma, colon
)

var class = [256]byteClass{
	' ': space, '\t': space, '\r': space, '\n': space, '"': quote,
	'{': open, '[': open, '}': shut, ']': shut, ',': mark, ':': mark,
}

// skip moves past the value whose first byte is c. It counts brackets and
// minds strings; what else is in there does not matter.
func (r *reader) skip(c byte) error {
	switch class[c] {
	case quote:
		return r.skipString()
	case open:
	case plain:
		if c == 0 {
			return r.bad()
		}
		r.word()
		return nil
	default:
		return r.bad()
	}
	depth := 0
	for r.pos < len(r.src) {
		switch class[r.src[r.pos]] {
		case quote:
			if err := r.skipString(); err != nil {
				return err
			}
			continue
		case open:
			depth++
		case shut:
			if depth--; depth == 0 {
				r.pos++
				return nil
			}
		}
		r.pos++
	}
	return r.bad()
}

// skipString moves past the string that is next.
func (r *reader) skipString() error {
	at := r.pos + 1
	for {
		n := bytes.IndexByte(r.src[at:], '"')
		if n < 0 {
			return r.bad()
		}
		slashes := 0
		for r.src[at+n-1-slashes] == '\\' {
			slashes++
		}
		at += n + 1
		if slashes%2 == 0 {
			r.pos = at
			return nil
		}
	}
}
