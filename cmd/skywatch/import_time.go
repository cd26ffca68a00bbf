package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// span is a duration that may be given in days: 4500d, -1d12h.
type span time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *span) UnmarshalText(text []byte) error {
	rest, days := string(text), 0
	if before, after, ok := strings.Cut(rest, "d"); ok {
		n, err := strconv.Atoi(before)
		if err != nil || n > maxShiftDays || n < -maxShiftDays {
			return fmt.Errorf("%q is not a duration", text)
		}
		if days, rest = n, after; rest == "" {
			rest = "0s"
		} else if strings.HasPrefix(before, "-") {
			rest = "-" + rest
		}
	}
	d, err := time.ParseDuration(rest)
	*s = span(time.Duration(days)*24*time.Hour + d)
	return err
}

// MarshalText implements encoding.TextMarshaler.
func (s span) MarshalText() ([]byte, error) { return []byte(time.Duration(s).String()), nil }

// maxShiftDays keeps a span well within what a time.Duration holds (106,751
// days).
const maxShiftDays = 100_000

// epochMillisFrom is the first number that is read as milliseconds: as seconds
// it would be in the year 5138, as milliseconds it is in 1973.
const epochMillisFrom = 100_000_000_000

// parseTime reads RFC 3339, "2006-01-02 15:04:05" in UTC, or seconds or
// milliseconds since 1970.
func parseTime(text string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	if t, err := time.Parse(time.DateTime, text); err == nil {
		return t, nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || math.Abs(n) >= epochMillisFrom*1000 {
		return time.Time{}, fmt.Errorf("%q is not a time: neither RFC 3339, nor 2006-01-02 15:04:05, nor seconds or milliseconds since 1970", text)
	}
	if math.Abs(n) < epochMillisFrom {
		n *= 1000
	}
	return time.UnixMilli(int64(math.Round(n))).UTC(), nil
}

// checkAge refuses what the server would, with the way out.
func checkAge(t, now time.Time) error {
	if t.Before(now.Add(-maxAge)) {
		return fmt.Errorf("%s is more than 455 days ago, longer than any data are kept: move the times with --shift or --shift-to now", t.UTC().Format(time.RFC3339))
	}
	return nil
}

// findShift returns by how much times are moved. For --shift-to it reads all
// files for their newest time.
func (im *importing) findShift() (time.Duration, error) {
	c := im.cmd
	if c.ShiftTo == "" {
		return time.Duration(c.Shift), nil
	}
	target := im.started
	if c.ShiftTo != "now" {
		var err error
		if target, err = parseTime(c.ShiftTo); err != nil {
			return 0, fmt.Errorf("--shift-to: %w", err)
		}
	}
	var newest time.Time
	for _, name := range c.Files {
		if err := im.findNewest(name, &newest); err != nil {
			return 0, err
		}
	}
	if newest.IsZero() {
		return 0, errors.New("--shift-to: no line has a time")
	}
	return floorMinute(target.Sub(newest)), nil
}

// floorMinute rounds down, so that what lay on whole minutes still does and
// nothing is moved beyond the target.
func floorMinute(d time.Duration) time.Duration {
	if f := d.Truncate(time.Minute); f <= d {
		return f
	}
	return d.Truncate(time.Minute) - time.Minute
}

func (im *importing) findNewest(name string, newest *time.Time) error {
	in, err := im.openInput(name)
	if err != nil {
		return err
	}
	defer in.close()
	for {
		_, d, err := in.rows.next()
		in.text.consume(in.rows.offset())
		var bad *lineError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &bad): // told when it is imported
		case err != nil:
			return fmt.Errorf("%s: %w", name, err)
		case d.Timestamp.After(*newest):
			*newest = d.Timestamp
		}
	}
}
