package wire

import (
	"io"
	"reflect"
	"time"
)

// sink writes one dialect's body. Calls nest as the values do.
type sink interface {
	// openStruct begins a structure of n members.
	openStruct(n int)
	member(f *field)
	closeStruct()
	// openList begins a list of n elements; item precedes each of them.
	openList(list *field, n int)
	item(list *field)
	closeList(list *field)
	openMap(m *field, n int)
	key(m *field, k string)
	// endValue follows the value of each key.
	endValue(m *field)
	closeMap(m *field)

	text(string)
	boolean(bool)
	integer(int64)
	double(float64)
	timestamp(time.Time, timeFormat)
	blob([]byte)
}

// writer walks Go values into a sink. What is absent is a nil pointer, slice,
// map or interface, and an enum member without a value: everything else is
// written. So a handler says with []T{} that a list is to be present though
// empty, and with nil that it is left out.
type writer struct{ sink }

func (w writer) structure(sh *shape, v reflect.Value) {
	w.fields(sh.fields, v)
}

// fields writes the given members of the structure v.
func (w writer) fields(fields []*field, v reflect.Value) {
	n := 0
	for _, f := range fields {
		if present(v.Field(f.index)) {
			n++
		}
	}
	w.openStruct(n)
	w.members(fields, v)
	w.closeStruct()
}

func (w writer) members(fields []*field, v reflect.Value) {
	for _, f := range fields {
		if m := v.Field(f.index); present(m) {
			w.member(f)
			w.value(f, m)
		}
	}
}

func present(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return !v.IsNil()
	case reflect.String:
		return v.Len() > 0
	}
	return true
}

func (w writer) value(f *field, v reflect.Value) {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch f.shape.kind {
	case kindStruct:
		w.structure(f.shape, v)
	case kindUnion:
		w.union(f.shape, v)
	case kindList:
		w.list(f, v)
	case kindMap:
		w.mapping(f, v)
	case kindText:
		w.text(v.String())
	case kindBool:
		w.boolean(v.Bool())
	case kindInt:
		w.integer(v.Int())
	case kindDouble:
		w.double(v.Float())
	case kindTime:
		t, _ := reflect.TypeAssert[time.Time](v)
		w.timestamp(t, f.format)
	case kindBlob:
		w.blob(blobOf(v))
	}
}

// blobOf reads a []byte, or all of a streaming payload.
func blobOf(v reflect.Value) []byte {
	if v.Kind() != reflect.Interface {
		return v.Bytes()
	}
	// The readers that handlers hand over are over memory and do not fail.
	b, _ := io.ReadAll(v.Interface().(io.Reader))
	return b
}

func (w writer) union(sh *shape, v reflect.Value) {
	variant := v.Elem().Elem()
	for _, f := range sh.fields {
		if f.variant == variant.Type() {
			w.openStruct(1)
			w.member(f)
			w.value(f, variant.Field(f.index))
			w.closeStruct()
			return
		}
	}
	w.openStruct(0)
	w.closeStruct()
}

func (w writer) list(f *field, v reflect.Value) {
	w.openList(f, v.Len())
	switch list := v.Interface().(type) {
	case []float64:
		for _, d := range list {
			w.item(f)
			w.double(d)
		}
	case []time.Time:
		for _, t := range list {
			w.item(f)
			w.timestamp(t, f.shape.elem.format)
		}
	default:
		for i := range v.Len() {
			w.item(f)
			w.value(f.shape.elem, v.Index(i))
		}
	}
	w.closeList(f)
}

func (w writer) mapping(f *field, v reflect.Value) {
	w.openMap(f, v.Len())
	for _, k := range sortedKeys(v) {
		w.key(f, k.String())
		w.value(f.shape.elem, v.MapIndex(k))
		w.endValue(f)
	}
	w.closeMap(f)
}
