package server

import (
	"context"
	"path/filepath"
	"time"

	"skywatch/ingest/gather"
	"skywatch/schedule/ticker"
	"skywatch/targets"
	"skywatch/targets/scaling"
	"skywatch/targets/scaling/process"
	"skywatch/targets/scaling/tally"
	"skywatch/targets/webhook"
)

// processGrace is how long processes of groups have to end that are gone.
const processGrace = 2 * time.Second

// endProcesses ends those of an account's groups, of all where it is empty, once
// the rooms are closed.
func (s *Server) endProcesses(ctx context.Context, account string) error {
	if s.processes == nil {
		return nil
	}
	return scaling.EndLocal(ctx, s.processes, account, processGrace)
}

// openScaling makes the groups of instances and what changes them.
func (s *Server) openScaling(outbox *targets.Outbox, events scaling.Events, plans *ticker.Plans, clock targets.Clock, client *webhook.Client, own owner) (*scaling.Service, error) {
	calls, err := s.openForward()
	if err != nil {
		return nil, err
	}
	means := scaling.Means{HTTP: client, Forward: calls}
	if scaling.NeedProcesses(s.cfg.ScalingDrivers) {
		means.Processes, err = process.Open(process.Options{Dir: filepath.Join(s.cfg.DataDir, "processes"), Logger: s.log})
		if err != nil {
			return nil, err
		}
		s.processes = means.Processes
		s.work("processes of scaling groups", means.Processes.Run)
	}
	sizes := scaling.New(scaling.Options{
		Catalog: s.catalog, Outbox: outbox, Events: events, TrackingAlarms: own, Plans: plans, Clock: clock, Logger: s.log,
		Drivers: scaling.Open(s.cfg.ScalingDrivers, means), HealthEvery: s.cfg.ScalingCheck,
	})
	gauges := tally.New(tally.Options{Options: gather.Options{To: s.series, Logger: s.log}, Readings: sizes.Readings, Now: s.Now})
	s.actsEach(time.Minute, "metrics of scaling groups", gauges)
	s.work("metrics of scaling groups", gauges.Run)
	s.work("scaling groups", sizes.Run)
	return sizes, nil
}
