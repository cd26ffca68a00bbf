package catalogtest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"skywatch/catalog"
)

// record is a *T that is a catalog.Record.
type record[T any] interface {
	*T
	catalog.Record
}

// RoundTrip writes a record of which every field is set and reads it back, so
// that a field that is added to the type and not to the form is found. The
// zero record and cut-off ones are read, too.
func RoundTrip[T any, R record[T]](t *testing.T) {
	t.Helper()
	n := 0
	var full, read, zero T
	fill(reflect.ValueOf(&full).Elem(), &n)
	b := R(&full).AppendRecord([]byte("before"))[len("before"):]
	if err := R(&read).ReadRecord(b); err != nil || !reflect.DeepEqual(read, full) {
		t.Errorf("%T: %v\nwrote %+v\nread  %+v", full, err, full, read)
	}
	if b := R(&zero).AppendRecord(nil); len(b) != 0 {
		t.Errorf("the zero %T is %q", zero, b)
	}
	for i := range b {
		var part T
		_ = R(&part).ReadRecord(b[:i]) // must not panic
	}
	var later T
	unknown := catalog.AppendText(catalog.AppendInt(nil, 1000, 7), 1001, "new")
	if err := R(&later).ReadRecord(append(unknown, b...)); err != nil || !reflect.DeepEqual(later, full) {
		t.Errorf("%T: fields that are not known change the others: %v", full, err)
	}
}

// fill sets whatever can be set to something of its own.
func fill(v reflect.Value, n *int) {
	*n++
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.UnixMilli(int64(*n)).UTC()))
	case v.Type() == reflect.TypeFor[json.RawMessage]():
		v.SetBytes(fmt.Appendf(nil, "%d", *n))
	case v.Kind() == reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case v.CanInt():
		v.SetInt(int64(*n))
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() { // the others are of memory
				fill(v.Field(i), n)
			}
		}
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		v.SetBytes(fmt.Appendf(nil, "bytes %d", *n))
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case v.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(key, n)
			fill(value, n)
			v.SetMapIndex(key, value)
		}
	default:
		panic("no value for a " + v.Type().String())
	}
}
