package process

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/durable"
)

// Options are what a Supervisor works with.
type Options struct {
	Dir    string // of records and output; made if it is not there
	Logger *slog.Logger
	// MaxOutput is how many bytes of a program's output are kept; 0: 8 MiB.
	MaxOutput int64
}

const defaultOutput = 8 << 20

// Supervisor runs programs. It is safe for concurrent use. There is one for a
// directory.
type Supervisor struct {
	Options
	machine machine

	mu  sync.Mutex // also held while a program is started
	all map[string]*program
}

// program is a record, and what is known of its process.
type program struct {
	record
	gone time.Time // when it was first seen not to run
}

// forgetAfter is how long the record of a program that has ended is kept for
// somebody to Stop it; a Start that comes again within this time is known as
// one.
const forgetAfter = time.Hour

// Open reads the records in a directory.
func Open(o Options) (*Supervisor, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.MaxOutput == 0 {
		o.MaxOutput = defaultOutput
	}
	m, err := thisMachine()
	if err != nil {
		return nil, err
	}
	if err := durable.MakeDir(vfs.Default, o.Dir, 0o700); err != nil {
		return nil, err
	}
	s := &Supervisor{Options: o, machine: m, all: map[string]*program{}}
	if err := s.load(); err != nil {
		return nil, err
	}
	found := 0
	for _, p := range s.all {
		if ok, err := s.find(&p.record); err != nil {
			return nil, err
		} else if ok {
			found++
		}
	}
	if len(s.all) > 0 {
		s.Logger.Info("processes of an earlier life", "known", len(s.all), "running", found)
	}
	return s, nil
}

// find reports whether a program runs. One whose process is not known is looked
// for.
func (s *Supervisor) find(r *record) (bool, error) {
	if r.PID != 0 {
		return s.machine.runs(r.identity), nil
	}
	who, ok := s.machine.search(r.ID)
	if !ok {
		return false, nil
	}
	r.identity = who
	return true, s.save(r)
}

// Running lists the programs of an owner that run, sorted.
func (s *Supervisor) Running(owner string) (ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids = s.running(owner)
	slices.Sort(ids)
	return ids
}

// running is Running with the lock held, in no order.
func (s *Supervisor) running(owner string) (ids []string) {
	for id, p := range s.all {
		if p.Owner == owner && s.machine.runs(p.identity) {
			ids = append(ids, id)
		}
	}
	return ids
}

// every is how often Run looks.
const every = time.Second

// Run buries programs that have ended, and keeps output within its bounds, until
// ctx ends. The programs run on.
func (s *Supervisor) Run(ctx context.Context) error {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
			s.look(time.Now())
		}
	}
}

// look does what Run does each second.
func (s *Supervisor) look(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, p := range s.all {
		if err := s.bound(id); err != nil {
			s.Logger.Warn("the output of a process cannot be kept within its bounds", "instance", id, "err", err)
		}
		switch {
		case s.machine.runs(p.identity):
		case p.gone.IsZero():
			p.gone = now
			s.machine.bury(p.identity)
			s.Logger.Info("a process has ended", "instance", id, "pid", p.PID)
		case now.Sub(p.gone) > forgetAfter:
			if err := s.forget(id); err != nil {
				s.Logger.Warn("the record of a process that has ended cannot be removed", "instance", id, "err", err)
			}
		}
	}
}

// forget ends what is known of a program; the lock is held.
func (s *Supervisor) forget(id string) error {
	if err := s.drop(id); err != nil {
		return err
	}
	delete(s.all, id)
	return s.tidy()
}
