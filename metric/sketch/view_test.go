package sketch

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// multiset answers the questions of a View from all values kept, slowly.
type multiset []pair

func newMultiset(ps []pair) multiset {
	m := slices.Clone(ps)
	slices.SortFunc(m, func(a, b pair) int { return cmpFloat(a.value, b.value) })
	return m
}

func cmpFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (m multiset) total() (sum float64) {
	for _, p := range m {
		sum += p.weight
	}
	return sum
}

func (m multiset) percentile(p float64) float64 {
	rank, sum := p*m.total()/100, 0.0
	for _, x := range m {
		if sum += x.weight; sum >= rank-slack*m.total() {
			return x.value
		}
	}
	return m[len(m)-1].value
}

func (m multiset) betweenPercent(a, b float64) (weight, sum float64) {
	lo, hi, at := a*m.total()/100, b*m.total()/100, 0.0
	for _, x := range m {
		from, to := math.Max(at, lo), math.Min(at+x.weight, hi)
		at += x.weight
		if to > from {
			weight += to - from
			sum += (to - from) * x.value
		}
	}
	return weight, sum
}

func (m multiset) between(lo, hi float64) (weight, sum float64) {
	for _, x := range m {
		if lo < x.value && x.value <= hi {
			weight += x.weight
			sum += x.weight * x.value
		}
	}
	return weight, sum
}

func (m multiset) view() View { return of(m).Within(m[0].value, m[len(m)-1].value) }

// near reports whether got is within the relative tolerance of want.
func near(got, want, tolerance float64) bool {
	return got == want || math.Abs(got-want) <= tolerance*math.Abs(want)+1e-300
}

func (m multiset) tolerance() float64 {
	if of(m).Exact() {
		return 1e-12
	}
	return RelativeAccuracy + 1e-9
}

func drawMultiset(t *rapid.T) multiset {
	m := newMultiset(values(t, "values"))
	if len(m) == 0 {
		m = multiset{{1, 1}}
	}
	return m
}

func percents() *rapid.Generator[float64] {
	return rapid.OneOf(
		rapid.SampledFrom([]float64{0, 1, 50, 90, 99, 99.9, 99.9999999999, 100}),
		rapid.Float64Range(0, 100),
	)
}

func TestPercentile(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawMultiset(t)
		p := percents().Draw(t, "p")
		got, ok := m.view().Percentile(p)
		if want := m.percentile(p); !ok || !near(got, want, m.tolerance()) {
			t.Fatalf("p%v is %v, %v; want %v", p, got, ok, want)
		}
	})
}

func TestBetweenPercent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawMultiset(t)
		a, b := percents().Draw(t, "a"), percents().Draw(t, "b")
		if a > b {
			a, b = b, a
		}
		cut := m.view().BetweenPercent(a, b)
		weight, sum := m.betweenPercent(a, b)
		if !near(cut.Sum, sum, 2*m.tolerance()) || math.Abs(cut.Weight-weight) > 1e-9*m.total() {
			t.Fatalf("%v%%..%v%%: weight %v and sum %v, want %v and %v", a, b, cut.Weight, cut.Sum, weight, sum)
		}
		if all := cut.Below + cut.Weight + cut.Above; math.Abs(all-m.total()) > 1e-9*m.total() {
			t.Fatalf("the three parts are %v of %v", all, m.total())
		}
	})
}

