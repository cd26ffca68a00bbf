package statsd_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"skywatch/ingest"
	"skywatch/metric"
	"skywatch/statsd"
)

// memory is an ingest.Appender that keeps what it is given, unless it fails.
type memory struct {
	mu      sync.Mutex
	failing bool
	got     []metric.Sample
}

func (m *memory) Append(_ context.Context, samples []metric.Sample) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failing {
		return errors.New("the disk is full")
	}
	m.got = append(m.got, samples...)
	return nil
}

func (m *memory) fail(failing bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failing = failing
}

// lines describes what was kept, sorted.
func (m *memory) lines() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []string
	for _, s := range m.got {
		line := fmt.Sprintf("%s %s %v %v", s.Time.Time().Format("15:04:05"), s.ID.Name, s.ID.Dimensions, s.Set)
		if s.Unit != metric.None {
			line += " " + s.Unit.String()
		}
		if s.HighResolution {
			line += " high"
		}
		slices.SortFunc(s.Values, func(a, b metric.Weight) int { return int(a.Value - b.Value) })
		if len(s.Values) > 0 {
			line += fmt.Sprintf(" %v", s.Values)
		}
		if s.Incomplete {
			line += " hidden"
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// rig is a service by a clock that stands still.
type rig struct {
	*statsd.Service
	to  *memory
	now time.Time
}

func newRig(interval time.Duration) *rig {
	r := &rig{to: &memory{}, now: noon}
	r.Service = statsd.New(statsd.Options{
		Rules: ingest.New(nil, ingest.Options{}), To: r.to, Tenant: metric.Tenant{Account: "123456789012", Region: "us-east-1"},
		Namespace: "StatsD", Interval: interval, Now: func() time.Time { return r.now }, Logger: slog.New(slog.DiscardHandler),
	})
	return r
}

func (r *rig) send(lines ...string) { r.Receive([]byte(strings.Join(lines, "\n"))) }

// pass lets time go by and has the service write.
func (r *rig) pass(t require, d time.Duration) {
	r.now = r.now.Add(d)
	if err := r.Flush(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// require is what *testing.T and *rapid.T have in common.
type require interface {
	Fatal(...any)
	Errorf(string, ...any)
}

func (r *rig) want(t require, want ...string) {
	if diff := cmp.Diff(want, r.to.lines()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTypes(t *testing.T) {
	t.Parallel()
	r := newRig(time.Minute)
	r.send("hits:1|c", "hits:2|c|@0.1", "hits:-3|c", "ones:1:1|c|@0.5\n\r\n")
	r.send("depth:5|g", "depth:+3|g", "depth:-1:-1|g", "below:-4|g")
	r.send("took:320|ms", "took:20|ms|@0.1", "took:320:7|ms", "size:8|h", "size:8|d|@0.25")
	r.send("users:ann|s", "users:bob|s\nusers:ann|s", "hits:1|c|#host:a,az:1", "hits:1|c|#az:1,host:a")
	r.want(t) // nothing, until the minute is over
	r.pass(t, 59*time.Second)
	r.want(t)
	r.pass(t, time.Second)
	first := []string{
		"12:00:00 below [] {1 -4 -4 -4}",
		"12:00:00 depth [] {1 6 6 6}",
		"12:00:00 hits [] {12 18 -3 2} hidden",
		"12:00:00 hits [{az 1} {host a}] {2 2 1 1}",
		"12:00:00 ones [] {4 4 1 1}",
		"12:00:00 size [] {5 40 8 8}",
		"12:00:00 took [] {13 847 7 320} Milliseconds [{7 1} {20 10} {320 2}]",
		"12:00:00 users [] {1 2 2 2}",
	}
	r.want(t, first...)
	r.pass(t, time.Minute)
	r.want(t, first...) // nothing came, nothing is written: a gauge neither
	r.send("depth:+1|g", "users:ann|s")
	r.pass(t, time.Minute)
	r.want(t, append(first, "12:02:00 depth [] {1 7 7 7}", "12:02:00 users [] {1 1 1 1}")...)
	r.pass(t, 61*time.Minute)
	r.send("depth:+1|g")
	r.pass(t, time.Minute)
	if got := r.to.lines(); got[len(got)-1] != "13:04:00 depth [] {1 1 1 1}" {
		t.Errorf("a gauge after an hour: %s", got[len(got)-1])
	}
	if got := r.Stats(); got.Lines != 21 || got.Refused != 0 || got.Metrics != 1 {
		t.Errorf("%+v", got)
	}
}

// Data of less than a minute are of high resolution, at the interval's begin,
// whenever it is asked for them.
func TestInterval(t *testing.T) {
	t.Parallel()
	r := newRig(10 * time.Second)
	r.send("a:1|c")
	r.now = noon.Add(9999 * time.Millisecond)
	r.send("a:2|c")
	r.now = noon.Add(10 * time.Second)
	r.send("a:4|c")
	r.pass(t, 25*time.Second)
	r.send("a:8|c")
	r.now = noon.Add(15 * time.Second) // the clock is set back
	r.send("a:16|c")
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	r.want(t, "12:00:00 a [] {2 3 1 2} high hidden", "12:00:10 a [] {1 16 16 16} high", "12:00:10 a [] {1 4 4 4} high", "12:00:30 a [] {1 8 8 8} high")
}

// A line that breaks a rule is refused alone.
func TestRefused(t *testing.T) {
	t.Parallel()
	r := newRig(time.Minute)
	many := make([]string, 31)
	for i := range many {
		many[i] = fmt.Sprintf("k%d:v", i)
	}
	bad := []string{
		"a:1", "a:1|c|#k:", "a:1|c|#k:é", "a:1|c|#k:1,k:2", "a:1|c|#:v", "a:1|c|#" + strings.Join(many, ","), strings.Repeat("n", 256) + ":1|c",
		"é:1|c", " :1|c", "g:1|c", "a:1|g",
	}
	r.send("g:2|g", "a:1|c", "a:1|c|#"+strings.Join(many[:30], ","))
	for _, line := range bad {
		r.send(line, "a:1|c")
	}
	r.send("g:2e108|g", "g:+2e108|g") // beyond 2^360 together
	r.pass(t, time.Minute)
	if got := r.Stats(); got.Refused != int64(len(bad))+1 || got.Lines != int64(len(bad))+4 {
		t.Errorf("%+v of %d bad lines", got, len(bad)+1)
	}
	if got := r.to.lines(); len(got) != 3 || got[0] != "12:00:00 a [] {12 12 1 1}" {
		t.Errorf("%v", got)
	}
}

// Memory is bounded: in metrics, in values of timers and in members of sets. What
// does not fit is refused, or has no percentiles, and the rest counts.
func TestFull(t *testing.T) {
	t.Parallel()
	r := newRig(time.Minute)
	for i := range statsd.MaxMetrics + 2 {
		r.send(fmt.Sprintf("m%d:1|c", i))
	}
	r.send("m0:1|c")
	if got := r.Stats(); got.Metrics != statsd.MaxMetrics || got.Refused != 2 {
		t.Errorf("%+v", got)
	}
	r.pass(t, time.Minute)
	r.to.got = nil
	for i := range 200_003 {
		r.send(fmt.Sprintf("s:%d|s", i))
	}
	r.send("t:1|ms", "t:2|ms", "s:7|s")
	r.pass(t, time.Minute)
	r.want(t, "12:01:00 s [] {1 200000 200000 200000}", "12:01:00 t [] {2 3 1 2} Milliseconds hidden")
	if got := r.Stats(); got.Refused != 5 || got.Crowded != 1 || got.Metrics != 0 {
		t.Errorf("%+v", got)
	}
	r.to.got = nil
	r.send("t:1:2|ms", "s:1|s") // there is room again
	r.pass(t, time.Minute)
	r.want(t, "12:02:00 s [] {1 1 1 1}", "12:02:00 t [] {2 3 1 2} Milliseconds [{1 1} {2 1}]")
}

// Many different values of a timer are kept rounded, their sum is not.
func TestRounding(t *testing.T) {
	t.Parallel()
	r := newRig(time.Minute)
	sum := 0.0
	for i := range 5000 {
		v := 1 + float64(i)/8
		sum += v
		r.send(fmt.Sprintf("t:%v|ms", v))
	}
	r.pass(t, time.Minute)
	s, weight := r.to.got[0], 0.0
	for _, w := range s.Values {
		weight += w.Count
	}
	if s.Set.Sum != sum || s.Set.SampleCount != 5000 || weight != 5000 || len(s.Values) > 1000 || s.Incomplete {
		t.Errorf("%v, %d values of weight %v", s.Set, len(s.Values), weight)
	}
}

// What the store does not take waits, some intervals long.
func TestStoreFails(t *testing.T) {
	t.Parallel()
	r := newRig(time.Minute)
	r.to.fail(true)
	for i := range 8 {
		r.send(fmt.Sprintf("a:%d|c", i))
		r.now = r.now.Add(time.Minute)
		if err := r.Flush(t.Context()); err == nil {
			t.Fatal("kept")
		}
	}
	r.send("a:8|c")
	r.to.fail(false)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	// The first is what the writer has; of the seven that came then, and the last,
	// which has not ended, five are kept.
	r.want(t, "12:00:00 a [] {1 0 0 0}", "12:04:00 a [] {1 4 4 4}", "12:05:00 a [] {1 5 5 5}", "12:06:00 a [] {1 6 6 6}", "12:07:00 a [] {1 7 7 7}", "12:08:00 a [] {1 8 8 8}")
	if got := r.Stats(); got.Lost != 3 {
		t.Errorf("%+v", got)
	}
}

// Run writes an interval soon after its end, and Close what has not ended.
func TestRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		to := &memory{}
		s := statsd.New(statsd.Options{
			Rules: ingest.New(nil, ingest.Options{}), To: to, Namespace: "StatsD", Interval: time.Minute, Now: time.Now, Logger: slog.New(slog.DiscardHandler),
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- s.Run(ctx) }()
		s.Receive([]byte("a:1|c"))
		time.Sleep(63 * time.Second) // of the bubble: no time passes
		synctest.Wait()
		if got := to.lines(); len(got) != 1 {
			t.Errorf("%v", got)
		}
		s.Receive([]byte("a:2|c"))
		cancel()
		if err := errors.Join(<-done, s.Close()); err != nil {
			t.Error(err)
		}
		if got := to.lines(); len(got) != 2 || !strings.HasSuffix(got[1], "a [] {1 2 2 2}") {
			t.Errorf("%v", got)
		}
	})
}

// However lines of several senders and writings fall, every count is kept.
func TestCountsAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		r := newRig(10 * time.Second)
		sums, counts, members := map[string]float64{}, map[string]float64{}, map[string]map[string]bool{}
		rt.Repeat(map[string]func(*rapid.T){
			"counter": func(rt *rapid.T) {
				name, v := rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "name"), rapid.IntRange(-9, 9).Draw(rt, "v")
				w := rapid.SampledFrom([]float64{1, 2, 10}).Draw(rt, "weight")
				r.send(fmt.Sprintf("%s:%d:%d|c|@%v", name, v, v, 1/w))
				sums[name] += 2 * w * float64(v)
				counts[name] += 2 * w
			},
			"timer": func(rt *rapid.T) {
				v := rapid.IntRange(0, 99).Draw(rt, "v")
				r.send(fmt.Sprintf("t:%d|ms|#k:v", v))
				sums["t"] += float64(v)
				counts["t"]++
			},
			"set": func(rt *rapid.T) {
				at, who := r.now.Truncate(10*time.Second).Format("15:04:05"), rapid.StringMatching(`[a-d]`).Draw(rt, "who")
				r.send("s:" + who + "|s")
				if members[at] == nil {
					members[at] = map[string]bool{}
				}
				members[at][who] = true
			},
			"bad":  func(*rapid.T) { r.send("a:x|c", "a:1|g|zz") },
			"time": func(rt *rapid.T) { r.now = r.now.Add(time.Duration(rapid.IntRange(0, 15).Draw(rt, "s")) * time.Second) },
			"write": func(rt *rapid.T) {
				r.pass(rt, 0)
			},
		})
		if err := r.Close(); err != nil {
			rt.Fatal(err)
		}
		for _, s := range r.to.got {
			if s.ID.Name == "s" {
				if at := s.Time.Time().Format("15:04:05"); s.Set.Sum != float64(len(members[at])) {
					rt.Errorf("%v members at %s, want %d", s.Set.Sum, at, len(members[at]))
				}
				continue
			}
			sums[s.ID.Name] -= s.Set.Sum
			counts[s.ID.Name] -= s.Set.SampleCount
		}
		for name := range sums {
			if sums[name] != 0 || counts[name] != 0 {
				rt.Errorf("%s: %v of the sum and %v of the count are missing", name, sums[name], counts[name])
			}
		}
	})
}

// Senders at the same time, under the race detector, lose nothing either.
func TestSenders(t *testing.T) {
	t.Parallel()
	r := newRig(time.Minute)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	var all sync.WaitGroup
	for i := range 4 {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		all.Go(func() {
			for range 500 {
				r.send("a:1|c", fmt.Sprintf("t:%d|h", random.IntN(50)))
				if random.IntN(50) == 0 {
					if err := r.Flush(t.Context()); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	r.pass(t, time.Minute)
	if len(r.to.got) != 2 || r.to.got[0].Set.SampleCount != 2000 || r.to.got[1].Set.SampleCount != 2000 {
		t.Errorf("%v", r.to.lines())
	}
}
