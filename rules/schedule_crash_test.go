package rules_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/rules"
	"skywatch/schedule/ticker"
	"skywatch/targets"
)

// arrived counts the messages of the crash test's target by what they say.
var arrived = catalog.Table[int]{Name: "arrived"}

// life is one life of a process with schedules whose target counts on disk.
type life struct {
	*rules.Service
	db   *catalog.DB
	stop func()
}

func newLife(t *testing.T, fs vfs.FS) *life {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	outbox, plans := targets.NewOutbox(nil), ticker.NewPlans()
	s, err := rules.New(rules.Options{Catalog: db, Outbox: outbox, Plans: plans})
	if err != nil {
		t.Fatal(err)
	}
	tick := ticker.New(ticker.Options{
		Catalog: db, Plans: plans, Clock: targets.SystemClock{},
		Owners: map[string]ticker.Owner{rules.SchedulePlans: s.Schedules()},
	})
	engine := targets.New(targets.Options{Catalog: db, Outbox: outbox, Targets: map[targets.Kind]targets.Target{
		targets.Queue: targets.Inside(func(tx *catalog.Tx, d targets.Delivery) error {
			n, _, err := arrived.Get(tx, d.Cause, d.Message)
			if err != nil {
				return err
			}
			return arrived.Put(tx, n+1, d.Cause, d.Message)
		}),
	}})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 2)
	go func() { done <- tick.Run(ctx) }()
	go func() { done <- engine.Run(ctx) }()
	return &life{s, db, func() {
		cancel()
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		_ = db.Close()
	}}
}

// The machine dies at random moments around full minutes, and comes back within
// the minute or later: each planned time arrives once, and those that passed
// meanwhile do not arrive.
func TestScheduleCrashes(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	if s := os.Getenv("SKYWATCH_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	for i := range uint64(10) {
		synctest.Test(t, func(t *testing.T) { crashSchedules(t, seed+i) })
		if t.Failed() {
			t.Fatalf("SKYWATCH_SEED=%d", seed+i)
		}
	}
}

func crashSchedules(t *testing.T, seed uint64) {
	const count = 20
	rng := rand.New(rand.NewPCG(seed, 0))
	fs := vfs.NewCrashableMem()
	l := newLife(t, fs)
	for i := range count {
		n := rule("default", fmt.Sprintf("r%02d", i))
		if err := l.PutRule(t.Context(), rules.Rule{RuleName: n, Schedule: "cron(* * * * ? *)"}); err != nil {
			t.Fatal(err)
		}
		if err := l.PutTargets(t.Context(), n, []rules.Target{{ID: "q", ARN: queueARN("q"), Input: rules.Input{Path: "$.time"}}}); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]bool{} // false: of these some may have arrived
	from := time.Now()
	for range 6 {
		up := time.Duration(rng.IntN(150)) * time.Second
		time.Sleep(up)
		if rng.IntN(2) == 0 { // in the middle of the work of a minute
			time.Sleep(time.Until(time.Now().Truncate(time.Minute).Add(time.Minute)))
			for range rng.IntN(200) {
				time.Sleep(0)
			}
		}
		disk := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rng})
		until := time.Now()
		l.stop()
		time.Sleep(time.Duration(rng.IntN(120)) * time.Second)
		fs = disk
		l = newLife(t, fs)
		// What came while it ran, and the last minute if that has not passed.
		for at := from.Truncate(time.Minute).Add(time.Minute); !at.After(time.Now()); at = at.Add(time.Minute) {
			late := time.Since(at) >= time.Minute
			if !at.After(until) || !late {
				want[at.UTC().Format(`"`+time.RFC3339+`"`)] = at.Before(until) || !late
			}
		}
		from = time.Now()
		synctest.Wait()
	}
	got := map[string]int{}
	err := l.db.View(func(r catalog.Reader) error {
		return arrived.Scan(r, catalog.Range{}, func(key []string, n int) (bool, error) {
			if n != 1 {
				t.Errorf("%s of %s arrived %d times", key[1], key[0], n)
			}
			got[key[1]]++
			return true, nil
		})
	})
	if err != nil {
		t.Error(err)
	}
	for at, all := range want {
		if all && got[at] != count {
			t.Errorf("%s arrived of %d rules of %d", at, got[at], count)
		}
	}
	for at := range got {
		if _, ok := want[at]; !ok {
			t.Errorf("%s arrived, although it had passed", at)
		}
	}
	l.stop()
}
