package main

import (
	"context"
	"fmt"
	"time"
)

// measureDeliveries sends events to many queues and to a program on the
// network; each delivery is on disk before it is sent, and so is its end.
func measureDeliveries(ctx context.Context, b *bench) ([]figure, error) {
	r, err := b.startRouter(ctx, "deliveries")
	if err != nil {
		return nil, err
	}
	defer r.kill()
	defer r.caller.close()
	queues, err := b.fanOut(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("to queues: %w", err)
	}
	calls, err := b.overHTTP(ctx, r, "call", "to an API destination over HTTP", r.destination)
	if err != nil {
		return nil, fmt.Errorf("to an API destination: %w", err)
	}
	hooks, err := b.overHTTP(ctx, r, "hook", "over a topic to an HTTP endpoint", func(ctx context.Context, name, url string) (string, error) {
		return r.topic(ctx, name, url)
	})
	if err != nil {
		return nil, fmt.Errorf("over a topic: %w", err)
	}
	return []figure{queues, calls, hooks}, nil
}

const (
	fanRules  = 20
	fanQueues = 5 // the most targets that a rule has
)

// fanOut has every event go to a hundred targets, all of them queues.
func (b *bench) fanOut(ctx context.Context, r *router) (figure, error) {
	urls, arns := make([]string, fanQueues), make([]string, fanQueues)
	for i := range fanQueues {
		var err error
		if urls[i], arns[i], err = r.queue(ctx, fmt.Sprintf("fan-%d", i)); err != nil {
			return figure{}, err
		}
	}
	for i := range fanRules {
		if err := r.rule(ctx, fmt.Sprintf("fan-%d", i), "fan", arns...); err != nil {
			return figure{}, err
		}
	}
	s := stream{source: "fan", events: b.scaled(1000), batch: 10, over: 4}
	b.progress("deliveries: %d events to %d queue targets each", s.events, fanRules*fanQueues)
	var took time.Duration
	cpu, _, err := b.watch(ctx, r.server, "fan-out", func() error {
		begin := time.Now()
		if _, err := s.put(ctx, r.caller); err != nil {
			return err
		}
		for _, url := range urls {
			if err := r.filled(ctx, url, s.events*fanRules); err != nil {
				return err
			}
		}
		took = time.Since(begin)
		return nil
	})
	n := s.events * fanRules * fanQueues
	return perThousand(fmt.Sprintf("deliveries to queues, an event to %d", fanRules*fanQueues), "deliveries", n, cpu, "",
		fmt.Sprintf("%s deliveries/s on the wall", number(float64(n)/took.Seconds()))), err
}

// overHTTP sends events to one program on the network, over a topic or by a
// call of an API destination.
func (b *bench) overHTTP(ctx context.Context, r *router, name, what string, target func(ctx context.Context, name, url string) (arn string, err error)) (figure, error) {
	s := stream{source: name, events: b.scaled(10_000), batch: 10, over: 4}
	t := newTally(s.events)
	to, err := receive(takes(t))
	if err != nil {
		return figure{}, err
	}
	arn, err := target(ctx, name, to.url)
	if err == nil {
		err = r.rule(ctx, name, name, arn)
	}
	if err != nil {
		_ = to.close()
		return figure{}, err
	}
	b.progress("deliveries: %d events %s", s.events, what)
	var took time.Duration
	cpu, _, err := b.watch(ctx, r.server, name, func() error {
		begin := time.Now()
		if _, err := s.put(ctx, r.caller); err != nil {
			return err
		}
		err := t.wait(ctx)
		took = time.Since(begin)
		return err
	})
	if err2 := to.close(); err == nil {
		err = err2
	}
	return perThousand("deliveries "+what, "deliveries", s.events, cpu, "",
		fmt.Sprintf("%s/s on the wall to one endpoint, at most 8 at once; each arrived once", number(float64(s.events)/took.Seconds()))), err
}
