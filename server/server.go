package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/access"
	"skywatch/alarms"
	"skywatch/api"
	"skywatch/catalog"
	"skywatch/ingest"
	"skywatch/journal"
	"skywatch/metric"
	"skywatch/query"
	"skywatch/server/manual"
	"skywatch/targets/scaling/process"
	"skywatch/tsdb"
)

// The seams of the time series.
var (
	_ ingest.Appender = (*tsdb.DB)(nil)
	_ query.Source    = (*tsdb.DB)(nil)
	_ ingest.Observer = (*alarms.Evaluator)(nil)
)

// Server is one node. Make it with New, then Start, then Stop.
type Server struct {
	cfg Config
	log *slog.Logger
	// Now is the clock of requests, evaluation, retention and schedules. A test
	// may replace it between New and Start.
	Now func() time.Time
	// Wake, where a test sets it beside Now, is what wakes in place of the
	// machine's timers, so that no time needs to pass.
	Wake func(time.Time) (<-chan time.Time, func())

	// Version of the program is told in backups.
	Version string

	fs vfs.FS // of the stores; nil: the disk

	still  *manual.Clock  // nil: the clock goes by itself
	actors []manual.Actor // for whom a move of it waits
	mover  *manual.Hand   // nil: as still

	telemetry *telemetry
	catalog   *catalog.DB
	journal   *journal.DB
	series    *tsdb.DB
	sealer    *access.Sealer
	auth      *auth
	listener  net.Listener
	handler   *api.Handler
	failed    chan error

	life   context.Context // ends with Stop
	end    context.CancelFunc
	front  sync.WaitGroup // what runs until no more requests are taken
	shut   func() error   // ends that; nil before there is any
	house  atomic.Pointer[house]
	gate   gate
	resets sync.Mutex // held by a reset, and by Stop

	// A reset ends what follows and makes it anew.
	ctx    context.Context // ends when the rooms close
	cancel context.CancelFunc
	owned  sync.WaitGroup // everything that runs until ctx ends

	quitting  context.Context // ends when no more requests are taken
	quit      context.CancelFunc
	processes *process.Supervisor // of scaling groups; nil: there can be none
	undo      []func() error      // in the order of the steps
	floor     int                 // how many of them are of the stores, not of the rooms

	observer lateObserver
}

// New checks the configuration. It opens nothing.
func New(cfg Config, log *slog.Logger) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, log: log, Now: time.Now, failed: make(chan error, 1)}
	s.setClock()
	s.life, s.end = context.WithCancel(context.Background())
	s.renew()
	return s, nil
}

// KeepInMemory has the stores keep nothing on the disk. Call it between New and
// Start. Keys and the code of functions are on the disk all the same.
func (s *Server) KeepInMemory() { s.fs = vfs.NewMem() }

// Start opens the house from the ground up and returns once requests are
// taken. After an error Stop undoes what was done.
func (s *Server) Start() error {
	for _, step := range []func() error{s.listen, s.openData, s.openCatalog, s.openJournal, s.openAuth, s.openSeries, s.openRooms, s.serve} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// renew makes what a life of the rooms has.
func (s *Server) renew() {
	s.ctx, s.cancel = context.WithCancel(s.life)
	s.quitting, s.quit = context.WithCancel(s.ctx)
	s.telemetry, s.actors, s.processes = newTelemetry(), nil, nil
}

// Stop takes no more requests, waits for those under way and for everything
// owned, and closes the stores. It may be called after a failed Start.
func (s *Server) Stop() error {
	s.resets.Lock()
	defer s.resets.Unlock()
	defer s.end()
	var err error
	if s.shut != nil {
		err = s.shut()
		s.shut = nil
	}
	err = errors.Join(err, s.unwind(s.floor))
	if s.fs != nil { // who keeps nothing knows no process later
		err = errors.Join(err, s.endProcesses(context.Background(), ""))
	}
	return errors.Join(err, s.unwind(0))
}

// unwind undoes the steps but the first few.
func (s *Server) unwind(to int) error {
	var errs []error
	for i := len(s.undo) - 1; i >= to; i-- {
		errs = append(errs, s.undo[i]())
	}
	s.undo = s.undo[:min(to, len(s.undo))]
	return errors.Join(errs...)
}

// later registers the undo of a step that is done.
func (s *Server) later(f func() error) { s.undo = append(s.undo, f) }

// Failed tells of an error after which the server must end.
func (s *Server) Failed() <-chan error { return s.failed }

func (s *Server) fail(err error) {
	select {
	case s.failed <- err:
	default: // one is enough
	}
}

// own runs f until the rooms close, which waits for it.
func (s *Server) own(f func(context.Context)) {
	ctx := s.ctx
	s.owned.Go(func() { f(ctx) })
}

func (s *Server) tenant() metric.Tenant {
	return metric.Tenant{Account: s.cfg.AccountID, Region: s.cfg.Region}
}

func (s *Server) openCatalog() (err error) {
	dir := filepath.Join(s.cfg.DataDir, "catalog")
	if s.catalog, err = catalog.Open(catalog.Options{Dir: dir, FS: s.fs, Logger: s.log}); err != nil {
		return fmt.Errorf("%w (is another server using %s?)", err, s.cfg.DataDir)
	}
	s.later(s.catalog.Close)
	return nil
}

func (s *Server) openAuth() error {
	var err error
	if s.sealer, err = openSealer(s.cfg.keyFile()); err != nil {
		return err
	}
	keys, err := openKeys(s.ctx, s.catalog, s.sealer)
	if err == nil {
		err = s.openSigningKey()
	}
	if err != nil {
		return err
	}
	mode := access.Mode{Loopback: loopback(s.listener.Addr().String()), Keys: keys.Any(), InsecureNoAuth: s.cfg.InsecureNoAuth}
	if err := mode.Start(); err != nil {
		return err
	}
	if !mode.Loopback && s.cfg.TLSCert == "" && !s.cfg.InsecurePlaintext {
		return errors.New("the listen address is not loopback and there is no --tls-cert: give one, or take --insecure-plaintext")
	}
	hosts, err := access.NewHosts([]string{s.listener.Addr().String()}, s.cfg.PublicURL)
	if err != nil {
		return err
	}
	s.auth = newAuth(keys, mode, hosts, s.tenant(), s.machine())
	return nil
}

func (s *Server) openSeries() error {
	db, err := tsdb.Open(tsdb.Options{
		Dir: filepath.Join(s.cfg.DataDir, "tsdb"), FS: s.fs, Logger: s.log, Events: s.storeEvents(),
		Observer: s.observer.observe, Now: s.Now, HeadBytes: s.cfg.HeadBytes, LogBytes: s.cfg.LogBytes,
	})
	if err != nil {
		return err
	}
	s.series = db
	s.later(db.Close)
	s.floor = len(s.undo)
	return nil
}
