package schedule

import (
	"errors"
	"fmt"
	"strings"
)

// parseCron reads the six fields of rules and schedules: minute, hour,
// day-of-month, month, day-of-week, year.
func parseCron(arguments string) (series, error) {
	fields, err := split(arguments, 6)
	if err != nil {
		return nil, err
	}
	c := &cron{}
	if err := c.parseClock(fields, field.full); err != nil {
		return nil, err
	}
	if c.years, err = yearField.parse(fields[5]); err != nil {
		return nil, err
	}
	byMonth, byWeek := fields[2], fields[4]
	switch {
	case byMonth == "?" && byWeek == "?":
		return nil, errors.New("day-of-month and day-of-week are both ?")
	case byWeek == "?":
		err = c.days.parseOfMonth(byMonth)
	case byMonth == "?":
		err = c.days.parseOfWeek(byWeek)
	default:
		return nil, errors.New("one of day-of-month and day-of-week must be ?")
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// parseUnixCron reads the five fields of mute rules and scheduled actions, after
// Unix: day-of-week from 0, with 7 for Sunday as well, and every year. form is
// what the service takes in a field.
func parseUnixCron(arguments string, form func(field) field) (series, error) {
	fields, err := split(arguments, 5)
	if err != nil {
		return nil, err
	}
	c := &cron{}
	if err := c.parseClock(fields, form); err != nil {
		return nil, err
	}
	c.years, _ = yearField.parse("*")
	byMonth, err := form(dayField).parse(fields[2])
	if err != nil {
		return nil, err
	}
	byWeek, err := form(field{name: "day-of-week", min: 0, max: 7, names: dayNames}).parse(fields[4])
	if err != nil {
		return nil, err
	}
	// (inferred) As in Unix, a day is picked by either field when both are
	// restricted, and by the restricted one alone otherwise.
	if fields[2] != "*" || fields[4] == "*" {
		c.days.ofMonth = byMonth.bits[0]
	}
	if fields[4] != "*" {
		c.days.ofWeek = byWeek.bits[0]&0x7f | byWeek.bits[0]>>7
	}
	return c, nil
}

// parseClock reads minute, hour and month, which all dialects have.
func (c *cron) parseClock(fields []string, form func(field) field) error {
	for _, p := range []struct {
		to    *uint64
		field field
		text  string
	}{
		{&c.minutes, minuteField, fields[0]},
		{&c.hours, hourField, fields[1]},
		{&c.months, monthField, fields[3]},
	} {
		s, err := form(p.field).parse(p.text)
		if err != nil {
			return err
		}
		*p.to = s.bits[0]
	}
	return nil
}

// split cuts the arguments of cron at white space. Padding inside the brackets
// is refused, as the service does for rate (inferred).
func split(arguments string, want int) ([]string, error) {
	if strings.Trim(arguments, " \t") != arguments {
		return nil, errors.New("white space inside the brackets")
	}
	fields := strings.FieldsFunc(arguments, func(r rune) bool { return r == ' ' || r == '\t' })
	if len(fields) != want {
		return nil, fmt.Errorf("cron has %d fields here, not %d", want, len(fields))
	}
	return fields, nil
}

// parseOfMonth reads the day-of-month field: the common terms, and L, L-n, LW
// and nW.
func (d *days) parseOfMonth(text string) error {
	s := set{}
	for term := range strings.SplitSeq(text, ",") {
		upper := strings.ToUpper(term)
		before, fromLast := strings.CutPrefix(upper, "L-")
		near, nearest := strings.CutSuffix(upper, "W")
		var err error
		var n int
		switch {
		case upper == "L":
			d.beforeLast |= 1
		case upper == "LW":
			d.lastWorkday = true
		case fromLast:
			var ok bool
			if n, ok = decimal(before); !ok || n > 30 {
				err = dayField.errorf("%q does not name 0 to 30 days before the last", term)
			}
			d.beforeLast |= 1 << n
		case nearest:
			n, err = dayField.number(near)
			d.nearest |= 1 << n
		default:
			err = dayField.term(&s, term)
		}
		if err != nil {
			return err
		}
	}
	d.ofMonth = s.bits[0]
	return nil
}

// parseOfWeek reads the day-of-week field: the common terms, and L, nL and n#k.
func (d *days) parseOfWeek(text string) error {
	s := set{}
	for term := range strings.SplitSeq(text, ",") {
		upper := strings.ToUpper(term)
		last, isLast := strings.CutSuffix(upper, "L")
		weekday, k, isNth := strings.Cut(upper, "#")
		var err error
		var n int
		switch {
		case upper == "L":
			s.add(weekdayField.max)
		case isLast:
			n, err = weekdayField.number(last)
			d.lastOf |= 1 << max(0, n-1)
		case isNth:
			if term != text {
				return weekdayField.errorf("%q stands beside other terms; # must be alone", term)
			}
			err = d.parseNth(weekday, k)
		default:
			err = weekdayField.term(&s, term)
		}
		if err != nil {
			return err
		}
	}
	d.ofWeek = s.bits[0] >> 1 // Sunday is 1 in the text
	return nil
}

// parseNth reads n#k. With it, a field has one term only (EventBridge user
// guide: "you can define only one expression in the day-of-week field").
func (d *days) parseNth(weekday, k string) error {
	n, err := weekdayField.number(weekday)
	if err != nil {
		return err
	}
	nth, ok := decimal(k)
	if !ok || nth < 1 || nth > 5 {
		return weekdayField.errorf("%q after # is not between 1 and 5", k)
	}
	d.nth = ordinal{weekday: n - 1, k: nth}
	return nil
}
