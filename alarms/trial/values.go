package trial

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// maxValues bounds a series: a year of minutes, and then some.
const maxValues = 1_000_000

// missing is a value that is not there.
var missing = math.NaN()

// parseValues reads the notation that promtool has for series: numbers and _ for a
// missing one, apart by blanks; 1x4 is 1 and then 1 four times more, 0+10x5 and
// 9-2x3 go up and down in steps, and _x3 are three that are missing.
func parseValues(text string) (all []float64, err error) {
	for _, word := range strings.Fields(text) {
		some, err := parseRun(word, maxValues-len(all))
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// run is a word of the notation: count values from first on, each by step more
// than the one before.
type run struct {
	first, step float64
	count       int
}

func parseRun(word string, room int) ([]float64, error) {
	r, ok := readRun(word)
	switch {
	case !ok:
		return nil, fmt.Errorf("%q is no value: write a number, _ for none, 1x4 for 1 and 1 four times more, 0+10x5 for steps, or _x3", word)
	case r.count > room:
		return nil, fmt.Errorf("%q makes more than %d values", word, maxValues)
	}
	out := make([]float64, r.count)
	for i := range out {
		out[i] = r.first + float64(i)*r.step
	}
	return out, nil
}

func readRun(word string) (r run, ok bool) {
	head, times, repeated := strings.Cut(word, "x")
	r.count = 1
	if repeated {
		n, err := strconv.ParseUint(times, 10, 31)
		if err != nil {
			return r, false
		}
		r.count = int(n)
	}
	if head == "_" {
		r.first = missing
		return r, true
	}
	if repeated {
		r.count++ // the first, and its repetitions
	}
	// The step's sign is the first one that is neither the value's nor that of an
	// exponent.
	for i := 1; repeated && i < len(head); i++ {
		if c := head[i]; (c == '+' || c == '-') && head[i-1] != 'e' && head[i-1] != 'E' {
			first, okFirst := number(head[:i])
			step, okStep := number(head[i:])
			r.first, r.step = first, step
			return r, okFirst && okStep
		}
	}
	r.first, ok = number(head)
	return r, ok
}

// number reads a decimal number. Words that ParseFloat knows (inf, nan, 0x1) are
// none.
func number(text string) (float64, bool) {
	if strings.Trim(text, "+-.0123456789eE") != "" {
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil
}
