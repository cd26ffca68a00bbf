package oracle

import (
	"math/big"
	"regexp"
	"strings"
)

// family is a statistic without its numbers.
type family string

const (
	sampleCount family = "SampleCount"
	sum         family = "Sum"
	average     family = "Average"
	minimum     family = "Minimum"
	maximum     family = "Maximum"

	percentile     family = "p"
	trimmedMean    family = "tm"
	winsorizedMean family = "wm"
	trimmedCount   family = "tc"
	trimmedSum     family = "ts"
	percentileRank family = "pr"
)

// statistic is one parsed name. A nil bound is open.
type statistic struct {
	family    family
	percent   bool // the bounds are percentages, else values
	low, high *big.Rat
}

// basicStatistic parses one of the five names of the Statistic enumeration.
func basicStatistic(name string) (statistic, bool) {
	switch f := family(name); f {
	case sampleCount, sum, average, minimum, maximum:
		return statistic{family: f}, true
	}
	return statistic{}, false
}

// extendedStatistic parses pNN, tmNN and its like, IQM, and the range forms.
func extendedStatistic(name string) (statistic, bool) {
	if name == "IQM" {
		return statistic{family: trimmedMean, percent: true, low: big.NewRat(25, 1), high: big.NewRat(75, 1)}, true
	}
	if i := strings.IndexByte(name, '('); i >= 0 && strings.HasSuffix(name, ")") {
		return rangeStatistic(name[:i], name[i+1:len(name)-1])
	}
	return shortStatistic(name)
}

// shortStatistic parses the lower-case forms with exactly one number.
func shortStatistic(name string) (statistic, bool) {
	for _, f := range []family{trimmedMean, winsorizedMean, trimmedCount, trimmedSum, percentile} {
		digits, ok := strings.CutPrefix(name, string(f))
		if !ok {
			continue
		}
		high, ok := percentage(digits)
		return statistic{family: f, percent: true, high: high}, ok
	}
	return statistic{}, false
}

// rangeStatistic parses the bounds of TM, WM, TC, TS or PR.
func rangeStatistic(letters, bounds string) (statistic, bool) {
	st := statistic{family: family(strings.ToLower(letters)), percent: strings.Contains(bounds, "%")}
	switch letters {
	case "TM", "WM", "TC", "TS":
	case "PR":
		if st.percent {
			return statistic{}, false
		}
	default:
		return statistic{}, false
	}
	from, to, found := strings.Cut(bounds, ":")
	if !found || (from == "" && to == "") {
		return statistic{}, false
	}
	var okLow, okHigh bool
	st.low, okLow = st.bound(from)
	st.high, okHigh = st.bound(to)
	ordered := st.low == nil || st.high == nil || st.low.Cmp(st.high) < 0
	return st, okLow && okHigh && ordered
}

// bound parses one side of a range; the empty side is open.
func (st statistic) bound(text string) (*big.Rat, bool) {
	if text == "" {
		return nil, true
	}
	if !st.percent {
		return decimal(text)
	}
	digits, ok := strings.CutSuffix(text, "%")
	if !ok {
		return nil, false
	}
	return percentage(digits)
}

func percentage(digits string) (*big.Rat, bool) {
	r, ok := decimal(digits)
	return r, ok && r.Cmp(big.NewRat(100, 1)) <= 0
}

var decimalText = regexp.MustCompile(`^[0-9]+(\.[0-9]{1,10})?$`)

// decimal parses a non-negative number with at most ten decimals.
func decimal(digits string) (*big.Rat, bool) {
	if !decimalText.MatchString(digits) {
		return nil, false
	}
	return new(big.Rat).SetString(digits)
}

// parseStatistic parses the Stat of a MetricStat, which may be of both kinds.
func parseStatistic(name string) (statistic, bool) {
	if st, ok := basicStatistic(name); ok {
		return st, true
	}
	return extendedStatistic(name)
}
