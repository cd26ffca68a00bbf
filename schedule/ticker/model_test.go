package ticker_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/schedule/ticker"
	"skywatch/schedule/ticker/tickertest"
)

// newSeed returns a seed; SKYWATCH_SEED replays one.
func newSeed(t *testing.T) uint64 {
	t.Helper()
	if s := os.Getenv("SKYWATCH_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return uint64(time.Now().UnixNano())
}

// model is what must be true of a history: every planned time that comes while
// something runs is acted on once, none twice, none ahead of its time, and no
// plan stands still.
type model struct {
	*rig
	rng    *rand.Rand
	series int
	plans  map[string]beat
	// expected are the planned times that came while time passed.
	expected map[string]bool
	// gaps counts what may leave planned times out; begun is the count when a
	// plan was set.
	gaps  int
	begun map[string]int
	calm  atomic.Bool // no owner fails
}

// exact reports whether a plan can still tell every time that it acted on from
// the others: it keeps eight spans.
func (m *model) exact(key string) bool { return m.gaps-m.begun[key] < 8 }

func effectName(key string, series int, at time.Time) string {
	return fmt.Sprintf("%s/%d/%s", key, series, catalog.TimePart(at))
}

// acted reads how often each planned time was acted on.
func (m *model) acted() map[string]int {
	m.t.Helper()
	out := map[string]int{}
	err := m.db.View(func(r catalog.Reader) error {
		return effects.Scan(r, catalog.Range{}, func(key []string, n int) (bool, error) {
			out[key[0]+"/"+key[1]+"/"+key[2]] = n
			return true, nil
		})
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return out
}

func (m *model) step() string {
	now := m.clock.Now()
	key := string(rune('a' + m.rng.IntN(6)))
	switch m.rng.IntN(12) {
	case 0, 1:
		m.series++
		b := beat{Since: now, Every: []int{7, 60, 90, 3600}[m.rng.IntN(4)], Series: m.series}
		m.plan(key, b)
		m.plans[key], m.begun[key] = b, m.gaps
		return fmt.Sprintf("plan %s every %d", key, b.Every)
	case 2:
		m.remove(key)
		delete(m.plans, key)
		return "remove " + key
	case 3:
		m.close()
		m.gaps++
		down := time.Duration(m.rng.IntN(120)) * time.Second
		m.clock.Set(now.Add(down))
		m.open()
		m.settle()
		return fmt.Sprintf("restart after %s", down)
	case 4:
		disk := m.fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: m.rng.IntN(101), RNG: m.rng})
		m.crash(disk)
		m.settle()
		return "crash"
	case 5:
		by := []time.Duration{-5 * time.Second, time.Hour, -time.Hour, 400 * 24 * time.Hour, -400 * 24 * time.Hour, time.Duration(m.rng.IntN(7200)-3600) * time.Second}[m.rng.IntN(6)]
		m.gaps++
		m.clock.Set(now.Add(by))
		m.settle()
		return fmt.Sprintf("clock set by %s", by)
	default:
		return m.letPass(now)
	}
}

// letPass lets time pass and notes what must be acted on.
func (m *model) letPass(now time.Time) string {
	until := now.Add(time.Duration(m.rng.IntN(150)) * time.Second)
	for key, b := range m.plans {
		for at := b.next(now); m.exact(key) && !at.After(until); at = b.next(at) {
			m.expected[effectName(key, b.Series, at)] = true
		}
	}
	m.pass(until)
	return fmt.Sprintf("pass to %s", until)
}

// check compares the plans and what was acted on with the model.
func (m *model) check() {
	m.t.Helper()
	acted, now := m.acted(), m.clock.Now()
	for name, n := range acted {
		if n != 1 {
			m.t.Errorf("%s was acted on %d times", name, n)
		}
	}
	for name := range m.expected {
		if acted[name] == 0 {
			m.t.Errorf("%s was not acted on", name)
		}
	}
	clear(m.expected)
	for key, b := range m.plans {
		want := b.next(now)
		for acted[effectName(key, b.Series, want)] > 0 {
			want = b.next(want)
		}
		if got := m.at(key); m.exact(key) && !got.Equal(want) {
			m.t.Errorf("%s runs next at %s, want %s", key, got, want)
		}
	}
}

// TestModel plays random histories of plans, restarts, crashes, failures and
// clocks that are set.
func TestModel(t *testing.T) {
	t.Parallel()
	seed := newSeed(t)
	for i := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed+i, 0))
		r := newRig(t, vfs.NewCrashableMem(), tickertest.NewHand(noon))
		m := &model{rig: r, rng: rng, plans: map[string]beat{}, expected: map[string]bool{}, begun: map[string]int{}}
		chance := rand.New(rand.NewPCG(seed+i, 1))
		r.fail = func(ticker.Tick) error {
			r.mu.Lock()
			defer r.mu.Unlock()
			if !m.calm.Load() && chance.IntN(40) == 0 {
				return errors.New("broken")
			}
			return nil
		}
		var told []string
		for range 40 {
			told = append(told, m.step())
			// What failed is tried again soon; nothing else may be late.
			m.calm.Store(true)
			m.pass(m.clock.Now().Add(5 * time.Second))
			m.check()
			m.calm.Store(false)
			if t.Failed() {
				for _, line := range told {
					t.Log(line)
				}
				t.Fatalf("seed %d", seed+i)
			}
		}
		r.close()
	}
}
