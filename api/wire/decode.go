package wire

import (
	"bytes"
	"io"
	"reflect"
	"strconv"
	"time"
)

// source reads one dialect's body. A value is read by exactly one call, or
// opened and read member by member to its end.
type source interface {
	// null consumes a null, if that is next.
	null() bool
	// openStruct begins a structure; nextMember moves to its next member that
	// sh knows, nil at the end.
	openStruct() error
	nextMember(sh *shape) (*field, error)
	openList(list *field) error
	nextItem() (bool, error)
	openMap(m *field) error
	nextKey() (string, bool, error)

	text() (string, error)
	boolean() (bool, error)
	integer() (int64, error)
	double() (float64, error)
	timestamp(format timeFormat) (time.Time, error)
	blob() ([]byte, error)
}

// reader fills Go values from a source.
type reader struct {
	source
	budget *budget

	// The scalars that most members are.
	texts   slab[string]
	doubles slab[float64]
	times   slab[time.Time]
}

// structure fills v with the members that the source holds.
func (r *reader) structure(sh *shape, v reflect.Value) error {
	if err := r.openStruct(); err != nil {
		return err
	}
	for {
		f, err := r.nextMember(sh)
		if err != nil || f == nil {
			return err
		}
		if r.null() {
			continue
		}
		if err := r.member(f, v.Field(f.index)); err != nil {
			return within(err, f.name)
		}
	}
}

// member fills v, which may be a pointer.
func (r *reader) member(f *field, v reflect.Value) error {
	if v.Kind() == reflect.Pointer {
		done, err := r.pointer(f, v)
		if done || err != nil {
			return err
		}
		p := reflect.New(f.shape.typ)
		if err := r.value(f, p.Elem()); err != nil {
			return err
		}
		v.Set(p)
		return nil
	}
	return r.value(f, v)
}

// The types that are read without the detours of reflection. They are compared
// instead of switching on v.Addr().Interface(), which looks up a type.
var (
	textType    = reflect.TypeFor[string]()
	doubleType  = reflect.TypeFor[float64]()
	textsType   = reflect.TypeFor[[]string]()
	doublesType = reflect.TypeFor[[]float64]()
	timesType   = reflect.TypeFor[[]time.Time]()
)

// pointer is member for the common scalars.
func (r *reader) pointer(f *field, v reflect.Value) (done bool, err error) {
	switch f.shape.typ {
	case textType:
		p := r.texts.next()
		*p, err = r.text()
		v.Set(reflect.ValueOf(p))
		return true, err
	case doubleType:
		p := r.doubles.next()
		*p, err = r.double()
		v.Set(reflect.ValueOf(p))
		return true, err
	case timeType:
		p := r.times.next()
		*p, err = r.timestamp(f.format)
		v.Set(reflect.ValueOf(p))
		return true, err
	}
	return false, nil
}

func (r *reader) value(f *field, v reflect.Value) error {
	switch f.shape.kind {
	case kindStruct:
		return r.structure(f.shape, v)
	case kindUnion:
		return r.union(f.shape, v)
	case kindList:
		return r.list(f, v)
	case kindMap:
		return r.mapping(f, v)
	case kindBlob:
		return r.bytes(v)
	default:
		return r.scalar(f, v)
	}
}

func (r *reader) scalar(f *field, v reflect.Value) error {
	switch f.shape.kind {
	case kindText:
		s, err := r.text()
		v.SetString(s)
		return err
	case kindBool:
		b, err := r.boolean()
		v.SetBool(b)
		return err
	case kindInt:
		n, err := r.integer()
		if err == nil && v.OverflowInt(n) {
			return malformed("%d does not fit in %d bits", n, f.shape.bits)
		}
		v.SetInt(n)
		return err
	case kindDouble:
		d, err := r.double()
		v.SetFloat(d)
		return err
	default: // kindTime
		t, err := r.timestamp(f.format)
		v.Set(reflect.ValueOf(t))
		return err
	}
}

