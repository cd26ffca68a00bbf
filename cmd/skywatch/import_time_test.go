package main

import (
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 25, 8, 30, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2026-11-25T08:30:00Z":          at,
		"2026-11-25T10:30:00+02:00":     at,
		"2026-11-25T08:30:00.123456Z":   at.Add(123456 * time.Microsecond),
		"2026-11-25 08:30:00":           at,
		"2026-11-25 08:30:00.5":         at.Add(500 * time.Millisecond),
		"1795595400":                    at,
		"1795595400.25":                 at.Add(250 * time.Millisecond),
		"1795595400000":                 at,
		"1.7955954e9":                   at,
		"0":                             time.Unix(0, 0),
		"-1":                            time.Unix(-1, 0),
		"99999999999":                   time.Unix(99999999999, 0), // the last that is seconds
		"100000000000":                  time.UnixMilli(100000000000),
		"99999999999999":                time.UnixMilli(99999999999999),
		"2026-11-25T08:30:00.000+00:00": at,
	} {
		if got, err := parseTime(text); err != nil || !got.Equal(want) {
			t.Errorf("%s: %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "now", "2026-11-25", "25/11/2026 08:30", "2026-13-01 00:00:00", "NaN", "Inf", "1e300", "100000000000000"} {
		if got, err := parseTime(text); err == nil {
			t.Errorf("%q: %s", text, got)
		}
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"36h": 36 * time.Hour, "-10m": -10 * time.Minute, "4500d": 4500 * day,
		"1d12h": 36 * time.Hour, "-1d12h": -36 * time.Hour, "0d": 0, "-0d5m": -5 * time.Minute,
	} {
		var s span
		if err := s.UnmarshalText([]byte(text)); err != nil || time.Duration(s) != want {
			t.Errorf("%s: %s, %v; want %s", text, time.Duration(s), err, want)
		}
		back, err := s.MarshalText()
		var again span
		if err != nil || again.UnmarshalText(back) != nil || again != s {
			t.Errorf("%s is written as %s", text, back)
		}
	}
	for _, text := range []string{"", "d", "5", "1.5d", "1d2", "1000000d", "5h1d"} {
		var s span
		if err := s.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q: %s", text, time.Duration(s))
		}
	}
}

func TestFloorMinute(t *testing.T) {
	t.Parallel()
	for in, want := range map[time.Duration]time.Duration{
		0: 0, time.Minute: time.Minute, 119 * time.Second: time.Minute,
		-time.Second: -time.Minute, -time.Minute: -time.Minute, -61 * time.Second: -2 * time.Minute,
	} {
		if got := floorMinute(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
