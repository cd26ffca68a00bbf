package pattern

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"
	"time"

	"skywatch/bench/patterns"
)

func TestBenchEvent(t *testing.T) {
	t.Parallel()
	e := newOracleEvent([]byte(patterns.Event))
	leaves := 0
	for _, l := range e.leaves {
		leaves += len(l)
	}
	if len(patterns.Event) != 677 || leaves < 20 {
		t.Errorf("the event has %d bytes and %d leaves", len(patterns.Event), leaves)
	}
}

func compiled(b testing.TB, n int, mix patterns.Mix) []*Pattern {
	b.Helper()
	all := make([]*Pattern, n)
	for i, text := range mix.Texts(n) {
		p, err := Compile([]byte(text))
		if err != nil {
			b.Fatalf("%s: %v", text, err)
		}
		all[i] = p
	}
	return all
}

// cpu is the processor time of the process so far; it counts on a machine that
// others use, too.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkMatch(b *testing.B) {
	for _, m := range []struct {
		patterns.Mix
		sizes []int
	}{
		{patterns.Exact, []int{1000, 10_000, 100_000}},
		{patterns.Mixed, []int{1000, 10_000, 100_000}},
		{patterns.Vague, []int{1000, 10_000}},
		{patterns.Wide, []int{1000, 10_000}},
	} {
		for _, n := range m.sizes {
			b.Run(fmt.Sprintf("%s/%d", m.Name, n), func(b *testing.B) { benchMatch(b, n, m.Mix) })
		}
	}
}

func benchMatch(b *testing.B, n int, mix patterns.Mix) {
	s := NewSet[int]()
	for i, p := range compiled(b, n, mix) {
		s.Put(i, p)
	}
	events := patterns.Events(1024)
	var (
		dst   []int
		found int
		err   error
	)
	b.ReportAllocs()
	b.ResetTimer()
	start := cpu()
	for i := 0; b.Loop(); i++ {
		if dst, err = s.Match(events[i%len(events)], dst[:0]); err != nil {
			b.Fatal(err)
		}
		found += len(dst)
	}
	b.ReportMetric(float64(cpu()-start)/float64(b.N), "cpu-ns/op")
	b.ReportMetric(float64(found)/float64(b.N), "found/op")
}

// BenchmarkPut adds rules to a set of 100,000, compiling included. Every 10,000
// are taken out again, which does not count.
func BenchmarkPut(b *testing.B) {
	for _, mix := range []patterns.Mix{patterns.Exact, patterns.Mixed, patterns.Vague} {
		b.Run(mix.Name, func(b *testing.B) { benchPut(b, mix) })
	}
}

func benchPut(b *testing.B, mix patterns.Mix) {
	const size = 100_000
	s := NewSet[int]()
	for i, p := range compiled(b, size, mix) {
		s.Put(i, p)
	}
	g := rand.New(rand.NewPCG(5, 6))
	texts := make([]string, 10_000)
	for i := range texts {
		texts[i] = mix.Rule(g)
	}
	b.ReportAllocs()
	b.ResetTimer()
	var spent time.Duration
	start := cpu()
	for i := 0; b.Loop(); i++ {
		p, err := Compile([]byte(texts[i%len(texts)]))
		if err != nil {
			b.Fatal(err)
		}
		s.Put(size+i%len(texts), p)
		if (i+1)%len(texts) == 0 {
			b.StopTimer()
			spent += cpu() - start
			for j := range texts {
				s.Delete(size + j)
			}
			start = cpu()
			b.StartTimer()
		}
	}
	spent += cpu() - start
	b.ReportMetric(float64(b.N)/spent.Seconds(), "rules/cpu-s")
}

// BenchmarkMemory reports the bytes that a rule occupies in a set.
func BenchmarkMemory(b *testing.B) {
	for _, mix := range []patterns.Mix{patterns.Exact, patterns.Mixed, patterns.Vague} {
		b.Run(mix.Name, func(b *testing.B) {
			const n = 100_000
			for b.Loop() {
				before := heap()
				s := NewSet[int]()
				for i, p := range compiled(b, n, mix) {
					s.Put(i, p)
				}
				b.ReportMetric(float64(heap()-before)/n, "B/rule")
				runtime.KeepAlive(s)
			}
		})
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
