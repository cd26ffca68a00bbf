package pattern

import "net/netip"

// leafKind is what a leaf of an event can be.
type leafKind uint8

const (
	leafString leafKind = iota
	leafNumber
	leafTrue
	leafFalse
	leafNull
)

// leaf is a scalar of an event at a path that some pattern names. text lies in
// the event's bytes, or in the reader's arena where escapes had to be undone,
// and must not outlive the match.
type leaf struct {
	text    string
	folded  string  // of text, once asked for
	room    *[]byte // the reader's arena
	number  float64
	element int32 // the array element that it is in, see elements
	next    int32 // another leaf of the path, -1 at the end
	kind    leafKind

	comparable bool // number holds the value of a leafNumber
	hasNumber  bool // number and comparable are set
	hasFolded  bool
}

// value reads the number that the leaf is.
func (l *leaf) value() (f float64, ok bool) {
	if l.kind != leafNumber {
		return 0, false
	}
	if !l.hasNumber {
		l.number, l.comparable = number(bytesOf(l.text))
		l.hasNumber = true
	}
	return l.number, l.comparable
}

// fold returns the text with its letters folded.
func (l *leaf) fold() string {
	if !l.hasFolded {
		l.folded = l.text
		for i := range len(l.text) {
			if c := l.text[i]; c >= 0x80 || 'A' <= c && c <= 'Z' {
				l.folded = l.appended(appendFold(*l.room, bytesOf(l.text)))
				break
			}
		}
		l.hasFolded = true
	}
	return l.folded
}

// appended is what was put at the arena's end.
func (l *leaf) appended(arena []byte) string {
	s := text(arena[len(*l.room):])
	*l.room = arena
	return s
}

// ip reads the address that the leaf is.
func (l *leaf) ip() (netip.Addr, bool) {
	if l.kind != leafString || len(l.text) < 2 || len(l.text) > maxIPv6Text {
		return netip.Addr{}, false
	}
	return parseIP(l.text)
}
