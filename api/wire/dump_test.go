package wire

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
)

// dump writes a value as text for goldens: what is absent is not there, an
// empty list is.
func dump(v any) string {
	var b strings.Builder
	dumpValue(&b, "", reflect.ValueOf(v))
	return b.String()
}

func dumpValue(b *strings.Builder, path string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			dumpValue(b, path, v.Elem())
		}
		return
	case reflect.Interface:
		dumpInterface(b, path, v)
		return
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			fmt.Fprintf(b, "%s = %s\n", path, t.UTC().Format(time.RFC3339Nano))
			return
		}
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; v.Type().Field(i).IsExported() && name != "ResultMetadata" {
				dumpValue(b, strings.TrimPrefix(path+"."+name, "."), v.Field(i))
			}
		}
		return
	case reflect.Slice:
		dumpList(b, path, v)
		return
	case reflect.Map:
		for _, k := range sortedKeys(v) {
			dumpValue(b, fmt.Sprintf("%s[%s]", path, k), v.MapIndex(k))
		}
		return
	case reflect.String:
		if v.Len() > 0 || !v.Type().ConvertibleTo(reflect.TypeFor[string]()) || v.Type() == reflect.TypeFor[string]() {
			fmt.Fprintf(b, "%s = %q\n", path, v.String())
		}
		return
	}
	fmt.Fprintf(b, "%s = %v\n", path, v.Interface())
}

func dumpInterface(b *strings.Builder, path string, v reflect.Value) {
	if v.IsNil() {
		return
	}
	if r, ok := v.Interface().(io.Reader); ok {
		if back, ok := r.(io.Seeker); ok {
			_, _ = back.Seek(0, io.SeekStart)
		}
		all, _ := io.ReadAll(r)
		fmt.Fprintf(b, "%s = %q\n", path, all)
		return
	}
	dumpValue(b, path+"("+v.Elem().Elem().Type().Name()+")", v.Elem())
}

func dumpList(b *strings.Builder, path string, v reflect.Value) {
	switch {
	case v.IsNil():
	case isBytes(v.Type()):
		fmt.Fprintf(b, "%s = %q\n", path, v.Bytes())
	case v.Len() == 0:
		fmt.Fprintf(b, "%s = []\n", path)
	default:
		for i := range v.Len() {
			dumpValue(b, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	}
}
