package tally_test

import (
	"testing"
	"time"

	"skywatch/rules"
	"skywatch/rules/tally"
)

// BenchmarkRouted is what an event costs that matched one rule, and one that
// matched ten; BenchmarkAttempted what an attempt costs.
func BenchmarkRouted(b *testing.B) {
	for name, matched := range map[string][]string{"none": nil, "one": {"a"}, "ten": {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}} {
		b.Run(name, func(b *testing.B) {
			c := tally.New(tally.Options{To: &memory{}})
			r := routed("default", noon, matched...)
			b.ReportAllocs()
			for b.Loop() {
				c.Routed(r)
			}
		})
	}
}

func BenchmarkAttempted(b *testing.B) {
	c := tally.New(tally.Options{To: &memory{}})
	d := attempt(rule("default", "a"), 1, 3*time.Millisecond, time.Millisecond)
	b.ReportAllocs()
	for b.Loop() {
		c.Attempted(d, nil)
	}
}

func BenchmarkPut(b *testing.B) {
	c := tally.New(tally.Options{To: &memory{}})
	p := rules.Put{Tenant: tenant, At: noon, Took: time.Millisecond, Entries: 10, Bytes: 4000}
	b.ReportAllocs()
	for b.Loop() {
		c.Put(p)
	}
}
