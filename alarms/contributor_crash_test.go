package alarms

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/metric"
)

// judgeHosts decides on what hosts show, as the evaluator does, and commits that.
// It returns the version of the alarm's status.
func (s *Service) judgeHosts(ctx context.Context, values map[string]float64) (uint64, error) {
	var a *Alarm
	err := s.opts.Catalog.View(func(r catalog.Reader) (err error) {
		a, _, err = load(r, Key{tenant, "cpu"})
		return err
	})
	if err != nil {
		return 0, err
	}
	var sees seen
	for host, v := range values {
		sees.groups = append(sees.groups, group{map[string]string{"Host": host}, []Slot{{Present: true, Value: v}}})
	}
	d, ok := a.decide(sees, 0)
	if !ok {
		return a.version, nil
	}
	done, err := s.commit(ctx, []proposal{{key: a.Key, revision: a.revision, version: a.version, Decision: d}}, metric.At(time.Now()))
	if err != nil {
		return 0, err
	}
	return done[0].version, nil
}

// checkHosts holds that the states of contributors, their history, what was sent
// and the alarm's state tell the same, and returns the number of changes.
func checkHosts(t *testing.T, s *Service) (changes int) {
	t.Helper()
	a := describe(t, s, "cpu")
	if (len(a.contributors) > 0) != (a.Value == Alarming) {
		t.Errorf("the alarm is %s with %d contributors in ALARM", a.Value, len(a.contributors))
	}
	alarming := map[string]bool{}
	for _, c := range a.contributors {
		alarming[c.ID] = true
	}
	for _, host := range []string{"a", "b", "c"} {
		id := contributorID(map[string]string{"Host": host})
		items := history(t, s, HistoryQuery{AlarmName: "cpu", Contributor: id})
		if changed := len(items); alarming[id] != (changed%2 == 1) {
			t.Errorf("%s: in ALARM %v after %d changes", host, alarming[id], changed)
		}
		changes += len(items)
	}
	if sent := len(deliveries(t, s.opts.Catalog)); sent != changes {
		t.Errorf("%d changes of contributors and %d deliveries", changes, sent)
	}
	return changes
}

// Whatever moment the process dies at, a change of a contributor is there with its
// history and deliveries, or nothing of it is.
func TestContributorsCrash(t *testing.T) {
	t.Parallel()
	seed := *crashSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-crash.seed=%d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	for round := range 5 {
		fs := vfs.NewCrashableMem()
		s := NewService(Options{Catalog: openCatalog(t, fs), Outbox: outbox{}})
		put(t, s, time.Now(), func(p *Put) {
			insightsOn("SELECT MAX(CPU) FROM App GROUP BY Host ORDER BY MAX()")(p)
			p.AlarmActions, p.OKActions = []string{topic}, []string{topic}
		})
		var acknowledged atomic.Uint64
		ctx, cancel := context.WithCancel(t.Context())
		progress := make(chan struct{})
		hosts := rand.New(rand.NewPCG(seed, uint64(round)+100))
		var wg sync.WaitGroup
		wg.Go(func() {
			for ctx.Err() == nil {
				values := map[string]float64{}
				for _, host := range []string{"a", "b", "c"} {
					values[host] = float64(hosts.IntN(100))
				}
				version, err := s.judgeHosts(context.Background(), values)
				if err != nil {
					t.Error(err)
				}
				acknowledged.Store(version)
				select {
				case progress <- struct{}{}:
				case <-ctx.Done():
				}
			}
		})
		for range 1 + rng.IntN(100) {
			<-progress
		}
		least := acknowledged.Load()
		clone := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rand.New(rand.NewPCG(seed, uint64(round)))})
		cancel()
		wg.Wait()
		whole := checkHosts(t, s)
		after := NewService(Options{Catalog: openCatalog(t, clone), Outbox: outbox{}})
		if n, version := checkHosts(t, after), describe(t, after, "cpu").version; n > whole || version < least {
			t.Errorf("%d changes after the crash, of %d; version %d, and %d was acknowledged", n, whole, version, least)
		}
		if _, err := after.judgeHosts(t.Context(), map[string]float64{"a": 99, "b": 1}); err != nil {
			t.Fatal(err)
		}
		checkHosts(t, after)
	}
}
