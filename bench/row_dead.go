package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// measureDead weighs what waits for a receiver that is dead, and sends to one
// that lives beside a thousand that do not.
func measureDead(ctx context.Context, b *bench) ([]figure, error) {
	waiting, err := b.weighWaiting(ctx)
	if err != nil {
		return nil, fmt.Errorf("waiting: %w", err)
	}
	live, err := b.liveBesideDead(ctx)
	if err != nil {
		return nil, fmt.Errorf("beside the dead: %w", err)
	}
	return append(waiting, live...), nil
}

// weighWaiting has deliveries wait for a receiver that refuses, and compares
// memory and disk.
func (b *bench) weighWaiting(ctx context.Context) ([]figure, error) {
	r, err := b.startRouter(ctx, "waiting")
	if err != nil {
		return nil, err
	}
	defer r.kill()
	defer r.caller.close()
	to, err := receive(hangs)
	if err != nil {
		return nil, err
	}
	topic, err := r.topic(ctx, "dead", to.url)
	if err := errors.Join(err, to.close()); err != nil {
		return nil, err
	}
	if err := r.rule(ctx, "dead", "dead", topic); err != nil {
		return nil, err
	}
	// What grows with the first deliveries, whatever their number, is no cost
	// of one that waits.
	s := stream{source: "dead", events: b.scaled(20_000), batch: 10, over: 4}
	if _, err := s.put(ctx, r.caller); err != nil {
		return nil, err
	}
	before, err := r.weigh(ctx, b)
	if err != nil {
		return nil, err
	}
	s.events = b.scaled(100_000)
	b.progress("dead: %d deliveries wait", s.events)
	if _, err := s.put(ctx, r.caller); err != nil {
		return nil, err
	}
	after, err := r.weigh(ctx, b)
	if err != nil {
		return nil, err
	}
	per := 100_000 / float64(s.events)
	mib := func(bytes float64) float64 { return bytes / (1 << 20) * per }
	return []figure{
		value("memory of 100,000 deliveries that wait", mib(after.heap-before.heap), "MiB of live heap", "",
			fmt.Sprintf("the process grew by %s MiB; they wait on disk", number(mib(after.resident-before.resident)))),
		value("disk of a delivery that waits", (after.disk-before.disk)/float64(s.events), "B", "", "an event of about 700 B; catalog with its log"),
	}, nil
}

// weight is what a server occupies.
type weight struct{ heap, resident, disk float64 }

// weigh weighs the server once it is quiet.
func (r *router) weigh(ctx context.Context, b *bench) (w weight, err error) {
	if !b.tiny {
		if err := r.settled(ctx); err != nil {
			return w, err
		}
	}
	if w.heap, err = r.liveHeap(ctx); err != nil {
		return w, err
	}
	own, err := memoryOf(r.pid(), "RssAnon")
	if err != nil {
		return w, err
	}
	disk, err := diskBytes(r.dir, func(path string) bool { return !strings.HasPrefix(path, filepath.Join(r.dir, "tsdb")) })
	w.resident, w.disk = float64(own), float64(disk)
	return w, err
}

// liveBesideDead sends to a thousand receivers of which half refuse and half
// hang, and to one that lives: at first all of them are known to have lived a
// moment ago, then the dead have been found out.
func (b *bench) liveBesideDead(ctx context.Context) (out []figure, err error) {
	r, err := b.startRouter(ctx, "dead")
	if err != nil {
		return nil, err
	}
	defer r.kill()
	defer r.caller.close()
	var now atomic.Pointer[tally]
	live, err := receive(func(w http.ResponseWriter, req *http.Request) { takes(now.Load())(w, req) })
	if err != nil {
		return nil, err
	}
	defer func() { _ = live.close() }()
	n := b.scaled(1000)
	hanging, err := r.dead(ctx, n)
	if err != nil {
		return nil, err
	}
	defer func() { _ = hanging.close() }()
	topic, err := r.topic(ctx, "live", live.url)
	if err == nil {
		err = r.rule(ctx, "live", "live", topic)
	}
	for _, phase := range []struct{ when, goal string }{{"as they die", ""}, {"once they are known", "p99 < 1 s"}} {
		if err != nil {
			return nil, err
		}
		what := fmt.Sprintf("from put to an HTTP endpoint beside %d dead ones, %s", n, phase.when)
		b.progress("dead: %s", what)
		t := newTally(b.scaled(1000))
		now.Store(t)
		var f figure
		f, err = b.besides(ctx, r, t)
		f.What, f.Goal = what, phase.goal
		out = append(out, f)
	}
	return out, err
}

// besides sends to the living and the dead until the living has got its all.
func (b *bench) besides(ctx context.Context, r *router, t *tally) (figure, error) {
	alive := stream{source: "live", events: len(t.times), batch: 1, over: 4, rate: 50}
	corpses := stream{source: "dead", events: max(1, alive.events/50), batch: 1, over: 1, rate: 1}
	before, err := r.cpu()
	if err != nil {
		return figure{}, err
	}
	g, putting := errgroup.WithContext(ctx)
	for _, s := range []stream{corpses, alive} {
		g.Go(func() error {
			_, err := s.put(putting, r.caller)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return figure{}, err
	}
	if err := t.wait(ctx); err != nil {
		return figure{}, err
	}
	after, err := r.cpu()
	p50, p99 := milliseconds(t.quantile(0.5)), milliseconds(t.quantile(0.99))
	return figure{
		Ours: fmt.Sprintf("p50 %s ms, p99 %s ms", number(p50), number(p99)), Values: map[string]float64{"p50_ms": p50, "p99_ms": p99},
		Note: fmt.Sprintf("half of them refuse, half hang; %.0f events/s to the live one, one a second to each of the dead; %s CPU-s in all", alive.rate, number((after - before).Seconds())),
	}, err
}

// dead subscribes n receivers to topics that the events of source dead go to.
// Those that hang do so until the receiver returned is closed, the others are
// gone.
func (r *router) dead(ctx context.Context, n int) (hanging *receiver, err error) {
	if hanging, err = receive(hangs); err != nil {
		return nil, err
	}
	gone, err := receive(func(http.ResponseWriter, *http.Request) {})
	if err != nil {
		return hanging, err
	}
	var endpoints []string
	for i := range n {
		endpoints = append(endpoints, fmt.Sprintf("%s/%d", []*receiver{hanging, gone}[i%2].url, i))
	}
	topic, err := r.topic(ctx, "dead", endpoints...)
	if err == nil {
		err = r.rule(ctx, "dead", "dead", topic)
	}
	return hanging, errors.Join(err, gone.close())
}
