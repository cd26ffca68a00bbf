package oracle

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Label is a label in pieces, because the specification does not say how the
// numbers in it are printed.
type Label []Piece

// Piece is fixed text, or a number in any notation, or anything at all.
type Piece struct {
	Text   string
	Number *float64
	Within span // what Number may be; a histogram may be behind it
	Any    bool
}

// labelTolerance is what printing with few digits may change.
const labelTolerance = 0.02

// Matches reports whether got is this label.
func (l Label) Matches(got string) bool {
	pattern := "^"
	var numbers []span
	for _, p := range l {
		pattern += p.pattern()
		if p.Number != nil {
			numbers = append(numbers, p.Within)
		}
	}
	found := regexp.MustCompile(pattern + "$").FindStringSubmatch(got)
	if found == nil {
		return false
	}
	for i, want := range numbers {
		number, err := strconv.ParseFloat(strings.ReplaceAll(found[i+1], ",", ""), 64)
		if err != nil || !want.printed(number) {
			return false
		}
	}
	return true
}

// printed reports whether the number is in the range, or near it.
func (s span) printed(number float64) bool {
	near := func(end float64) float64 { return labelTolerance * max(1, math.Abs(end)) }
	return number >= s.low-near(s.low) && number <= s.high+near(s.high)
}

func (p Piece) pattern() string {
	switch {
	case p.Any:
		return ".*"
	case p.Number != nil:
		return `(-?[0-9.,]+(?:[eE][-+]?[0-9]+)?)`
	}
	return regexp.QuoteMeta(p.Text)
}

// String prints the pieces, open ones in brackets.
func (l Label) String() string {
	var b strings.Builder
	for _, p := range l {
		switch {
		case p.Any:
			b.WriteString("[any]")
		case p.Number != nil:
			fmt.Fprintf(&b, "[%v]", *p.Number)
		default:
			b.WriteString(p.Text)
		}
	}
	return b.String()
}