func TestBetween(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawMultiset(t)
		v := m.view()
		x := rapid.OneOf(rapid.SampledFrom(m), rapid.Just(pair{value: math.Inf(-1)})).Draw(t, "lo").value
		y := rapid.OneOf(rapid.SampledFrom(m), rapid.Just(pair{value: math.Inf(1)})).Draw(t, "hi").value
		if x > y {
			x, y = y, x
		}
		cut := v.Between(x, y)
		// What a bin at either bound holds may be on the wrong side.
		const e = 2.1 * RelativeAccuracy
		least, _ := m.between(x*(1+e), y*(1-e))
		most, _ := m.between(x*(1-e)-1e-300, y*(1+e)+1e-300)
		if of(m).Exact() {
			least, _ = m.between(x, y)
			most = least
		}
		if cut.Weight < least-1e-9*m.total() || cut.Weight > most+1e-9*m.total() {
			t.Fatalf("(%v, %v] has weight %v, want %v to %v", x, y, cut.Weight, least, most)
		}
		if mean, ok := cut.Mean(); ok && (mean < x*(1-1e-12) || mean > y*(1+1e-12)) {
			t.Fatalf("mean %v lies outside (%v, %v]", mean, x, y)
		}
		if all := cut.Below + cut.Weight + cut.Above; math.Abs(all-m.total()) > 1e-9*m.total() {
			t.Fatalf("the three parts are %v of %v", all, m.total())
		}
	})
}

// TestCuts tells what the cuts mean on ten samples and on ties.
func TestCuts(t *testing.T) {
	t.Parallel()
	ten := make(multiset, 10)
	for i := range ten {
		ten[i] = pair{float64(i + 1), 1}
	}
	ties := multiset{{1, 50}, {2, 50}}
	mean := func(c Cut) float64 { m, _ := c.Mean(); return m }
	winsorized := func(c Cut) float64 { m, _ := c.Winsorized(); return m }
	share := func(c Cut) float64 { s, _ := c.Share(); return s }
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"tm90", mean(ten.view().BetweenPercent(0, 90)), 5},
		{"tm85 keeps half of the ninth", mean(ten.view().BetweenPercent(0, 85)), (36 + 4.5) / 8.5},
		{"TM(10%:90%)", mean(ten.view().BetweenPercent(10, 90)), 5.5},
		{"IQM splits the third and the eighth", mean(ten.view().BetweenPercent(25, 75)), (0.5*3 + 4 + 5 + 6 + 7 + 0.5*8) / 5},
		{"tc90 of ties", ties.view().BetweenPercent(0, 90).Weight, 90},
		{"ts90 of ties", ties.view().BetweenPercent(0, 90).Sum, 130},
		{"wm90", winsorized(ten.view().BetweenPercent(0, 90)), (45 + 9) / 10.0},
		{"WM(20%:80%)", winsorized(ten.view().BetweenPercent(20, 80)), (2*2 + 3 + 4 + 5 + 6 + 7 + 8 + 2*8) / 10.0},
		{"TM(2:5)", mean(ten.view().Between(2, 5)), 4},
		{"WM(2:5)", winsorized(ten.view().Between(2, 5)), (2*2 + 3 + 4 + 5 + 5*5) / 10.0},
		{"PR(2:5)", share(ten.view().Between(2, 5)), 30},
		{"PR(:5)", share(ten.view().Between(math.Inf(-1), 5)), 50},
		{"PR(5:)", share(ten.view().Between(5, math.Inf(1))), 50},
	} {
		if math.Abs(c.got-c.want) > 1e-12 {
			t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestNothingKept(t *testing.T) {
	t.Parallel()
	v := New().Within(0, 0)
	if _, ok := v.Percentile(50); ok {
		t.Error("percentile of nothing")
	}
	for _, c := range []Cut{v.BetweenPercent(0, 100), v.Between(0, 1)} {
		_, mean := c.Mean()
		_, winsorized := c.Winsorized()
		_, share := c.Share()
		if mean || winsorized || share {
			t.Errorf("%+v has a mean, a winsorized mean or a share", c)
		}
	}
}

// TestRanksAreNotMovedByRounding holds p to the rule for every whole percent:
// of 1..100, each seen once, pN is N.
func TestRanksAreNotMovedByRounding(t *testing.T) {
	t.Parallel()
	for _, w := range []float64{1, 0.1, 3} {
		m := make(multiset, 50)
		for i := range m {
			m[i] = pair{float64(i + 1), w}
		}
		for p := 2; p <= 100; p += 2 {
			if got, _ := m.view().Percentile(float64(p)); got != float64(p/2) {
				t.Errorf("weight %v: p%d is %v, want %v", w, p, got, p/2)
			}
		}
	}
}
