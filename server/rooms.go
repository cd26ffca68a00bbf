package server

import (
	"sync/atomic"

	"skywatch/api"
	"skywatch/dashboards"
	"skywatch/metric"
	"skywatch/query"
	"skywatch/query/promql"
	"skywatch/tsdb"
)

// openRooms makes the rooms above the stores.
func (s *Server) openRooms() error {
	door := s.dataRules()
	key, err := s.tokenKey(s.ctx)
	if err != nil {
		return err
	}
	engine := query.New(s.series, key, s.queryLimits())
	engine.LogSlow(s.cfg.SlowQuery, s.log)

	asked := &answers{engine, promql.New(promql.Options{Data: engine, Raw: s.series, Logger: s.log})}

	a, err := s.openActors(asked)
	if err != nil {
		return err
	}
	front := s.openFunctionDoor(a.functions, key)
	handler := api.NewHandler(api.Rooms{
		Ingest: door, Query: engine, Alarms: a.alarms, Topics: a.topics, Queues: a.queues, Rules: a.rules, Schedules: a.scheduler, Archives: a.archives, Dashboards: dashboards.New(s.catalog), Logs: a.logs, Streams: a.streams, Scaling: a.scaling, Scalable: a.scalable, Webhooks: a.calls, Functions: a.functions, Packages: front.downloads.Link,
	}, api.Options{
		Auth: s.auth, Logger: s.log, Now: s.Now, PublicURL: s.cfg.PublicURL, BasePath: s.cfg.BasePath,
		MaxInFlight: s.cfg.MaxInFlight, Observe: s.telemetry.answered, Stopping: s.quitting, Called: s.called(a.rules),
	})
	s.openHand()
	s.handler = handler
	s.telemetry.store(s.series.Stats)
	if !s.cfg.manual() { // what the process does has nothing to do with a time that stands still
		self := &selfMetrics{from: s.telemetry.registry, to: s.series, tenant: s.tenant(), log: s.log}
		s.own(self.run)
	}
	if err := s.debug(); err != nil {
		return err
	}
	office := &admin{
		auth: s.auth, keys: s.auth.keys, importer: &importer{door}, sent: &deliveries{a.engine}, forms: &templates{a.calls}, documents: &documentDoor{s.documents(), s.plainTenant, s.Now}, tails: &tails{a.tails, a.rules, s.auth.holds, s.quitting},
		doorway: newDoorway(a.doors, s.cfg.PublicURL+s.cfg.BasePath), backtests: newBacktests(a.alarms, s.series, asked.forAlarms(), handler), clock: &clockDoor{s}, backups: newBackups(s), log: s.log, now: s.Now,
	}
	s.house.Store(&house{reset: office.handle(s.resetAccount), rooms: s.router(handler, office, a.signer, front, s.openPrometheus(asked.promql), s.openOTLP(door))})
	return nil
}

// queryLimits are CloudWatch's, or wider ones (docs/limits.md).
func (s *Server) queryLimits() query.Limits {
	l := query.Limits{Reads: s.cfg.QueryReads, Datapoints: s.cfg.QueryDatapoints, Values: s.cfg.QueryValues, Time: s.cfg.QueryTime}
	if s.cfg.Compat == "wide" {
		l.Searched, l.Scanned, l.Groups = 100_000, 1_000_000, 10_000
	}
	return l
}

// lateObserver hands observations to the alarms once they are there. The
// store opens before them and nothing is watched until then.
type lateObserver struct {
	to atomic.Pointer[func(metric.Observation)]
}

func (l *lateObserver) observe(o metric.Observation) {
	if f := l.to.Load(); f != nil {
		(*f)(o)
	}
}

// storeEvents turns what the store reports into logs and into the end of the
// process where it cannot go on.
func (s *Server) storeEvents() tsdb.Events {
	return tsdb.Events{
		Recovered: func(r tsdb.Recovery) {
			s.log.Info("time series recovered", "series", r.Series, "records", r.Records, "took", r.Duration)
		},
		Sealed: func(r tsdb.Seal) {
			s.log.Debug("head sealed", "series", r.Series, "chunks", r.Chunks, "bytes", r.Bytes, "took", r.Duration)
		},
		Retained: func(r tsdb.Removal) { s.log.Debug("retention", "buckets", r.Buckets, "series", r.Series) },
		Failed:   func(err error) { s.log.Error("background work of the store failed; it is tried again", "err", err) },
		Suspended: func(err error) {
			s.log.Error("writes are refused until the disk works again", "err", err)
		},
		Resumed: func() { s.log.Info("writes are taken again") },
		// A failed sync: nothing may be acknowledged any more (reliability.md 3).
		ReadOnly: s.fail,
		Fatal:    s.fail,
	}
}
