package pattern

import (
	"bytes"
	"math"
	"strconv"
)

// number reads the text of a JSON number as the value that patterns compare.
// A number that binary64 does not hold exactly in its shortest decimal form is
// not comparable (ok is false): it equals only a number of the same spelling.
// Minus zero is zero.
func number(text []byte) (f float64, ok bool) {
	d, ok := readDecimal(text)
	if !ok {
		return 0, false
	}
	if len(d.digits) == 0 {
		return 0, true
	}
	if f, ok := d.small(); ok {
		return f, true
	}
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil || math.IsInf(f, 0) {
		return 0, false
	}
	var buf [32]byte
	shortest, _ := readDecimal(strconv.AppendFloat(buf[:0], f, 'e', -1, 64))
	return f, shortest.exp == d.exp && bytes.Equal(shortest.digits, d.digits)
}

// decimal is ±0.DIGITS × 10^exp with neither leading nor trailing zeros among
// the digits; zero has no digits.
type decimal struct {
	negative bool
	digits   []byte
	exp      int
}

// maxExponent is far outside binary64: exponents are cut off there, so that
// their sum with the number of digits cannot overflow.
const maxExponent = 1 << 30

// readDecimal takes the text of a number apart; false if it is not one.
func readDecimal(text []byte) (d decimal, ok bool) {
	i := 0
	if i < len(text) && text[i] == '-' {
		d.negative = true
		i++
	}
	start := i
	for i < len(text) && isDigit(text[i]) {
		i++
	}
	whole := text[start:i]
	if len(whole) == 0 {
		return d, false
	}
	var fraction []byte
	if i < len(text) && text[i] == '.' {
		start = i + 1
		for i++; i < len(text) && isDigit(text[i]); i++ {
		}
		fraction = text[start:i]
	}
	if i < len(text) {
		if d.exp, ok = readExponent(text[i:]); !ok {
			return d, false
		}
	}
	d.join(whole, fraction)
	return d, true
}

// join sets the digits and moves the exponent accordingly.
func (d *decimal) join(whole, fraction []byte) {
	whole = bytes.TrimLeft(whole, "0")
	d.exp += len(whole)
	if len(whole) == 0 {
		trimmed := bytes.TrimLeft(fraction, "0")
		d.exp -= len(fraction) - len(trimmed)
		d.digits = bytes.TrimRight(trimmed, "0")
		return
	}
	if fraction = bytes.TrimRight(fraction, "0"); len(fraction) == 0 {
		d.digits = bytes.TrimRight(whole, "0")
		return
	}
	d.digits = append(append(make([]byte, 0, len(whole)+len(fraction)), whole...), fraction...)
}

func readExponent(text []byte) (int, bool) {
	if text[0] != 'e' && text[0] != 'E' {
		return 0, false
	}
	text = text[1:]
	sign := 1
	if len(text) > 0 && (text[0] == '+' || text[0] == '-') {
		if text[0] == '-' {
			sign = -1
		}
		text = text[1:]
	}
	if len(text) == 0 {
		return 0, false
	}
	n := 0
	for _, c := range text {
		if !isDigit(c) {
			return 0, false
		}
		if n < maxExponent {
			n = n*10 + int(c-'0')
		}
	}
	return sign * min(n, maxExponent), true
}

// small computes the value where one correctly rounded operation does: at most
// 15 digits, which binary64 keeps apart, and a power of ten that it holds
// exactly. Such a number is always comparable.
func (d *decimal) small() (float64, bool) {
	scale := d.exp - len(d.digits)
	if len(d.digits) > 15 || scale < -22 || scale > 22 {
		return 0, false
	}
	var n int64
	for _, c := range d.digits {
		n = n*10 + int64(c-'0')
	}
	f := float64(n)
	if scale < 0 {
		f /= powersOfTen[-scale]
	} else {
		f *= powersOfTen[scale]
	}
	if d.negative {
		f = -f
	}
	return f, true
}

var powersOfTen = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// ordered maps numbers to integers of the same order.
func ordered(f float64) uint64 {
	b := math.Float64bits(f)
	if b>>63 != 0 {
		return ^b
	}
	return b | 1<<63
}
