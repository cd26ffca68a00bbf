package sketch

import "testing"

func BenchmarkAdd(b *testing.B) {
	for name, n := range sizes() {
		b.Run(name, func(b *testing.B) {
			d := latencies(n)
			b.ReportAllocs()
			for i := range b.N {
				d.Add(float64(i%16+1), 1)
			}
		})
	}
}

func BenchmarkMerge(b *testing.B) {
	for name, n := range sizes() {
		b.Run(name, func(b *testing.B) {
			d, o := latencies(n), latencies(n)
			b.ReportAllocs()
			for range b.N {
				d.Merge(o)
			}
		})
	}
}

func BenchmarkAppendBinary(b *testing.B) {
	for name, n := range sizes() {
		b.Run(name, func(b *testing.B) {
			d := latencies(n)
			var buf []byte
			b.ReportAllocs()
			for range b.N {
				buf = d.AppendBinary(buf[:0])
			}
			b.ReportMetric(float64(len(buf)), "bytes")
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	for name, n := range sizes() {
		b.Run(name, func(b *testing.B) {
			form := latencies(n).AppendBinary(nil)
			b.ReportAllocs()
			for range b.N {
				if _, _, err := Decode(form); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkPercentile(b *testing.B) {
	for name, n := range sizes() {
		b.Run(name, func(b *testing.B) {
			v := latencies(n).Within(1, 1100)
			b.ReportAllocs()
			for range b.N {
				_, _ = v.Percentile(99)
			}
		})
	}
}

func sizes() map[string]int {
	return map[string]int{"few": 6, "exact": MaxExact, "bins": 1000}
}
