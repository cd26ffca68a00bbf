package oracle

import (
	"math/big"
)

// answer computes a statistic of the bucket, or reports that it is not
// available.
func (b *bucket) answer(st statistic) (Answer, bool) {
	if st.family.basic() {
		return b.basic(st.family)
	}
	d := b.distribution()
	if b.opaque || len(d) == 0 {
		return Answer{}, false
	}
	if st.percent {
		if d[0].value < 0 { // percentages know no negative samples
			return Answer{}, false
		}
		return b.byRank(st, d)
	}
	d = d.nonNegative()
	if len(d) == 0 {
		return Answer{}, false
	}
	return byValue(st, d)
}

func (f family) basic() bool {
	_, ok := basicStatistic(string(f))
	return ok
}

func (b *bucket) basic(f family) (Answer, bool) {
	switch f {
	case sampleCount:
		return exactly(b.count, b.count), true
	case sum:
		return exactly(b.sum, b.magnitude), true
	case minimum:
		return exactly(rat(b.min), new(big.Rat)), true
	case maximum:
		return exactly(rat(b.max), new(big.Rat)), true
	}
	if b.count.Sign() == 0 { // only values of weight 0: there is no mean
		return Answer{}, false
	}
	return exactly(new(big.Rat).Quo(b.sum, b.count), new(big.Rat).Quo(b.magnitude, b.count)), true
}

// exactly is an answer with one reading; scale is what rounding errors are
// relative to.
func exactly(r, scale *big.Rat) Answer {
	v, s := float(r), float(scale)
	return Answer{Exact: v, Low: v, High: v, Slack: Rounding * s}
}

func float(r *big.Rat) float64 {
	f, _ := r.Float64()
	return f
}

// byRank evaluates a statistic whose bounds are percentages.
func (b *bucket) byRank(st statistic, d distribution) (Answer, bool) {
	low, high := new(big.Rat), d.total()
	if st.low != nil {
		low = d.rank(st.low)
	}
	if st.high != nil {
		high = d.rank(st.high)
	}
	from, to := d.valueAt(low, st.low), d.valueAt(high, st.high)
	var all []*big.Rat
	switch st.family {
	case percentile:
		all = b.percentile(st, d)
	case winsorizedMean:
		all = []*big.Rat{mean(d.clampedSum(from, to), d.total())}
	default:
		all = []*big.Rat{
			st.of(d.part(low, high, false)), // the chosen reading
			st.of(d.part(low, high, true)),
			st.of(d.between(from, to)),
		}
	}
	a, ok := readings(d, all...)
	a.Open = a.Low != a.High
	return a, ok
}

// percentile is the value at the rank. p0 and p100 are Minimum and Maximum,
// which differ from the ends of the distribution when those come from a
// statistic set or from values of weight 0.
func (b *bucket) percentile(st statistic, d distribution) []*big.Rat {
	value := rat(d[d.at(d.rank(st.high))].value)
	switch {
	case st.high.Sign() == 0:
		return []*big.Rat{rat(b.min), value}
	case st.high.Cmp(big.NewRat(100, 1)) == 0:
		return []*big.Rat{rat(b.max), value}
	}
	return []*big.Rat{value}
}

// valueAt is the value at a rank, nil for the bound that is open.
func (d distribution) valueAt(rank, bound *big.Rat) *big.Rat {
	if bound == nil {
		return nil
	}
	return rat(d[d.at(rank)].value)
}

// byValue evaluates a statistic whose bounds are values. The further readings
// are those of a server that keeps values only within the width of a bin.
func byValue(st statistic, d distribution) (Answer, bool) {
	if st.family == winsorizedMean {
		return readings(d, mean(d.clampedSum(st.low, st.high), d.total()))
	}
	answers := []*big.Rat{st.within(d, st.low, st.high)}
	for _, l := range blurred(st.low) {
		for _, h := range blurred(st.high) {
			answers = append(answers, st.within(d, l, h))
		}
	}
	return readings(d, answers...)
}

func (st statistic) within(d distribution, low, high *big.Rat) *big.Rat {
	kept := d.between(low, high)
	if st.family == percentileRank {
		share := mean(kept.total(), d.total())
		return share.Mul(share, big.NewRat(100, 1))
	}
	return st.of(kept)
}

// blurred moves a bound down and up by the width of a bin: of the values that
// share a bin with it, a histogram (section 6 accepts one) cannot tell which are
// on which side.
func blurred(bound *big.Rat) []*big.Rat {
	if bound == nil {
		return []*big.Rat{nil}
	}
	width := new(big.Rat).Mul(bound, rat(binWidth))
	return []*big.Rat{new(big.Rat).Sub(bound, width), new(big.Rat).Add(bound, width)}
}

// of is the trimmed mean, count or sum of what was kept; the mean of nothing
// is nil.
func (st statistic) of(kept distribution) *big.Rat {
	switch st.family {
	case trimmedCount:
		return kept.total()
	case trimmedSum:
		return kept.sum()
	}
	return mean(kept.sum(), kept.total())
}

func mean(sum, count *big.Rat) *big.Rat {
	if count.Sign() == 0 {
		return nil
	}
	return new(big.Rat).Quo(sum, count)
}

// readings makes an answer of the chosen reading, the first, and the others.
func readings(d distribution, all ...*big.Rat) (Answer, bool) {
	if all[0] == nil {
		return Answer{}, false
	}
	a := exactly(all[0], new(big.Rat).Abs(all[0]))
	a.Distribution, a.Distinct = true, len(d)
	for _, other := range all {
		if other != nil {
			a.Low, a.High = min(a.Low, float(other)), max(a.High, float(other))
		}
	}
	return a, true
}
