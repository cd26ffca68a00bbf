package oracle

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// expanded is the plain sorted list of values behind whole counts.
func expanded(d Datum, copies int) []float64 {
	var list []float64
	for i, v := range d.Values {
		list = append(list, slices.Repeat([]float64{v}, int(d.Counts[i])*copies)...)
	}
	slices.Sort(list)
	return list
}

// The statistics of whole counts are those of the sorted list: a percentile
// its element, a trimmed mean the mean of its middle. A list with a hundred
// copies of each value is cut between elements at every whole percentage.
func TestDefinitionsOnSortedLists(t *testing.T) {
	t.Parallel()
	const seed = 20260310
	r := rand.New(rand.NewPCG(seed, 0))
	for range 60 {
		d := Datum{MetricName: "m"}
		for range 1 + r.IntN(6) {
			d.Values = append(d.Values, float64(r.IntN(40)))
			d.Counts = append(d.Counts, float64(1+r.IntN(4)))
		}
		a := r.IntN(99)
		b := a + 1 + r.IntN(100-a)
		list, fine := expanded(d, 1), expanded(d, 100)
		part := fine[len(fine)*a/100 : len(fine)*b/100]
		total := 0.0
		for _, v := range part {
			total += v
		}
		wants := map[string]float64{
			fmt.Sprintf("p%d", b):              list[int(math.Ceil(float64(len(list)*b)/100))-1],
			fmt.Sprintf("TM(%d%%:%d%%)", a, b): total / float64(len(part)),
			fmt.Sprintf("TC(%d%%:%d%%)", a, b): float64(len(part)) / 100,
			fmt.Sprintf("TS(%d%%:%d%%)", a, b): total / 100,
		}
		for name, want := range wants {
			if got := evaluated(t, name, d); math.Abs(got.Exact-want) > 1e-9 {
				t.Errorf("%s of %v: %v, want %v", name, list, got, want)
			}
		}
	}
}

// A period that all the tiers can give has the same answer from each.
func TestTiersAgree(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 0))
	var data []Datum
	for range 300 {
		data = append(data, point(clock(9, r.IntN(60), r.IntN(60)), float64(r.IntN(1000))/8))
	}
	m := given(t, noon, data...)
	in := statisticsOf(clock(9, 0, 0), clock(10, 0, 0), 3600, "Sum", "SampleCount", "Minimum", "Maximum", "Average")
	in.ExtendedStatistics = []string{"p50", "tm90", "PR(:60)"}
	fresh, errs := m.GetMetricStatistics(noon, tenant, in)
	if errs != nil || len(fresh.Datapoints) != 1 {
		t.Fatal(fresh, errs)
	}
	for _, age := range []int{20, 100, 400} {
		old, _ := m.GetMetricStatistics(noon.AddDate(0, 0, age), tenant, in)
		if fmt.Sprint(old) != fmt.Sprint(fresh) {
			t.Errorf("after %d days: %v, want %v", age, old, fresh)
		}
	}
}
