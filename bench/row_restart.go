package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"
)

// measureRestart fills the log, ends the server by kill -9 and by a clean
// stop, and times the way to the first correct answer.
func measureRestart(ctx context.Context, b *bench) ([]figure, error) {
	dir := filepath.Join(b.dir, "restart")
	w := newWorkload(b.series, 180)
	b.progress("restart: filling the log, %d series", w.series)
	minutes, logged, err := b.fillLog(ctx, dir, w)
	if err != nil {
		return nil, err
	}
	killed := restarts{
		what: "kill -9 to the first correct answer", goal: "≤ 0.3 s",
		note: fmt.Sprintf("%d series, %d samples in a log of %s MiB", w.series, w.series*minutes, number(logged/(1<<20))),
	}
	for range 3 {
		b.progress("restart: after kill -9")
		srv, err := killed.once(ctx, b, dir, w, minutes)
		if err != nil {
			return nil, err
		}
		err = verify(ctx, srv, w, 50, minutes)
		srv.kill()
		if err != nil {
			return nil, err
		}
	}
	clean := restarts{what: "clean stop, start, to the first correct answer", note: "the same data, sealed"}
	for i := range 4 {
		b.progress("restart: after a clean stop")
		srv, err := clean.once(ctx, b, dir, w, minutes)
		if err != nil {
			return nil, err
		}
		_, err = srv.stop()
		srv.kill()
		if err != nil {
			return nil, err
		}
		if i == 0 { // that start was after kill -9, to seal the log
			clean.took, clean.cpu = nil, nil
		}
	}
	return []figure{killed.figure(), clean.figure()}, nil
}

// fillLog writes until the store is about to seal, kills the server, and
// returns how many minutes and bytes the log has.
func (b *bench) fillLog(ctx context.Context, dir string, w workload) (minutes int, logged float64, err error) {
	srv, err := b.start(dir)
	if err != nil {
		return 0, 0, err
	}
	defer srv.kill()
	s := newSender(w, srv.url, cbor(), false)
	defer s.close()
	// The store seals at these sizes: its defaults.
	const headFull, logFull = 64 << 20, 128 << 20
	for minutes = 0; minutes < w.minutes; minutes++ {
		if err := s.send(ctx, minutes, minutes+1); err != nil {
			return 0, 0, err
		}
		m, err := srv.metrics(ctx)
		if err != nil {
			return 0, 0, err
		}
		// The sizes after the minutes to come, as those so far were.
		next := float64(minutes+3) / float64(minutes+1)
		logged = m["skywatch_log_bytes"]
		if m["skywatch_head_bytes"]*next > headFull || logged*next > logFull {
			return minutes + 1, logged, nil
		}
	}
	return minutes, logged, nil
}

// restarts are starts on the same directory.
type restarts struct {
	what, goal, note string
	took, cpu        []time.Duration
}

// once starts the server and asks until the answer is right. The caller ends
// the server.
func (r *restarts) once(ctx context.Context, b *bench, dir string, w workload, minutes int) (*server, error) {
	srv, err := b.start(dir)
	if err != nil {
		return nil, err
	}
	err = verify(ctx, srv, w, 1, minutes)
	r.took = append(r.took, time.Since(srv.started))
	if err != nil {
		srv.kill()
		return nil, err
	}
	cpu, err := srv.cpu()
	r.cpu = append(r.cpu, cpu)
	return srv, err
}

func (r *restarts) figure() figure {
	return value(r.what, median(r.took).Seconds(), "s", r.goal, fmt.Sprintf("median of %d; CPU %s s; %s", len(r.took), number(median(r.cpu).Seconds()), r.note))
}
