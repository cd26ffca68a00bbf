package wire

import (
	"bytes"
	"math"
	"strconv"
)

// specialDouble reads the words that stand for doubles without digits.
func specialDouble(s string) (float64, bool) {
	switch s {
	case "NaN":
		return math.NaN(), true
	case "Infinity":
		return math.Inf(1), true
	case "-Infinity":
		return math.Inf(-1), true
	}
	return 0, false
}

// parseDouble reads a double given as text: decimal or exponent form, or a
// special word. Go's hexadecimal and underscored forms, and its other words,
// are not part of it.
func parseDouble(s string) (float64, error) {
	if d, ok := specialDouble(s); ok {
		return d, nil
	}
	for _, c := range []byte(s) {
		switch {
		case c >= '0' && c <= '9', c == '.', c == '+', c == '-', c == 'e', c == 'E':
		default:
			return 0, malformed("%.32q is no number", s)
		}
	}
	d, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, malformed("%.32q is no number, or out of range", s)
	}
	return d, nil
}

// Bounds outside which a double is written with an exponent.
const (
	minPlain = 1e-3
	maxPlain = 1e7
)

// appendDouble writes a finite double with at least one decimal ("41.0",
// "1.5E10"): the shortest digits that read back as d, in the form of Java's
// Double.toString, in which AWS's answers are written. One decimal is
// recorded, the exponent form (inferred).
func appendDouble(b []byte, d float64) []byte {
	abs := math.Abs(d)
	if abs == 0 || abs >= minPlain && abs < maxPlain {
		start := len(b)
		b = strconv.AppendFloat(b, d, 'f', -1, 64)
		if bytes.IndexByte(b[start:], '.') < 0 {
			b = append(b, '.', '0')
		}
		return b
	}
	return appendExponent(b, d)
}

// appendExponent turns Go's 1.5e+10 into 1.5E10.
func appendExponent(b []byte, d float64) []byte {
	var scratch [32]byte
	s := strconv.AppendFloat(scratch[:0], d, 'e', -1, 64)
	e := bytes.IndexByte(s, 'e')
	b = append(b, s[:e]...)
	if bytes.IndexByte(s[:e], '.') < 0 {
		b = append(b, '.', '0')
	}
	b = append(b, 'E')
	if s[e+1] == '-' {
		b = append(b, '-')
	}
	exp := s[e+2:]
	if exp[0] == '0' {
		exp = exp[1:]
	}
	return append(b, exp...)
}

// specialName is the word for a double without digits, empty for the others.
func specialName(d float64) string {
	switch {
	case math.IsNaN(d):
		return "NaN"
	case math.IsInf(d, 1):
		return "Infinity"
	case math.IsInf(d, -1):
		return "-Infinity"
	}
	return ""
}
