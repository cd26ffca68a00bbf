package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// busRules are on the bus beside the one that matches.
	busRules = 99
	// putters are connections that put at once, consumers those that receive:
	// enough for the disk's time to be shared, and not to be what is measured.
	putters   = 8
	consumers = 16
	// clients are connections of many that each put little. Where they put at a
	// rate, what is due while all of them wait for an answer counts as late: with
	// only a few, one slow sync of the disk would be the delay of all that follow.
	clients = 64
)

// measureEvents puts events that a rule sends to a queue: signed requests, and
// everything on disk before the answer.
func measureEvents(ctx context.Context, b *bench) ([]figure, error) {
	r, err := b.startRouter(ctx, "events")
	if err != nil {
		return nil, err
	}
	defer r.kill()
	defer r.caller.close()
	url, arn, err := r.queue(ctx, "bench")
	if err != nil {
		return nil, err
	}
	for i := range b.sized(busRules) {
		if err := r.rule(ctx, fmt.Sprintf("other-%d", i), fmt.Sprintf("other.%d", i), arn); err != nil {
			return nil, err
		}
	}
	if err := r.rule(ctx, "bench", "bench", arn); err != nil {
		return nil, err
	}
	var out []figure
	rate := 0.0 // of the first
	for _, s := range []stream{
		{source: "bench", events: b.scaled(100_000), batch: 10, over: putters},
		{source: "bench", events: b.scaled(20_000), batch: 1, over: clients},
	} {
		b.progress("events: %d to a queue, %d a request", s.events, s.batch)
		put, drained, wall, err := b.putToQueue(ctx, r, url, s)
		if err != nil {
			return nil, err
		}
		rate = max(rate, wall)
		out = append(out, put, drained)
	}
	f, err := b.putAndReceive(ctx, r, url, min(rate/2, 10_000)) // half of the goal, or of what there is
	return append(out, f), err
}

// putToQueue puts a stream until the queue holds it, and then empties the
// queue.
func (b *bench) putToQueue(ctx context.Context, r *router, url string, s stream) (put, drained figure, rate float64, err error) {
	var took time.Duration
	cpu, own, err := b.watch(ctx, r.server, fmt.Sprintf("events-%d", s.batch), func() error {
		var err error
		if took, err = s.put(ctx, r.caller); err != nil {
			return err
		}
		return r.filled(ctx, url, s.events)
	})
	if err != nil {
		return put, drained, 0, err
	}
	rate = float64(s.events) / took.Seconds()
	put = perThousand(fmt.Sprintf("PutEvents to a queue, signed, durable, %d a request, %d connections", s.batch, s.over), "events", s.events, cpu, "≥ 20,000 events/s on two cores",
		fmt.Sprintf("%s events/s on the wall with the generator beside it, which took %s CPU-s per 1,000", number(rate), number(own.Seconds()/float64(s.events)*1000)))
	t := newTally(s.events)
	cpu, _, err = b.watch(ctx, r.server, fmt.Sprintf("consume-%d", s.batch), func() error { return r.consume(ctx, url, consumers, 0, t) })
	drained = perThousand("receive and delete them, 10 a request", "events", s.events, cpu, "", fmt.Sprintf("%d consumers; each event was there once", consumers))
	return put, drained, rate, err
}

// watch runs work and returns the CPU that it took: the server's until it is
// quiet again, and our own.
func (b *bench) watch(ctx context.Context, s *server, name string, work func() error) (cpu, own time.Duration, err error) {
	before, err := s.cpu()
	if err != nil {
		return 0, 0, err
	}
	self := ownCPU()
	profiled := b.profileCPU(ctx, s, name)
	if err := work(); err != nil {
		return 0, 0, err
	}
	own = ownCPU() - self
	if err := <-profiled; err != nil {
		return 0, 0, err
	}
	if !b.tiny {
		if err := s.settled(ctx); err != nil {
			return 0, 0, err
		}
	}
	after, err := s.cpu()
	return after - before, own, err
}

// perThousand is a figure of CPU, and of what two cores could do by it.
func perThousand(what, unit string, n int, cpu time.Duration, goal, note string) figure {
	each := cpu.Seconds() / float64(n) * 1000
	perSecond := 0.0
	if each > 0 {
		perSecond = 2 / each * 1000
	}
	return figure{
		What: what, Ours: fmt.Sprintf("%s CPU-s per 1,000: %s %s/s on two cores", number(each), number(perSecond), unit),
		Values: map[string]float64{"cpu_s_per_1000": each, "per_s_on_two_cores": perSecond}, Goal: goal, Note: note,
	}
}

// putAndReceive puts at a rate while consumers wait for messages.
func (b *bench) putAndReceive(ctx context.Context, r *router, url string, rate float64) (figure, error) {
	s := stream{source: "bench", events: int(rate * b.shorter(10*time.Second).Seconds()), batch: 10, over: clients, rate: rate}
	s.events = max(s.events, s.batch)
	b.progress("events: %d at %.0f a second, received meanwhile", s.events, rate)
	t := newTally(s.events)
	cpu, _, err := b.watch(ctx, r.server, "events-half", func() error {
		g, ctx := errgroup.WithContext(ctx)
		g.Go(func() error { return r.consume(ctx, url, consumers, 1, t) })
		g.Go(func() error {
			_, err := s.put(ctx, r.caller)
			return err
		})
		return g.Wait()
	})
	if err != nil {
		return figure{}, err
	}
	p50, p99 := milliseconds(t.quantile(0.5)), milliseconds(t.quantile(0.99))
	return figure{
		What: "from put to received, at half of the rate of the goal", Ours: fmt.Sprintf("p50 %s ms, p99 %s ms", number(p50), number(p99)),
		Values: map[string]float64{"p50_ms": p50, "p99_ms": p99}, Goal: "p99 < 20 ms",
		Note: fmt.Sprintf("%s events/s, counted from when each was due, %d connections that put and %d consumers that delete; %s CPU-s per 1,000 with them", number(rate), clients, consumers, number(cpu.Seconds()/float64(s.events)*1000)),
	}, nil
}
