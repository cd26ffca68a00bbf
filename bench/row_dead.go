package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"

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
	return append(waiting, live), nil
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
// hang, and to one that lives.
func (b *bench) liveBesideDead(ctx context.Context) (figure, error) {
	r, err := b.startRouter(ctx, "dead")
	if err != nil {
		return figure{}, err
	}
	defer r.kill()
	defer r.caller.close()
	alive := stream{source: "live", events: b.scaled(1000), batch: 1, over: 4, rate: 50}
	t := newTally(alive.events)
	live, err := receive(takes(t))
	if err != nil {
		return figure{}, err
	}
	defer func() { _ = live.close() }()
	n := b.sized(1000)
	b.progress("dead: %d that do not answer, beside one that does", n)
	hanging, err := r.dead(ctx, n)
	if err != nil {
		return figure{}, err
	}
	defer func() { _ = hanging.close() }()
	topic, err := r.topic(ctx, "live", live.url)
	if err == nil {
		err = r.rule(ctx, "live", "live", topic)
	}
	if err != nil {
		return figure{}, err
	}
	corpses := stream{source: "dead", events: b.scaled(20), batch: 1, over: 1, rate: 1}
	cpu, _, err := b.watch(ctx, r.server, "dead", func() error {
		g, putting := errgroup.WithContext(ctx)
		for _, s := range []stream{corpses, alive} {
			g.Go(func() error {
				_, err := s.put(putting, r.caller)
				return err
			})
		}
		if err := g.Wait(); err != nil {
			return err
		}
		return t.wait(ctx)
	})
	p50, p99 := milliseconds(t.quantile(0.5)), milliseconds(t.quantile(0.99))
	return figure{
		What: fmt.Sprintf("from put to an HTTP endpoint beside %d dead ones", n), Ours: fmt.Sprintf("p50 %s ms, p99 %s ms", number(p50), number(p99)),
		Values: map[string]float64{"p50_ms": p50, "p99_ms": p99}, Goal: "p99 < 1 s",
		Note: fmt.Sprintf("half of them refuse, half hang; %.0f events/s to the live one, %d deliveries a second to the dead; %s CPU-s in all", alive.rate, n, number(cpu.Seconds())),
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
