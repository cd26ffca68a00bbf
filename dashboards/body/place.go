package body

import (
	"strconv"
	"strings"
)

// place is where a value stands in the body. nil is the body itself. It becomes a
// JSON pointer (RFC 6901) only for a finding.
type place struct {
	in   *place
	name string
}

func (p *place) member(name string) *place { return &place{p, name} }
func (p *place) item(i int) *place         { return &place{p, strconv.Itoa(i)} }

var escaped = strings.NewReplacer("~", "~0", "/", "~1")

// String writes the pointer: empty for the body.
func (p *place) String() string {
	if p == nil {
		return ""
	}
	return p.in.String() + "/" + escaped.Replace(p.name)
}

// top is the name of the member of the body in which the place is.
func (p *place) top() string {
	if p == nil {
		return ""
	}
	for p.in != nil {
		p = p.in
	}
	return p.name
}
