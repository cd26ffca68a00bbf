package pattern

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// benchEvent is 677 bytes with 20 leaves, as the specification's measurements.
const benchEvent = `{"version":"0","id":"0b1c2d3e-1111-4222-8333-444455556666","detail-type":"EC2 Instance State-change Notification","source":"app.s42","account":"123456789012","time":"2026-03-04T05:06:07Z","region":"eu-west-1","resources":["arn:aws:ec2:eu-west-1:123456789012:instance/i-0aa11bb22cc33dd44"],"detail":{"instance-id":"i-00004242","state":"stopped","previous":"running","type":"m5.large","ip":"10.4.7.42","count":42,"load":0.75,"path":"/var/log/app/42/out.log","owner":"Team-Blue","zone":"eu-west-1a","tags":{"env":"production","tier":"frontend","cost":"cc-1042"},"message":"instance stopped by operator request after the maintenance window closed; next check due in one hour, ok"}}`

func TestBenchEvent(t *testing.T) {
	t.Parallel()
	e := newOracleEvent([]byte(benchEvent))
	leaves := 0
	for _, l := range e.leaves {
		leaves += len(l)
	}
	if len(benchEvent) != 677 || leaves < 20 {
		t.Errorf("the event has %d bytes and %d leaves", len(benchEvent), leaves)
	}
}

var states = []string{"pending", "running", "stopping", "stopped", "terminated"}

// exactRule names a source of 1,000 and one to three fields of the detail.
func exactRule(g *rand.Rand) string {
	var d []string
	d = append(d, fmt.Sprintf(`"instance-id":["i-%08d"]`, g.IntN(200_000)))
	if g.IntN(2) == 0 {
		d = append(d, fmt.Sprintf(`"state":[%q,%q]`, states[g.IntN(5)], states[g.IntN(5)]))
	}
	if g.IntN(2) == 0 {
		d = append(d, fmt.Sprintf(`"type":["m%d.large"]`, g.IntN(9)))
	}
	return fmt.Sprintf(`{"source":["app.s%d"],"detail":{%s}}`, g.IntN(1000), strings.Join(d, ","))
}

// mixedRule is 70 % exact, 15 % prefix, 15 % anything-but; all name a source.
func mixedRule(g *rand.Rand) string {
	switch n := g.IntN(100); {
	case n < 70:
		return exactRule(g)
	case n < 85:
		return fmt.Sprintf(`{"source":["app.s%d"],"detail":{"instance-id":[{"prefix":"i-%05d"}]}}`, g.IntN(1000), g.IntN(20_000))
	}
	return fmt.Sprintf(`{"source":["app.s%d"],"detail":{"state":[{"anything-but":[%q,%q]}]}}`, g.IntN(1000), states[g.IntN(5)], states[g.IntN(5)])
}

// vagueRule has no exact field: one to three of the other operators.
func vagueRule(g *rand.Rand) string {
	all := []func() string{
		func() string { return fmt.Sprintf(`"instance-id":[{"prefix":"i-%05d"}]`, g.IntN(20_000)) },
		func() string { return fmt.Sprintf(`"path":[{"suffix":"/%d/out.log"}]`, g.IntN(2000)) },
		func() string { return fmt.Sprintf(`"state":[{"anything-but":[%q]}]`, states[g.IntN(5)]) },
		func() string { return fmt.Sprintf(`"path":[{"wildcard":"/var/*/app%d/*.log"}]`, g.IntN(2000)) },
		func() string {
			n := g.IntN(100_000)
			return fmt.Sprintf(`"count":[{"numeric":[">=",%d,"<",%d]}]`, n, n+50)
		},
		func() string { return `"owner":[{"exists":true}]` },
		func() string { return fmt.Sprintf(`"ip":[{"cidr":"10.%d.%d.0/24"}]`, g.IntN(256), g.IntN(256)) },
		func() string { return fmt.Sprintf(`"owner":[{"equals-ignore-case":"TEAM-%d"}]`, g.IntN(2000)) },
		func() string { return fmt.Sprintf(`"message":[{"wildcard":"*operator%d*"}]`, g.IntN(2000)) },
	}
	// At least one that few events satisfy, as real rules have.
	fields := []string{}
	for len(fields) == 0 {
		g.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		seen := map[string]bool{}
		narrow := false
		for _, f := range all[:1+g.IntN(3)] {
			s := f()
			name, rest, _ := strings.Cut(s, ":")
			if !seen[name] {
				seen[name] = true
				fields = append(fields, s)
				narrow = narrow || !strings.Contains(rest, "exists") && !strings.Contains(rest, "anything-but")
			}
		}
		if !narrow {
			fields = fields[:0]
		}
	}
	return fmt.Sprintf(`{"detail":{%s}}`, strings.Join(fields, ","))
}

