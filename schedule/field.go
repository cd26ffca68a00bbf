package schedule

import (
	"fmt"
	"strings"
)

// field is one field of a cron expression.
type field struct {
	name     string
	min, max int
	// names are the three-letter names of the numbers from firstName on.
	names     string
	firstName int
	// steps: a/n is allowed. wraps: a range may run past the maximum.
	steps, wraps bool
}

// The fields of rules and schedules. Ranges wrap as in Quartz, but for years:
// 20-2 is in an official example, FRI-MON reads naturally.
var (
	minuteField  = field{name: "minute", min: 0, max: 59, steps: true, wraps: true}
	hourField    = field{name: "hour", min: 0, max: 23, steps: true, wraps: true}
	dayField     = field{name: "day-of-month", min: 1, max: 31, steps: true, wraps: true}
	monthField   = field{name: "month", min: 1, max: 12, names: monthNames, firstName: 1, steps: true, wraps: true}
	weekdayField = field{name: "day-of-week", min: 1, max: 7, names: dayNames, firstName: 1, steps: true, wraps: true}
	yearField    = field{name: "year", min: firstYear, max: lastYear, steps: true}
)

const (
	monthNames = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
	dayNames   = "SUNMONTUEWEDTHUFRISAT"
)

// full returns the field as rules and schedules have it.
func (f field) full() field { return f }

// plain returns the field as a mute rule has it: no steps, no wrapping.
func (f field) plain() field {
	f.steps, f.wraps = false, false
	return f
}

// unix returns the field as Unix has it: steps, and no wrapping.
func (f field) unix() field {
	f.steps, f.wraps = true, false
	return f
}

// parse reads a list of terms.
func (f field) parse(text string) (set, error) {
	s := set{}
	if f.min > 63 {
		s.base = f.min
	}
	for term := range strings.SplitSeq(text, ",") {
		if err := f.term(&s, term); err != nil {
			return set{}, err
		}
	}
	return s, nil
}

// term adds the numbers of one term: *, a, a-b, and with steps */n, a/n, a-b/n.
func (f field) term(s *set, term string) error {
	span, step, stepped := strings.Cut(term, "/")
	by := 1
	if stepped {
		if !f.steps {
			return f.errorf("%q has a step, which is not supported here", term)
		}
		var err error
		if by, err = f.step(step); err != nil {
			return err
		}
	}
	from, to, err := f.span(span, stepped)
	if err != nil {
		return err
	}
	for n := from; n <= to; n += by {
		s.add(f.min + (n-f.min)%(f.max-f.min+1))
	}
	return nil
}

// span reads what stands before a step. The end of a range that wraps is
// counted on past the maximum.
func (f field) span(text string, stepped bool) (from, to int, err error) {
	if text == "*" {
		return f.min, f.max, nil
	}
	first, last, ranged := strings.Cut(text, "-")
	if from, err = f.number(first); err != nil {
		return 0, 0, err
	}
	switch {
	case ranged:
		to, err = f.number(last)
	case stepped:
		to = f.max
	default:
		to = from
	}
	if err == nil && to < from {
		if !f.wraps {
			return 0, 0, f.errorf("the range %q runs backwards", text)
		}
		to += f.max - f.min + 1
	}
	return from, to, err
}

// step reads the n of a/n. As in Quartz it is at most the field's maximum.
func (f field) step(text string) (int, error) {
	n, ok := decimal(text)
	if !ok || n < 1 || n > f.max {
		return 0, f.errorf("the step %q is not between 1 and %d", text, f.max)
	}
	return n, nil
}

// number reads a number of the field or its name in any case.
func (f field) number(text string) (int, error) {
	if len(text) == 3 {
		upper := strings.ToUpper(text)
		for i := 0; i < len(f.names); i += 3 {
			if f.names[i:i+3] == upper {
				return f.firstName + i/3, nil
			}
		}
	}
	n, ok := decimal(text)
	if !ok {
		return 0, f.errorf("%q is not one of its values", text)
	}
	if n < f.min || n > f.max {
		return 0, f.errorf("%d is not between %d and %d", n, f.min, f.max)
	}
	return n, nil
}

func (f field) errorf(format string, args ...any) error {
	return fmt.Errorf(f.name+": "+format, args...)
}

// decimal reads up to four digits, enough for every field.
func decimal(text string) (int, bool) {
	if text == "" || len(text) > 4 {
		return 0, false
	}
	n := 0
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}
