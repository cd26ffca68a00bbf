package catalog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"time"
)

// Record is implemented by records that are written and read so often that
// JSON would be the larger part of their cost. Their form is a row of fields,
// in any order: a number and a value. What has the zero value is left out, and
// numbers that are not known are passed over, so that a field can be added
// without a rewrite, as in JSON. A number is never used for something else.
type Record interface {
	// AppendRecord adds the record to dst.
	AppendRecord(dst []byte) []byte
	// ReadRecord reads what AppendRecord wrote into a zero record.
	ReadRecord(b []byte) error
}

// A field is a key (number<<1, or number<<1|1 for text), and then a signed
// number as a varint, or the length of a text and the text.

func appendInt(dst []byte, field int, v int64) []byte {
	dst = binary.AppendUvarint(dst, uint64(field)<<1)
	return binary.AppendVarint(dst, v)
}

// AppendInt adds a field with a number.
func AppendInt[T ~int | ~int64](dst []byte, field int, v T) []byte {
	if v == 0 {
		return dst
	}
	return appendInt(dst, field, int64(v))
}

// AppendTime adds a field with a time, to the millisecond as in keys.
func AppendTime(dst []byte, field int, t time.Time) []byte {
	if t.IsZero() {
		return dst
	}
	return appendInt(dst, field, t.UnixMilli())
}

// AppendFlag adds a field that says yes.
func AppendFlag(dst []byte, field int, v bool) []byte {
	if !v {
		return dst
	}
	return appendInt(dst, field, 1)
}

// AppendText adds a field with a text.
func AppendText[T ~string | ~[]byte](dst []byte, field int, v T) []byte {
	if len(v) == 0 {
		return dst
	}
	return appendText(dst, field, v)
}

func appendText[T ~string | ~[]byte](dst []byte, field int, v T) []byte {
	dst = binary.AppendUvarint(dst, uint64(field)<<1|1)
	dst = binary.AppendUvarint(dst, uint64(len(v)))
	return append(dst, v...)
}

// AppendPart adds a field that is a record of its own, as write adds it, also if
// it is empty.
func AppendPart(dst []byte, field int, write func([]byte) []byte) []byte {
	return appendText(dst, field, write(nil))
}

// Value is what a field holds: a number or a text.
type Value struct {
	number int64
	text   []byte
}

// Int returns the number.
func (v Value) Int() int { return int(v.number) }

// Time returns the time that the number is.
func (v Value) Time() time.Time { return time.UnixMilli(v.number).UTC() }

// Flag reports whether the number says yes.
func (v Value) Flag() bool { return v.number != 0 }

// String returns the text.
func (v Value) String() string { return string(v.text) }

// Bytes returns a copy of the text.
func (v Value) Bytes() []byte { return bytes.Clone(v.text) }

// Read calls f for the fields of a record within the record.
func (v Value) Read(f func(field int, v Value) error) error { return ReadFields(v.text, f) }

var errBadField = errors.New("a field is malformed")

// ReadFields calls f for the fields of a record.
func ReadFields(b []byte, f func(field int, v Value) error) error {
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		if n <= 0 || key>>1 > 1<<16 {
			return errBadField
		}
		b = b[n:]
		var v Value
		if key&1 == 0 {
			if v.number, n = binary.Varint(b); n <= 0 {
				return errBadField
			}
		} else {
			size, m := binary.Uvarint(b)
			if m <= 0 || size > uint64(len(b)-m) {
				return errBadField
			}
			n = m + int(size)
			v.text = b[m:n:n]
		}
		b = b[n:]
		if err := f(int(key>>1), v); err != nil {
			return err
		}
	}
	return nil
}
