package metric

import (
	"math"
	"strconv"
	"strings"
)

// ParseStatistic reads a statistic as the API spells it (cloudwatch.md section
// 6); ok is false if there is no such statistic. Letters are case-sensitive:
//
//	SampleCount Average Sum Minimum Maximum IQM
//	pNN tmNN wmNN tcNN tsNN            one percentage, 0 to 100
//	TM(a:b) WM(a:b) TC(a:b) TS(a:b)    both bounds percentages with %, or both values
//	PR(a:b)                            both bounds values
//
// One of the bounds may be left out. Numbers are unsigned, without exponent
// and with at most ten decimals. A lower bound above the upper one is refused
// (inferred).
func ParseStatistic(text string) (s Statistic, ok bool) {
	if s, ok = namedStatistic(text); !ok {
		if s, ok = shortStatistic(text); !ok {
			s, ok = rangeStatistic(text)
		}
	}
	if !ok {
		return Statistic{}, false
	}
	s.text = text
	return s, true
}

func namedStatistic(text string) (Statistic, bool) {
	switch text {
	case "SampleCount":
		return Statistic{kind: sampleCount}, true
	case "Average":
		return Statistic{kind: average}, true
	case "Sum":
		return Statistic{kind: sum}, true
	case "Minimum":
		return Statistic{kind: minimum}, true
	case "Maximum":
		return Statistic{kind: maximum}, true
	case "IQM":
		return Statistic{kind: trimmedMean, lower: 25, upper: 75, percent: true}, true
	}
	return Statistic{}, false
}

// shortStatistic reads lower-case letters with one percentage.
func shortStatistic(text string) (Statistic, bool) {
	s := Statistic{percent: true}
	var number string
	switch {
	case strings.HasPrefix(text, "p"):
		s.kind, number = percentile, text[1:]
	case strings.HasPrefix(text, "tm"):
		s.kind, number = trimmedMean, text[2:]
	case strings.HasPrefix(text, "wm"):
		s.kind, number = winsorizedMean, text[2:]
	case strings.HasPrefix(text, "tc"):
		s.kind, number = trimmedCount, text[2:]
	case strings.HasPrefix(text, "ts"):
		s.kind, number = trimmedSum, text[2:]
	}
	var ok bool
	s.upper, ok = parsePercent(number)
	return s, ok
}

// rangeStatistic reads upper-case letters with bounds in parentheses.
func rangeStatistic(text string) (Statistic, bool) {
	name, bounds, found := strings.Cut(text, "(")
	bounds, closed := strings.CutSuffix(bounds, ")")
	if !found || !closed {
		return Statistic{}, false
	}
	var s Statistic
	switch name {
	case "TM":
		s.kind = trimmedMean
	case "WM":
		s.kind = winsorizedMean
	case "TC":
		s.kind = trimmedCount
	case "TS":
		s.kind = trimmedSum
	case "PR":
		s.kind = percentileRank
	default:
		return Statistic{}, false
	}
	return s, s.parseBounds(bounds)
}

func (s *Statistic) parseBounds(text string) bool {
	lower, upper, found := strings.Cut(text, ":")
	s.lowerGiven, s.upperGiven = lower != "", upper != ""
	if !found || !s.lowerGiven && !s.upperGiven {
		return false
	}
	s.percent = strings.Contains(text, "%")
	if s.percent && s.kind == percentileRank {
		return false
	}
	s.lower, s.upper = math.Inf(-1), math.Inf(1)
	parse := parseNumber
	if s.percent {
		s.lower, s.upper = 0, 100
		parse = parsePercentSign
	}
	ok := true
	if s.lowerGiven {
		s.lower, ok = parse(lower)
	}
	if s.upperGiven && ok {
		s.upper, ok = parse(upper)
	}
	return ok && s.lower <= s.upper
}

func parsePercentSign(text string) (float64, bool) {
	text, ok := strings.CutSuffix(text, "%")
	if !ok {
		return 0, false
	}
	return parsePercent(text)
}

// parsePercent reads 0 to 100; the API model's pattern has at most two digits
// before the point, except for 100.
func parsePercent(text string) (float64, bool) {
	whole, _, _ := strings.Cut(text, ".")
	if len(whole) > 2 && whole != "100" {
		return 0, false
	}
	p, ok := parseNumber(text)
	return p, ok && p <= 100
}

// maxDecimals is the number of digits that a bound may have after the point.
const maxDecimals = 10

func parseNumber(text string) (float64, bool) {
	whole, fraction, point := strings.Cut(text, ".")
	if !digits(whole) || point && (!digits(fraction) || len(fraction) > maxDecimals) {
		return 0, false
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil
}

// digits reports whether text is one decimal digit or more.
func digits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}
