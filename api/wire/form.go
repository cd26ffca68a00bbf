package wire

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// FormValue returns the first value of the named parameter in a body of
// application/x-www-form-urlencoded. It reads no more than it must, so that a
// dispatcher can ask for Action before it knows the operation.
func FormValue(body []byte, name string) string {
	var value string
	_ = eachParam(string(body), func(k, v string) error {
		if k == name {
			value = v
			return errFound
		}
		return nil
	})
	return value
}

// errFound ends a search.
var errFound = malformed("found")

// eachParam calls f with every parameter of a form, in its order. It is used
// in place of url.ParseQuery, which stops at 10,000 parameters: PutMetricData
// may have more.
func eachParam(form string, f func(key, value string) error) error {
	for form != "" {
		var param string
		param, form, _ = strings.Cut(form, "&")
		if param == "" {
			continue
		}
		k, v, _ := strings.Cut(param, "=")
		key, err := unescape(k)
		if err != nil {
			return err
		}
		value, err := unescape(v)
		if err != nil {
			return within(err, printable(key))
		}
		if err := f(key, value); err != nil {
			return err
		}
	}
	return nil
}

func unescape(s string) (string, error) {
	if strings.IndexByte(s, '%') >= 0 || strings.IndexByte(s, '+') >= 0 {
		var err error
		if s, err = url.QueryUnescape(s); err != nil {
			return "", malformed("invalid percent-encoding")
		}
	}
	if !utf8.ValidString(s) {
		return "", malformed("text is not UTF-8")
	}
	return s, nil
}

// printable bounds a name from the request for an error text.
func printable(name string) string {
	if len(name) > 200 {
		name = strings.ToValidUTF8(name[:200], "") + "..."
	}
	return name
}

// formNode is a parameter, or the common part of the names of several: the
// tree of A.member.1.B.
type formNode struct {
	name  string
	value string
	// set says that a parameter ends here.
	set  bool
	kids []*formNode
	// last is the kid that was asked for last: parameters come mostly sorted.
	last int
	// index finds kids by name once there are many.
	index map[string]int
}

const (
	// formNodeBytes is what a node takes, about, with its place in the parent.
	formNodeBytes = 160
	// indexFrom is the number of kids from which an index is worth its memory.
	indexFrom = 16
)

// formTree builds the tree of a request's parameters.
func formTree(r *Request, b *budget) (*formNode, error) {
	root := &formNode{}
	var nodes slab[formNode]
	add := func(key, value string) error { return root.add(key, value, &nodes, b) }
	if err := eachParam(string(r.Body), add); err != nil {
		return nil, err
	}
	for key, values := range r.Form {
		if len(values) == 0 {
			continue
		}
		if err := add(key, values[0]); err != nil {
			return nil, err
		}
	}
	return root, nil
}

// add puts a parameter into the tree. Of several values for one name the first
// counts (inferred).
func (n *formNode) add(key, value string, nodes *slab[formNode], b *budget) error {
	for depth, rest := 0, key; ; depth++ {
		if depth == maxDepth {
			return within(malformed("nested deeper than %d levels", maxDepth), printable(key))
		}
		var name string
		var more bool
		name, rest, more = strings.Cut(rest, ".")
		kid := n.kid(name)
		if kid == nil {
			if err := b.charge(formNodeBytes); err != nil {
				return err
			}
			kid = nodes.next()
			kid.name = name
			n.append(kid)
		}
		if n = kid; !more {
			break
		}
	}
	if !n.set {
		n.value, n.set = value, true
	}
	return nil
}

// kid returns the kid of that name, or nil.
func (n *formNode) kid(name string) *formNode {
	if n.last < len(n.kids) && n.kids[n.last].name == name {
		return n.kids[n.last]
	}
	if n.index != nil {
		if i, ok := n.index[name]; ok {
			n.last = i
			return n.kids[i]
		}
		return nil
	}
	for i, k := range n.kids {
		if k.name == name {
			n.last = i
			return k
		}
	}
	return nil
}

func (n *formNode) append(kid *formNode) {
	if n.kids == nil {
		n.kids = make([]*formNode, 0, firstCapacity)
	}
	n.last = len(n.kids)
	n.kids = append(n.kids, kid)
	switch {
	case n.index != nil:
		n.index[kid.name] = n.last
	case len(n.kids) == indexFrom:
		n.index = make(map[string]int, 2*indexFrom)
		for i, k := range n.kids {
			n.index[k.name] = i
		}
	}
}

// items are the kids in the order of their numbers: list indexes may be sent
// out of order, and 10 comes after 2.
func (n *formNode) items() ([]*formNode, error) {
	for _, k := range n.kids {
		if !isIndex(k.name) {
			return nil, within(malformed("expected a list index from 1"), printable(k.name))
		}
	}
	if !slices.IsSortedFunc(n.kids, byNumber) {
		n.index, n.last = nil, 0
		slices.SortFunc(n.kids, byNumber)
	}
	return n.kids, nil
}

// isIndex reports whether s is a decimal number from 1, without leading zeros.
func isIndex(s string) bool {
	if s == "" || s[0] == '0' || len(s) > 9 {
		return false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func byNumber(a, b *formNode) int {
	if len(a.name) != len(b.name) {
		return len(a.name) - len(b.name)
	}
	return strings.Compare(a.name, b.name)
}
