package schedule

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// maxLength bounds the text of an expression, in bytes: ScheduleExpression of
// PutRule and CreateSchedule, Expression of PutAlarmMuteRule (API models).
const maxLength = 256

// Expression is a schedule expression: a series of instants. The zero value
// has none.
type Expression struct {
	text   string
	series series
	place  place
}

// series is what the three functions have in common.
type series interface {
	// next returns the first run strictly after an instant.
	next(after time.Time, in place) (time.Time, bool)
}

// place fixes an expression in time and space.
type place struct {
	zone  *time.Location // of cron and at
	since time.Time      // of rate, valid if started
	// started tells a rate with a beginning from one that counts from the
	// instant asked about.
	started bool
}

// Parse reads an expression. An error is a *fault.Error with the message of
// the dialect's service, whose cause says what is wrong with the text.
func Parse(text string, dialect Dialect) (Expression, error) {
	s, err := parse(text, dialect)
	if err != nil {
		return Expression{}, dialect.refuse(text, err)
	}
	return Expression{text: text, series: s, place: place{zone: time.UTC}}, nil
}

func parse(text string, dialect Dialect) (series, error) {
	if len(text) > maxLength {
		return nil, fmt.Errorf("the expression has %d characters, more than %d", len(text), maxLength)
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }); i >= 0 {
		return nil, fmt.Errorf("character %d of the expression is not ASCII", i+1)
	}
	if dialect == Unix {
		return parseUnixCron(text, field.unix)
	}
	function, rest, open := strings.Cut(text, "(")
	arguments, closed := strings.CutSuffix(rest, ")")
	if !open || !closed {
		return nil, fmt.Errorf("%q is not of the form function(arguments)", text)
	}
	switch {
	case function == "rate" && dialect != MuteRule:
		return parseRate(arguments, dialect)
	case function == "at" && dialect != Rule:
		return parseAt(arguments, dialect)
	case function == "cron" && dialect == MuteRule:
		return parseUnixCron(arguments, field.plain)
	case function == "cron":
		return parseCron(arguments)
	}
	return nil, fmt.Errorf("the function %q is not known here", function)
}

// String returns the text of the expression.
func (e Expression) String() string { return e.text }

// OneTime reports whether the expression is an at(): it runs once.
func (e Expression) OneTime() bool {
	_, ok := e.series.(at)
	return ok
}

// In returns the expression read on the clocks of a time zone instead of UTC.
// Rates do not change.
func (e Expression) In(zone *time.Location) Expression {
	e.place.zone = zone
	return e
}

// Since returns the expression with its rate counted from start: the instant
// at which a rule was created or enabled, or a schedule's start. The runs lie at
// fixed distances from it. Cron and at do not change.
func (e Expression) Since(start time.Time) Expression {
	e.place.since, e.place.started = start, true
	return e
}

// Next returns the first run strictly after an instant, and false if there is
// none. A rate without a start (see [Expression.Since]) counts from the instant.
func (e Expression) Next(after time.Time) (time.Time, bool) {
	if e.series == nil {
		return time.Time{}, false
	}
	t, ok := e.series.next(after, e.place)
	if !ok || t.Year() < 0 || t.Year() > 9999 { // what RFC 3339 can write
		return time.Time{}, false
	}
	return t, true
}
