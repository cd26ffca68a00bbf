package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"skywatch/bench/patterns"
	"skywatch/pattern"
)

// measureRules weighs rules in the matcher, adds rules to many, and changes
// rules while others match.
func measureRules(ctx context.Context, b *bench) (out []figure, err error) {
	for _, mix := range []patterns.Mix{patterns.Exact, patterns.Mixed, patterns.Vague} {
		b.progress("rules: %s", mix.Name)
		r := &ruleSet{mix: mix, size: b.sized(100_000)}
		for _, measure := range []func(context.Context, *bench) (figure, error){r.weigh, r.add, r.change} {
			f, err := measure(ctx, b)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", mix.Name, err)
			}
			out = append(out, f)
		}
	}
	return out, nil
}

// ruleSet is a large set of rules of one mix.
type ruleSet struct {
	mix   patterns.Mix
	size  int
	set   *pattern.Set[int]
	texts []string // of rules that are not in it
}

// weigh fills the set and returns what a rule occupies.
func (r *ruleSet) weigh(context.Context, *bench) (figure, error) {
	texts := r.mix.Texts(r.size)
	before := ownHeap()
	var err error
	if r.set, err = setOf(texts); err != nil {
		return figure{}, err
	}
	bytes := float64(ownHeap()-before) / float64(r.size)
	runtime.KeepAlive(texts)
	g := rand.New(rand.NewPCG(5, 6))
	for range r.size / 10 {
		r.texts = append(r.texts, r.mix.Rule(g))
	}
	return value("memory per rule, "+r.mix.Name, bytes, "B", "", fmt.Sprintf("live heap of %d rules in the matcher", r.size)), nil
}

// add puts rules into the full set, compiling included.
func (r *ruleSet) add(context.Context, *bench) (figure, error) {
	c, err := meter(len(r.texts), func() error {
		for i := range r.texts {
			if err := r.put(i); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return figure{}, err
	}
	for i := range r.texts {
		r.set.Delete(r.size + i)
	}
	return value(fmt.Sprintf("rules added at %d, %s", r.size, r.mix.Name), 1e9/c.cpu, "per CPU-second", "≥ 50,000",
		fmt.Sprintf("%s allocations a rule", number(c.allocations))), nil
}

func (r *ruleSet) put(i int) error {
	p, err := pattern.Compile([]byte(r.texts[i]))
	if err == nil {
		r.set.Put(r.size+i, p)
	}
	return err
}

// change adds and removes rules on one thread while another matches. CPU is
// of each thread by itself.
func (r *ruleSet) change(_ context.Context, b *bench) (figure, error) {
	events := patterns.Events(1024)
	still, err := r.matchFor(events, b.shorter(time.Second), nil)
	if err != nil {
		return figure{}, err
	}
	var changes, used float64
	var over atomic.Bool
	g := errgroup.Group{}
	g.Go(func() (err error) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		begin := threadCPU()
		for i := 0; !over.Load() && err == nil; i++ {
			n := i % len(r.texts)
			err = r.put(n)
			r.set.Delete(r.size + n)
			changes += 2
		}
		used = (threadCPU() - begin).Seconds()
		return err
	})
	moving, err := r.matchFor(events, b.shorter(2*time.Second), &over)
	if err := errors.Join(err, g.Wait()); err != nil {
		return figure{}, err
	}
	return value(fmt.Sprintf("rules put and deleted at %d while events are matched, %s", r.size, r.mix.Name), changes/used, "per CPU-second", "",
		fmt.Sprintf("an event takes %s ns meanwhile, %s ns without changes", number(moving), number(still))), nil
}

// matchFor matches events for a while and returns the CPU nanoseconds of one.
// It sets over when it is done.
func (r *ruleSet) matchFor(events [][]byte, while time.Duration, over *atomic.Bool) (float64, error) {
	if over != nil {
		defer over.Store(true)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var room [1024]int
	n, used := 0, threadCPU()
	for begin := time.Now(); time.Since(begin) < while; n += len(events) {
		for _, e := range events {
			if _, err := r.set.Match(e, room[:0]); err != nil {
				return 0, err
			}
		}
	}
	return float64(threadCPU()-used) / float64(n), nil
}

// rusageThread is RUSAGE_THREAD of getrusage(2), which package syscall lacks.
const rusageThread = 1

// threadCPU is the CPU time of the calling thread.
func threadCPU() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(rusageThread, &u) // fails only for a bad argument
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// ownHeap is the live heap of this process.
func ownHeap() uint64 {
	runtime.GC()
	runtime.GC() // frees what finalizers and pools held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