// wideRule is satisfied by most events; there is nothing to find it by.
func wideRule(g *rand.Rand) string {
	return fmt.Sprintf(`{"detail":{"state":[{"anything-but":["stopped","x%d"]}],"owner":[{"exists":true}]}}`, g.IntN(100_000))
}

func compiled(b testing.TB, n int, rule func(*rand.Rand) string) []*Pattern {
	b.Helper()
	g := rand.New(rand.NewPCG(1, 2))
	all := make([]*Pattern, n)
	for i := range all {
		text := rule(g)
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
	for _, mix := range []struct {
		name  string
		rule  func(*rand.Rand) string
		sizes []int
	}{
		{"exact", exactRule, []int{1000, 10_000, 100_000}},
		{"mixed", mixedRule, []int{1000, 10_000, 100_000}},
		{"vague", vagueRule, []int{1000, 10_000}},
		{"wide", wideRule, []int{1000, 10_000}},
	} {
		for _, n := range mix.sizes {
			b.Run(fmt.Sprintf("%s/%d", mix.name, n), func(b *testing.B) { benchMatch(b, n, mix.rule) })
		}
	}
}

// benchEvents are variants of the event, so that not always the same rules are
// tried.
func benchEvents() [][]byte {
	g := rand.New(rand.NewPCG(3, 4))
	all := make([][]byte, 1024)
	for i := range all {
		all[i] = []byte(strings.NewReplacer(
			"app.s42", fmt.Sprintf("app.s%d", g.IntN(1000)),
			"i-00004242", fmt.Sprintf("i-%08d", g.IntN(200_000)),
			"10.4.7.42", fmt.Sprintf("10.%d.%d.7", g.IntN(256), g.IntN(256)),
			`"count":42`, fmt.Sprintf(`"count":%d`, g.IntN(100_000)),
			"app/42/out", fmt.Sprintf("app/%d/out", g.IntN(2000)),
		).Replace(benchEvent))
	}
	return all
}

func benchMatch(b *testing.B, n int, rule func(*rand.Rand) string) {
	s := NewSet[int]()
	for i, p := range compiled(b, n, rule) {
		s.Put(i, p)
	}
	events := benchEvents()
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
	for name, rule := range map[string]func(*rand.Rand) string{"exact": exactRule, "mixed": mixedRule, "vague": vagueRule} {
		b.Run(name, func(b *testing.B) { benchPut(b, rule) })
	}
}

func benchPut(b *testing.B, rule func(*rand.Rand) string) {
	const size = 100_000
	s := NewSet[int]()
	for i, p := range compiled(b, size, rule) {
		s.Put(i, p)
	}
	g := rand.New(rand.NewPCG(5, 6))
	texts := make([]string, 10_000)
	for i := range texts {
		texts[i] = rule(g)
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
	for name, rule := range map[string]func(*rand.Rand) string{"exact": exactRule, "mixed": mixedRule, "vague": vagueRule} {
		b.Run(name, func(b *testing.B) {
			const n = 100_000
			for b.Loop() {
				before := heap()
				s := NewSet[int]()
				for i, p := range compiled(b, n, rule) {
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
