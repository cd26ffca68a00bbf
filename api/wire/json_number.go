package wire

import (
	"math"
	"strconv"
	"time"
)

// number scans a number as RFC 8259 writes it.
func (r *jsonReader) number() (string, error) {
	c := r.peek()
	if c != '-' && (c < '0' || c > '9') {
		return "", malformed("expected a number, found %s", r.found())
	}
	start := r.off
	if c == '-' {
		r.off++
	}
	ok := r.off < len(r.b) && (r.b[r.off] != '0' || !r.digitAt(r.off+1)) && r.digits()
	if ok && r.at('.') {
		r.off++
		ok = r.digits()
	}
	if ok && (r.at('e') || r.at('E')) {
		r.off++
		if r.at('+') || r.at('-') {
			r.off++
		}
		ok = r.digits()
	}
	if !ok {
		return "", malformed("a number is cut short or has a leading zero")
	}
	return string(r.b[start:r.off]), nil
}

func (r *jsonReader) at(c byte) bool { return r.off < len(r.b) && r.b[r.off] == c }

func (r *jsonReader) digitAt(i int) bool {
	return i < len(r.b) && r.b[i] >= '0' && r.b[i] <= '9'
}

// digits passes over digits and reports whether there were any.
func (r *jsonReader) digits() bool {
	start := r.off
	for r.digitAt(r.off) {
		r.off++
	}
	return r.off > start
}

// integer accepts what has an integral value: JavaScript knows no other
// numbers, and some clients write 60.0.
func (r *jsonReader) integer() (int64, error) {
	s, err := r.number()
	if err != nil {
		return 0, err
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, malformed("%.32s is no integer", s)
	}
	return int64(f), nil
}

// double accepts the strings that stand for what JSON cannot write.
func (r *jsonReader) double() (float64, error) {
	if r.peek() == '"' {
		b, err := r.str()
		if err != nil {
			return 0, err
		}
		if d, ok := specialDouble(string(b)); ok {
			return d, nil
		}
		return 0, malformed("expected a number, found a string")
	}
	s, err := r.number()
	if err != nil {
		return 0, err
	}
	d, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, malformed("number %.32s is out of range", s)
	}
	return d, nil
}

func (r *jsonReader) timestamp(format timeFormat) (time.Time, error) {
	switch format {
	case formatDateTime, formatHTTPDate:
		s, err := r.text()
		if err != nil {
			return time.Time{}, err
		}
		return parseTime(s, format)
	}
	s, err := r.number()
	if err != nil {
		return time.Time{}, err
	}
	return parseTime(s, formatEpoch)
}
