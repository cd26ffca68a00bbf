package wire

import (
	"bytes"
	"io"
	"math"
	"math/rand/v2"
	"reflect"
	"strconv"
	"time"
)

// filler makes random values of the SDK's structs, shape by shape.
type filler struct {
	*rand.Rand
	// all fills every member; otherwise some stay absent.
	all bool
	// special allows doubles that are no numbers.
	special bool
	// eighths makes times of whole eighths of a second: the SDK truncates the
	// double of others to the millisecond before.
	eighths bool
	depth   int
}

func (r *filler) structure(sh *shape, v reflect.Value) {
	r.depth++
	defer func() { r.depth-- }()
	for _, f := range sh.fields {
		if r.depth > 12 || !r.all && r.IntN(3) == 0 && f.http.place != inStatus {
			continue
		}
		r.value(f, v.Field(f.index))
	}
}

func (r *filler) value(f *field, v reflect.Value) {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	switch f.shape.kind {
	case kindStruct:
		r.structure(f.shape, v)
	case kindUnion:
		m := f.shape.fields[r.IntN(len(f.shape.fields))]
		p := reflect.New(m.variant)
		r.value(m, p.Elem().Field(m.index))
		v.Set(p)
	case kindList:
		n := r.length(f)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range v.Len() {
			r.value(f.shape.elem, v.Index(i))
		}
	case kindMap:
		r.mapping(f, v)
	case kindText:
		v.SetString(r.text(f))
	case kindBool:
		v.SetBool(r.IntN(2) == 0)
	case kindInt:
		if f.http.place == inStatus {
			v.SetInt(200)
			return
		}
		// From 1 up, so that members without pointer are never absent.
		v.SetInt(r.Int64N(1<<(f.shape.bits-1)-2) + 1)
	case kindDouble:
		v.SetFloat(r.double())
	case kindTime:
		v.Set(reflect.ValueOf(r.time(f)))
	case kindBlob:
		r.blob(v)
	}
}

// length is one in query strings: the SDK's signer sorts their values.
func (r *filler) length(f *field) int {
	n := r.IntN(4)
	if n == 0 && (r.all || f.flat) || f.http.place != inBody {
		return 1
	}
	return n
}

func (r *filler) mapping(f *field, v reflect.Value) {
	v.Set(reflect.MakeMap(v.Type()))
	for range 1 + r.IntN(2) {
		e := reflect.New(v.Type().Elem()).Elem()
		r.value(f.shape.elem, e)
		v.SetMapIndex(reflect.ValueOf(r.word()).Convert(v.Type().Key()), e)
	}
}

func (r *filler) word() string { return "k" + strconv.Itoa(r.IntN(1000)) }

// text makes strings with what the dialects must escape. Labels begin with
// their names; what goes in a header is plain.
func (r *filler) text(f *field) string {
	const marks = "aZ09 <&>\"'\\/+%=.\n\t:;,éß日😀\u2028"
	if f.http.place == inLabel {
		return "__" + f.name + "__" + r.word()
	}
	if f.http.place != inBody {
		return r.word()
	}
	runes := []rune(marks)
	out := []rune{'x'}
	for range r.IntN(12) {
		out = append(out, runes[r.IntN(len(runes))])
	}
	return string(out)
}

func (r *filler) double() float64 {
	if r.special && r.IntN(8) == 0 {
		return []float64{math.Inf(1), math.Inf(-1), 0}[r.IntN(3)]
	}
	switch r.IntN(4) {
	case 0:
		return float64(r.IntN(1000))
	case 1:
		return r.NormFloat64()
	case 2:
		return r.Float64() * math.Pow(10, float64(r.IntN(40)-20))
	}
	return -float64(r.IntN(100)) / 8
}

// time keeps the precision of the dialects: milliseconds, in headers seconds.
func (r *filler) time(f *field) time.Time {
	ms := r.Int64N(4e12)
	if r.eighths {
		ms -= ms % 125
	}
	if f.http.place != inBody {
		ms -= ms % 1000
	}
	return time.UnixMilli(ms).UTC()
}

func (r *filler) blob(v reflect.Value) {
	b := make([]byte, 1+r.IntN(20))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	if v.Kind() == reflect.Interface {
		v.Set(reflect.ValueOf(io.Reader(bytes.NewReader(b))))
		return
	}
	v.SetBytes(b)
}
