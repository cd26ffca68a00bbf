package sigv4_test

import (
	"fmt"
	"testing"
	"time"

	"skywatch/api/sigv4"
)

// TestUnknownKeyTakesAsLong compares the best times of a known key with a
// wrong signature and of an unknown key, each for an id and region that was
// not seen before and then again. The bound is wide, for busy machines: to
// leave out the signature would be a factor of three and more.
func TestUnknownKeyTakesAsLong(t *testing.T) {
	v := sigv4.New(sigv4.Options{})
	best := func(known bool, id string) (first, again time.Duration) {
		keys := func(string) (sigv4.Key, bool) { return sigv4.Key{Secret: "x"}, known }
		first, again = time.Hour, time.Hour
		for i := range 2000 {
			req := plain().received(t)
			edit("AKIDEXAMPLE", fmt.Sprint(id, i))(req)
			for _, d := range []*time.Duration{&first, &again} {
				start := time.Now()
				_, err := v.Verify(req, keys, noon)
				*d = min(*d, time.Since(start))
				if err == nil {
					t.Fatal("accepted")
				}
			}
		}
		return first, again
	}
	var report string
	for try := range 5 {
		known, knownAgain := best(true, fmt.Sprint("known", try))
		unknown, unknownAgain := best(false, fmt.Sprint("unkno", try))
		report = fmt.Sprint("known ", known, knownAgain, ", unknown ", unknown, unknownAgain)
		if near(known, unknown) && near(knownAgain, unknownAgain) {
			t.Log(report)
			return
		}
	}
	t.Error(report)
}

func near(a, b time.Duration) bool { return float64(max(a, b)) < 1.3*float64(min(a, b)) }

func BenchmarkVerify(b *testing.B) {
	for _, s := range samples(b) {
		switch s.name {
		case "go-v2-PutMetricData", "cli-PutMetricData", "botocore-presigned-query-ListMetrics":
		default:
			continue
		}
		b.Run(s.name, func(b *testing.B) {
			v, keys := sigv4.New(sigv4.Options{}), sampleKeys(s.req)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := v.Verify(s.req, keys, s.at); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
