package server

import (
	"path/filepath"
	"strings"

	"skywatch/targets"
	"skywatch/targets/function"
	"skywatch/targets/function/runtime"
	"skywatch/targets/function/tally"
	"skywatch/targets/queue"
)

// runsFunctions reports whether code of callers may run on this machine: in
// local mode, and where the operator says so.
func (s *Server) runsFunctions() bool { return s.cfg.Functions || s.auth.now().Local() }

// openRunner makes what runs functions, where they may run. It ends after all
// that calls it.
func (s *Server) openRunner(sink runtime.Sink) (*runtime.Runner, error) {
	if !s.runsFunctions() {
		return nil, nil
	}
	r, err := runtime.New(runtime.Options{
		Dir: filepath.Join(s.cfg.DataDir, "functions-run"), MaxEnvironments: s.cfg.FunctionProcesses, ControlGroups: s.cfg.FunctionCgroups, Now: s.Now, Log: s.log, Sink: sink,
	})
	if err != nil {
		return nil, err
	}
	s.later(r.Close)
	s.log.Info("functions run as local processes, which is no sandbox", "apart_by", strings.Join(r.Isolation(), "; "))
	return r, nil
}

// countInvocations makes the metrics of functions.
func (s *Server) countInvocations() *tally.Tally {
	t := tally.New(tally.Options{To: s.series, Logger: s.log})
	s.counts(tally.Namespace, "metrics of functions", t)
	return t
}

// openFunctions makes the functions; without a runner they can be read and
// deleted.
func (s *Server) openFunctions(outbox *targets.Outbox, clock targets.Clock, queues *queue.Service, counts *tally.Tally, r *runtime.Runner) (*function.Service, error) {
	packages, err := function.OpenPackages(filepath.Join(s.cfg.DataDir, packagesDir))
	if err != nil {
		return nil, err
	}
	o := function.Options{
		Catalog: s.catalog, Outbox: outbox, Sealer: sealing{s.sealer}, Packages: packages, Enabled: s.runsFunctions, Clock: clock, Logger: s.log, Observe: counts.Count,
		Sources: map[targets.Kind]function.Source{targets.Queue: function.NewQueueSource(functionQueues{queues})},
	}
	if r != nil {
		o.Runner, o.Concurrency = r, r.Stats().Max
	}
	return function.New(o), nil
}
