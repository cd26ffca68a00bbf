package wire

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// timeFormat is how a timestamp is written as text or number.
type timeFormat uint8

const (
	// formatDefault is the dialect's own: epoch seconds in JSON and CBOR,
	// ISO 8601 in Query and in query strings, RFC 7231 in headers.
	formatDefault timeFormat = iota
	formatEpoch
	formatDateTime
	formatHTTPDate
)

func formatNamed(trait string) timeFormat {
	switch trait {
	case "epoch-seconds":
		return formatEpoch
	case "date-time":
		return formatDateTime
	case "http-date":
		return formatHTTPDate
	}
	return formatDefault
}

// or returns f, or other if f is the default.
func (f timeFormat) or(other timeFormat) timeFormat {
	if f == formatDefault {
		return other
	}
	return f
}

// Bounds of the years that ISO 8601 can write; everything outside is refused.
const (
	minEpochSeconds = -62135596800 // 0001-01-01T00:00:00Z
	maxEpochSeconds = 253402300799 // 9999-12-31T23:59:59Z
)

// timeFromFloat returns the instant of epoch seconds, to the millisecond: that
// is the precision of the dialects (specification 1.5), and a float64 holds no
// more than microseconds anyway.
func timeFromFloat(s float64) (time.Time, error) {
	// The comparison is false for NaN.
	if !(s >= minEpochSeconds && s < maxEpochSeconds+1) {
		return time.Time{}, malformed("timestamp %v is out of range", s)
	}
	return time.UnixMilli(int64(math.Round(s * 1e3))).UTC(), nil
}

// isoLayouts are the forms of ISO 8601 that clients send; a time without zone
// is UTC. Parse takes up to nine fraction digits after the seconds.
var isoLayouts = [...]string{
	"2006-01-02T15:04:05Z07:00",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04:05Z0700",
	"2006-01-02T15:04:05Z07",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04",
	"2006-01-02",
}

// parseTime reads a timestamp given as text.
func parseTime(s string, format timeFormat) (time.Time, error) {
	switch format {
	case formatEpoch:
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return time.Time{}, malformed("%q is no timestamp", s)
		}
		return timeFromFloat(f)
	case formatHTTPDate:
		t, err := http.ParseTime(s)
		if err != nil {
			return time.Time{}, malformed("%q is no timestamp", s)
		}
		return t.UTC(), nil
	}
	for _, layout := range isoLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return inYears(t.UTC(), s)
		}
	}
	return time.Time{}, malformed("%q is no timestamp", s)
}

func inYears(t time.Time, s string) (time.Time, error) {
	if sec := t.Unix(); sec < minEpochSeconds || sec > maxEpochSeconds {
		return time.Time{}, malformed("timestamp %q is out of range", s)
	}
	return t, nil
}

// appendTime writes t as text, without quotes.
func appendTime(b []byte, t time.Time, format timeFormat) []byte {
	t = t.UTC()
	switch format {
	case formatEpoch:
		return appendEpoch(b, t)
	case formatHTTPDate:
		return t.AppendFormat(b, http.TimeFormat)
	}
	if t.Nanosecond() < int(time.Millisecond) {
		return t.AppendFormat(b, "2006-01-02T15:04:05Z")
	}
	return t.AppendFormat(b, "2006-01-02T15:04:05.000Z")
}

// appendEpoch writes epoch seconds with the milliseconds that t has.
func appendEpoch(b []byte, t time.Time) []byte {
	ms := t.UnixMilli()
	if ms < 0 {
		b, ms = append(b, '-'), -ms
	}
	b = strconv.AppendInt(b, ms/1000, 10)
	if ms%1000 == 0 {
		return b
	}
	frac := strconv.Itoa(int(1000 + ms%1000))[1:]
	return append(append(b, '.'), strings.TrimRight(frac, "0")...)
}
