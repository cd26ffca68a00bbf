package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sync/errgroup"
)

// soakEvery is how often a soak tells how the server is.
const soakEvery = 30 * time.Second

// soak puts a mixed load on a server for some time and prints how it is, and at
// the end where that leads to. It judges nothing: what leaks, grows.
func (b *bench) soak(ctx context.Context, last time.Duration) error {
	r, err := b.startRouter(ctx, "soak")
	if err != nil {
		return err
	}
	defer r.kill()
	defer r.caller.close()
	l, err := newSoakLoad(ctx, r)
	if err != nil {
		return err
	}
	ends, cancel := context.WithTimeout(ctx, last)
	defer cancel()
	g, work := errgroup.WithContext(ends)
	for _, kind := range l.kinds {
		g.Go(func() error { return kind.run(work) })
	}
	readings, err := r.watchSoak(work, l)
	cancel()
	err = errors.Join(err, g.Wait(), l.webhook.close())
	if err != nil {
		return err
	}
	printSlopes(os.Stdout, readings)
	for _, kind := range l.kinds {
		fmt.Printf("%-8s %9d requests, %d errors%s\n", kind.name, kind.requests.Load(), kind.errors.Load(), kind.worst())
	}
	_, err = r.stop()
	return err
}

// watchSoak reads how the server is until ctx ends.
func (r *router) watchSoak(ctx context.Context, l *soakLoad) ([]reading, error) {
	tick := time.NewTicker(soakEvery)
	defer tick.Stop()
	var all []reading
	printReadingHead(os.Stdout)
	for begun := time.Now(); ; {
		now, err := r.reading(time.Since(begun), l)
		if err != nil {
			return all, err
		}
		all = append(all, now)
		now.print(os.Stdout)
		select {
		case <-ctx.Done():
			return all, nil
		case <-tick.C:
		}
	}
}