func (r *reader) bytes(v reflect.Value) error {
	b, err := r.blob()
	if err != nil {
		return err
	}
	setBlob(v, b)
	return nil
}

// setBlob fills a []byte, or the reader of a streaming payload.
func setBlob(v reflect.Value, b []byte) {
	switch p := v.Addr().Interface().(type) {
	case *io.Reader:
		*p = bytes.NewReader(b)
	case *io.ReadCloser:
		*p = io.NopCloser(bytes.NewReader(b))
	default:
		v.SetBytes(b)
	}
}

// union fills the member that the source holds. Members that we do not know
// are ignored like those of a structure; two known ones contradict each other.
func (r *reader) union(sh *shape, v reflect.Value) error {
	if err := r.openStruct(); err != nil {
		return err
	}
	var first *field
	for {
		f, err := r.nextMember(sh)
		if err != nil || f == nil {
			return err
		}
		if r.null() {
			continue
		}
		if first != nil && first != f {
			return malformed("only one of %s and %s may be given", first.name, f.name)
		}
		first = f
		p := reflect.New(f.variant)
		if err := r.value(f, p.Elem().Field(f.index)); err != nil {
			return within(err, f.name)
		}
		v.Set(p)
	}
}

func (r *reader) list(f *field, v reflect.Value) error {
	if err := r.openList(f); err != nil {
		return err
	}
	switch f.shape.typ {
	case doublesType:
		list, err := readList(r, r.double)
		v.Set(reflect.ValueOf(list))
		return err
	case timesType:
		list, err := readList(r, func() (time.Time, error) { return r.timestamp(f.shape.elem.format) })
		v.Set(reflect.ValueOf(list))
		return err
	case textsType:
		list, err := readList(r, r.text)
		v.Set(reflect.ValueOf(list))
		return err
	}
	return r.elements(f.shape, v)
}

// firstCapacity is the room that a list starts with: enough for most, too
// little for a false claim to matter.
const firstCapacity = 4

// readList reads the elements of an opened list.
func readList[T any](r *reader, read func() (T, error)) ([]T, error) {
	list := make([]T, 0, firstCapacity)
	size := int(reflect.TypeFor[T]().Size())
	for {
		more, err := r.nextItem()
		if err != nil || !more {
			return list, err
		}
		e, err := read()
		if err != nil {
			return list, within(err, element(len(list)))
		}
		if err := r.budget.charge(size); err != nil {
			return list, err
		}
		list = append(list, e)
	}
}

// element is the path of the element at index i, as Query spells it.
func element(i int) string { return "member." + strconv.Itoa(i+1) }

func (r *reader) elements(sh *shape, v reflect.Value) error {
	v.Set(reflect.MakeSlice(sh.typ, 0, firstCapacity))
	size := int(sh.typ.Elem().Size())
	for n := 0; ; n++ {
		more, err := r.nextItem()
		if err != nil || !more {
			return err
		}
		if err := r.budget.charge(size); err != nil {
			return err
		}
		v.Grow(1)
		v.SetLen(n + 1)
		if err := r.member(sh.elem, v.Index(n)); err != nil {
			return within(err, element(n))
		}
	}
}

func (r *reader) mapping(f *field, v reflect.Value) error {
	if err := r.openMap(f); err != nil {
		return err
	}
	sh := f.shape
	m := reflect.MakeMap(sh.typ)
	size := int(sh.typ.Key().Size()+sh.typ.Elem().Size()) + mapEntryBytes
	for {
		key, more, err := r.nextKey()
		if err != nil {
			return err
		}
		if !more {
			v.Set(m)
			return nil
		}
		if r.null() {
			continue
		}
		if err := r.budget.charge(size); err != nil {
			return err
		}
		e := reflect.New(sh.typ.Elem()).Elem()
		if err := r.member(sh.elem, e); err != nil {
			return within(err, printable(key))
		}
		m.SetMapIndex(reflect.ValueOf(key).Convert(sh.typ.Key()), e)
	}
}
