package alarms

import (
	"math"
	"strconv"
	"strings"
	"time"

	"skywatch/metric"
)

// number is a float as AWS writes it in reasons and messages: the shortest
// decimal that reads back, with at least one digit after the point, and beyond
// [0.001, 10^7) with an exponent. That is what Java prints ([R] for the first
// part, (inferred) for the exponent).
type number float64

func (n number) String() string {
	f := float64(n)
	if a := math.Abs(f); a != 0 && (a < 1e-3 || a >= 1e7) {
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
		sign := ""
		if exponent[0] == '-' {
			sign = "-"
		}
		return withPoint(mantissa) + "E" + sign + strings.TrimLeft(exponent, "+-0")
	}
	return withPoint(strconv.FormatFloat(f, 'f', -1, 64))
}

func withPoint(s string) string {
	if strings.Contains(s, ".") {
		return s
	}
	return s + ".0"
}

// MarshalJSON implements json.Marshaler. Values and thresholds are finite.
func (n number) MarshalJSON() ([]byte, error) { return []byte(n.String()), nil }

// stamp is an instant as AWS writes it in JSON: milliseconds and +0000.
type stamp metric.Instant

const stampLayout = "2006-01-02T15:04:05.000-0700"

func (s stamp) String() string { return metric.Instant(s).Time().Format(stampLayout) }

// MarshalText implements encoding.TextMarshaler.
func (s stamp) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *stamp) UnmarshalText(b []byte) error {
	t, err := time.Parse(stampLayout, string(b))
	if err != nil {
		return err
	}
	*s = stamp(metric.At(t))
	return nil
}
