package main

import (
	"context"
	"path/filepath"
	"time"
)

// idleFor is how long an idle server is watched.
const idleFor = 10 * time.Second

// measureIdle watches a server on an empty directory.
func measureIdle(ctx context.Context, b *bench) ([]figure, error) {
	b.progress("idle: %s", idleFor)
	srv, err := b.start(filepath.Join(b.dir, "idle"))
	if err != nil {
		return nil, err
	}
	defer srv.kill()
	if err := srv.settled(ctx); err != nil {
		return nil, err
	}
	before, err := fineCPUOf(srv.pid())
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(idleFor):
	}
	after, err := fineCPUOf(srv.pid())
	if err != nil {
		return nil, err
	}
	took := time.Since(begin)
	resident, err := memoryOf(srv.pid(), "VmRSS")
	if err != nil {
		return nil, err
	}
	own, err := memoryOf(srv.pid(), "RssAnon")
	if err != nil {
		return nil, err
	}
	return []figure{
		value("memory when idle, empty store", float64(resident)/(1<<20), "MiB RSS", "≤ 25 MiB",
			number(float64(own)/(1<<20))+" MiB of it the process's own, the rest pages of the binary that the page cache has anyhow"),
		value("CPU when idle, empty store", 100*(after-before).Seconds()/took.Seconds(), "% of a core", "≤ 0.2 %", ""),
	}, nil
}
