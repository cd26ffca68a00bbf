package metric

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
)

// Tenant is the owner of data: an account in a region. It comes from the
// access key and the credential scope, never from a request's body, and
// separates all data.
type Tenant struct {
	Account string // twelve digits
	Region  string // for example us-east-1
}

// Dimension is one name/value pair of a metric.
type Dimension struct{ Name, Value string }

// ID names one metric: a tenant, a namespace, a name and a set of dimensions.
// In normal form the dimensions are sorted by name (names are unique within a
// metric). Unit and resolution are not part of it.
//
// A raw metric and one that accumulates are two, also under the same names: what
// a metric is, is fixed by its ID.
type ID struct {
	Tenant
	Namespace  string
	Name       string
	Dimensions []Dimension
	// Raw says that the metric keeps single values (see RawSample) and no
	// periods.
	Raw bool
}

// Normalize sorts the dimensions by name in place.
func (id *ID) Normalize() {
	slices.SortFunc(id.Dimensions, func(a, b Dimension) int { return cmp.Compare(a.Name, b.Name) })
}

// Equal reports whether two IDs in normal form name the same metric.
func (id ID) Equal(o ID) bool {
	return id.Tenant == o.Tenant && id.Namespace == o.Namespace && id.Name == o.Name && id.Raw == o.Raw &&
		slices.Equal(id.Dimensions, o.Dimensions)
}

// Dimension returns the value of the named dimension.
func (id ID) Dimension(name string) (string, bool) {
	for _, d := range id.Dimensions {
		if d.Name == name {
			return d.Value, true
		}
	}
	return "", false
}

// AppendKey appends the canonical bytes of an ID in normal form: every string
// with its uvarint length in front, so that different IDs never share a key.
// ParseKey is its inverse. The namespace of a raw metric has rawMark in front,
// which no namespace begins with.
func (id ID) AppendKey(dst []byte) []byte {
	dst = appendString(dst, id.Account)
	dst = appendString(dst, id.Region)
	if id.Raw {
		dst = binary.AppendUvarint(dst, uint64(len(id.Namespace)+1))
		dst = append(append(dst, rawMark), id.Namespace...)
	} else {
		dst = appendString(dst, id.Namespace)
	}
	dst = appendString(dst, id.Name)
	dst = binary.AppendUvarint(dst, uint64(len(id.Dimensions)))
	for _, d := range id.Dimensions {
		dst = appendString(dst, d.Name)
		dst = appendString(dst, d.Value)
	}
	return dst
}

const rawMark = ':'

func appendString(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

var errShortKey = errors.New("metric key is cut short")

// ParseKey reads a key written by AppendKey and returns what follows it.
func ParseKey(b []byte) (ID, []byte, error) {
	var id ID
	for _, p := range []*string{&id.Account, &id.Region, &id.Namespace, &id.Name} {
		var err error
		if *p, b, err = parseString(b); err != nil {
			return ID{}, nil, err
		}
	}
	if id.Raw = id.Namespace != "" && id.Namespace[0] == rawMark; id.Raw {
		id.Namespace = id.Namespace[1:]
	}
	n, w := binary.Uvarint(b)
	if w <= 0 || n > uint64(len(b)) {
		return ID{}, nil, errShortKey
	}
	b = b[w:]
	if n > 0 {
		id.Dimensions = make([]Dimension, n)
	}
	for i := range id.Dimensions {
		var err error
		if id.Dimensions[i].Name, b, err = parseString(b); err != nil {
			return ID{}, nil, err
		}
		if id.Dimensions[i].Value, b, err = parseString(b); err != nil {
			return ID{}, nil, err
		}
	}
	return id, b, nil
}

func parseString(b []byte) (string, []byte, error) {
	n, w := binary.Uvarint(b)
	if w <= 0 || n > uint64(len(b)-w) {
		return "", nil, errShortKey
	}
	return string(b[w : w+int(n)]), b[w+int(n):], nil
}
