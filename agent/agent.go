package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Agent reads this machine and puts what it read. Make one with New.
type Agent struct {
	cfg     Config
	log     *slog.Logger
	reader  *reader
	buffer  *buffer
	sender  *sender
	putter  *putter
	counts  *counts
	started atomic.Bool
}

// New returns an agent that has not begun to read. It returns an error that is
// errors.ErrUnsupported on any system but Linux.
func New(cfg Config) (*Agent, error) {
	if runtime.GOOS != "linux" {
		return nil, fmt.Errorf("host agent on %s: %w", runtime.GOOS, errors.ErrUnsupported)
	}
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.Hostname == "" {
		host, err := os.Hostname()
		if err != nil {
			return nil, fmt.Errorf("agent hostname: %w", err)
		}
		cfg.Hostname = host
	}
	return assemble(cfg, newCollectors(machine{"/proc"}, cfg.IgnoreFileSystemTypes)), nil
}

func assemble(cfg Config, collectors []collector) *Agent {
	log := cfg.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	c := &counts{}
	b := newBuffer(cfg.BufferLimit)
	p := newPutter(cfg)
	return &Agent{
		cfg:    cfg,
		log:    log,
		reader: newReader(collectors, cfg.Hostname, log, c),
		buffer: b,
		sender: &sender{put: p.put, buffer: b, counts: c, log: log},
		putter: p,
		counts: c,
	}
}

// Run reads at once and then every interval, and sends, until ctx ends. It
// then sends what is left, for at most Config.FlushTimeout and only while the
// server answers, and returns nil; what could not be sent is logged. The owner
// waits for it. A second call is an error.
func (a *Agent) Run(ctx context.Context) error {
	if a.started.Swap(true) {
		return errors.New("agent was run before")
	}
	// A request under way when ctx ends is not cut off: its outcome would be
	// unknown.
	sending, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer a.putter.close()
	var sender sync.WaitGroup
	sender.Go(func() { a.sender.run(sending) })

	a.readLoop(ctx)

	a.buffer.close()
	deadline := time.AfterFunc(a.cfg.FlushTimeout, stop)
	defer deadline.Stop()
	sender.Wait()
	if left := a.buffer.len(); left > 0 {
		a.log.Warn("host agent stopped with metrics unsent", "datums", left)
	}
	return nil
}

func (a *Agent) readLoop(ctx context.Context) {
	ticker := time.NewTicker(a.cfg.Interval)
	defer ticker.Stop()
	for ctx.Err() == nil {
		datums := a.reader.read(ctx, time.Now())
		a.counts.dropped.Add(uint64(a.buffer.push(datums)))
		select {
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
}

// Stats returns the agent's own figures. It may be called at any time.
func (a *Agent) Stats() Stats { return a.counts.stats(a.buffer.len()) }
