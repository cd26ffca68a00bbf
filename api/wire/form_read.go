package wire

import (
	"strconv"
	"time"
)

// formReader reads the parameters of Query, and with ec2 set of EC2 Query.
type formReader struct {
	// at is the value to be read next.
	at *formNode
	// open holds the values being read, innermost last.
	open []formFrame
	ec2  bool
}

// formFrame is an open structure, list or map and the entries that are left.
type formFrame struct {
	left []*formNode
	// m is the member that holds an open map.
	m *field
}

// null: forms have none, what is not sent is absent.
func (r *formReader) null() bool { return false }

func (r *formReader) openStruct() error {
	if err := r.noValue("members"); err != nil {
		return err
	}
	r.open = append(r.open, formFrame{left: r.at.kids})
	return nil
}

// noValue refuses A=v where A has members. An empty value is how some clients
// send an empty list.
func (r *formReader) noValue(want string) error {
	if r.at.value != "" {
		return malformed("expected %s, found a value", want)
	}
	return nil
}

func (r *formReader) nextMember(sh *shape) (*field, error) {
	for {
		node := r.next()
		if node == nil {
			return nil, nil
		}
		if f := r.lookup(sh, node.name); f != nil {
			return f, nil
		}
	}
}

func (r *formReader) lookup(sh *shape, name string) *field {
	if r.ec2 {
		return sh.byEC2[name]
	}
	return sh.byXML[name]
}

// next moves to the next entry of the innermost open value; at its end it
// closes it and returns nil.
func (r *formReader) next() *formNode {
	top := len(r.open) - 1
	f := &r.open[top]
	if len(f.left) == 0 {
		r.open = r.open[:top]
		return nil
	}
	r.at, f.left = f.left[0], f.left[1:]
	return r.at
}

// openList begins A.member.N, or A.N where the list is flat. EC2 Query's are
// all flat.
func (r *formReader) openList(list *field) error {
	return r.openItems(list, list.shape.elem.xml, nil)
}

// openMap begins A.entry.N, or A.N where the map is flat.
func (r *formReader) openMap(m *field) error { return r.openItems(m, "entry", m) }

func (r *formReader) openItems(f *field, wrapper string, m *field) error {
	if err := r.noValue("a list"); err != nil {
		return err
	}
	n := r.at
	wrapped := !f.flat && !r.ec2
	if wrapped {
		if n = n.kid(wrapper); n == nil {
			n = &formNode{}
		}
	}
	items, err := n.items()
	switch {
	case err != nil && wrapped:
		return within(err, wrapper)
	case err != nil:
		return err
	}
	r.open = append(r.open, formFrame{left: items, m: m})
	return nil
}

func (r *formReader) nextItem() (bool, error) { return r.next() != nil, nil }

func (r *formReader) nextKey() (string, bool, error) {
	m := r.open[len(r.open)-1].m
	entry := r.next()
	if entry == nil {
		return "", false, nil
	}
	key, value := entry.kid(m.shape.key.xml), entry.kid(m.shape.elem.xml)
	if key == nil || value == nil {
		return "", false, within(malformed("expected a %s and a %s", m.shape.key.xml, m.shape.elem.xml), "entry."+entry.name)
	}
	r.at = value
	return key.value, true, nil
}

func (r *formReader) text() (string, error) {
	if !r.at.set {
		return "", malformed("expected a value, found members")
	}
	return r.at.value, nil
}

func (r *formReader) boolean() (bool, error) {
	s, err := r.text()
	if err != nil {
		return false, err
	}
	return parseBool(s)
}

func parseBool(s string) (bool, error) {
	switch s {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, malformed("%.32q is not true or false", s)
}

func (r *formReader) integer() (int64, error) {
	s, err := r.text()
	if err != nil {
		return 0, err
	}
	return parseInt(s)
}

func parseInt(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, malformed("%.32q is no integer", s)
	}
	return n, nil
}

func (r *formReader) double() (float64, error) {
	s, err := r.text()
	if err != nil {
		return 0, err
	}
	return parseDouble(s)
}

func (r *formReader) timestamp(format timeFormat) (time.Time, error) {
	s, err := r.text()
	if err != nil {
		return time.Time{}, err
	}
	return parseTime(s, format.or(formatDateTime))
}

func (r *formReader) blob() ([]byte, error) {
	s, err := r.text()
	if err != nil {
		return nil, err
	}
	return decodeBase64(s)
}
