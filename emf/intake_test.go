package emf_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"skywatch/emf"
	"skywatch/ingest"
	"skywatch/metric"
)

// store is an ingest.Appender that keeps what it is given, and after some appends
// takes nothing.
type store struct {
	left    int
	batches []int
	sums    map[string]float64
}

func (s *store) Append(_ context.Context, samples []metric.Sample) error {
	if s.left == 0 {
		return errors.New("the disk is full")
	}
	s.left--
	s.batches = append(s.batches, len(samples))
	for _, one := range samples {
		s.sums[one.ID.Name] += one.Set.Sum
	}
	return nil
}

func newIntake(appends int) (*emf.Intake, *store) {
	s := &store{left: appends, sums: map[string]float64{}}
	return &emf.Intake{Rules: ingest.New(nil, ingest.Options{}), To: s}, s
}

func take(t interface{ Context() context.Context }, in *emf.Intake, texts ...string) (emf.Tally, error) {
	return in.Take(t.Context(), now, tenant, len(texts), func(i int) string { return texts[i] })
}

func TestTake(t *testing.T) {
	t.Parallel()
	in, to := newIntake(1)
	got, err := take(t, in, document(one, `"D":"d","M":1`), "plain", `{"_aws":`, document(one, `"M":1`), document(one, `"D":"d","M":[2,3]`))
	if want := (emf.Tally{Taken: 2, ParsingErrors: 1, Invalid: 1}); err != nil || got != want || fmt.Sprint(to.batches) != "[2]" || to.sums["M"] != 6 {
		t.Errorf("%+v, %v, %v", got, err, to)
	}
	if got, err := take(t, in, "plain"); err != nil || got != (emf.Tally{}) || len(to.batches) != 1 {
		t.Errorf("nothing to keep: %+v, %v", got, err)
	}
	if _, err := take(t, in, document(one, `"D":"d","M":1`)); err == nil || to.sums["M"] != 6 {
		t.Errorf("the store fails: %v, %v", err, to)
	}
}

// What a document expands to is bounded, and so is what is kept at once.
func TestExpansion(t *testing.T) {
	t.Parallel()
	in, to := newIntake(10)
	wide := func(sets int) string { // 100 metrics of 100 values under each set
		value := strings.Repeat("v", 1000)
		metrics := strings.TrimSuffix(strings.Repeat(`{"Name":"M"},`, 100), ",")
		list := strings.TrimSuffix(strings.Repeat(`["a"],`, sets), ",")
		return document(`{"Namespace":"App","Dimensions":[`+list+`],"Metrics":[`+metrics+`]}`, `"M":`+numbers(100)+`,"a":"`+value+`"`)
	}
	if _, err := take(t, in, wide(10)); err != nil || len(to.batches) != 1 {
		t.Errorf("%v, %v", err, to.batches)
	}
	long := func(keys int) string {
		var set, members []string
		for i := range keys {
			set, members = append(set, fmt.Sprintf(`"k%d"`, i)), append(members, fmt.Sprintf(`"k%d":"%s"`, i, strings.Repeat("v", 1024)))
		}
		sets := strings.TrimSuffix(strings.Repeat("["+strings.Join(set, ",")+"],", 10), ",")
		metrics := strings.TrimSuffix(strings.Repeat(`{"Name":"M"},`, 100), ",")
		return document(`{"Namespace":"App","Dimensions":[`+sets+`],"Metrics":[`+metrics+`]}`, `"M":1,`+strings.Join(members, ","))
	}
	if got, err := take(t, in, long(30)); err != nil || got.Invalid != 1 {
		t.Errorf("30 MB: %+v, %v", got, err)
	}
	to.batches = nil
	three := long(3)
	if got, err := take(t, in, three, three, three, three, three); err != nil || got.Taken != 5 || len(to.batches) != 2 {
		t.Errorf("five of 3 MB: %+v, %v, %v", got, err, to.batches)
	}
}

// However documents, texts and broken documents are mixed, each document counts
// once, under each set.
func TestCountsAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		in, to := newIntake(1)
		var texts []string
		var want emf.Tally
		sum := 0
		for range rapid.IntRange(0, 20).Draw(rt, "texts") {
			switch rapid.IntRange(0, 3).Draw(rt, "kind") {
			case 0:
				texts = append(texts, rapid.StringMatching(`[a-z{}"_aws: ]{0,20}`).Draw(rt, "text")+"x")
			case 1:
				texts = append(texts, document(one, `"D":"d"`))
				want.Invalid++
			default:
				values := rapid.SliceOfN(rapid.IntRange(-9, 9), 1, 5).Draw(rt, "values")
				sets := rapid.IntRange(1, 3).Draw(rt, "sets")
				for _, v := range values {
					sum += v * sets
				}
				list := strings.TrimSuffix(strings.Repeat(`["D"],`, sets), ",")
				texts = append(texts, document(`{"Namespace":"App","Dimensions":[`+list+`],"Metrics":[{"Name":"M"}]}`, `"D":"d","M":`+strings.ReplaceAll(fmt.Sprint(values), " ", ",")))
				want.Taken++
			}
		}
		got, err := take(rt, in, texts...)
		want.ParsingErrors = got.ParsingErrors // of random texts
		if err != nil || got != want || to.sums["M"] != float64(sum) {
			rt.Errorf("%+v, want %+v; %v, sum %v, want %d", got, want, err, to.sums["M"], sum)
		}
	})
}
