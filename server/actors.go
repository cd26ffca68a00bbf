package server

import (
	"context"
	"net/netip"
	"path/filepath"

	"skywatch/alarms"
	"skywatch/archives"
	"skywatch/catalog"
	"skywatch/doors"
	"skywatch/logs"
	"skywatch/metric"
	"skywatch/rules"
	"skywatch/rules/tail"
	"skywatch/rules/tally"
	"skywatch/schedule/ticker"
	"skywatch/scheduler"
	"skywatch/server/manual"
	"skywatch/streams"
	"skywatch/targets"
	"skywatch/targets/destination"
	"skywatch/targets/function"
	"skywatch/targets/queue"
	"skywatch/targets/scalable"
	"skywatch/targets/scaling"
	"skywatch/targets/topic"
	"skywatch/targets/webhook"
)

// actors are the rooms that act: the alarms and what they reach.
type actors struct {
	alarms    *alarms.Service
	topics    *topic.Service
	queues    *queue.Service
	rules     *rules.Service
	scheduler *scheduler.Service
	calls     *destination.Service
	signer    *topic.Signer
	engine    *targets.Engine
	tails     *tail.Hub
	archives  *archives.Service
	doors     *doors.Service
	scaling   *scaling.Service
	scalable  *scalable.Service
	functions *function.Service
	logs      *logs.Service
	streams   *streams.Service
}

// openActors makes them and sets them to work until the server stops.
func (s *Server) openActors(asked *answers) (*actors, error) {
	signer, err := topic.OpenSigner(filepath.Join(s.cfg.DataDir, signerFile))
	if err != nil {
		return nil, err
	}
	counts := tally.New(tally.Options{To: s.series, Logger: s.log})
	s.counts(tally.Namespace, "metrics of events", counts)
	clock := s.clock()
	groups, err := s.openLogs(clock)
	if err != nil {
		return nil, err
	}
	lines, err := s.openStreams(clock)
	if err != nil {
		return nil, err
	}
	if err := s.openIngress(); err != nil {
		return nil, err
	}
	invocations := s.countInvocations()
	runner, err := s.openRunner(s.functionLog(groups))
	if err != nil {
		return nil, err
	}
	// From here on what is owned ends before the stores are closed.
	s.later(func() error {
		s.cancel()
		s.owned.Wait()
		return nil
	})
	client := webhook.New(webhook.Options{Allow: s.egress()})
	s.later(func() error {
		client.Close()
		return nil
	})
	letters, err := s.openMail()
	if err != nil {
		return nil, err
	}
	outbox, plans := targets.NewOutbox(clock), ticker.NewPlans()
	queues, published := s.openQueues(clock), s.countTopics()
	topics := topic.New(topic.Options{
		Catalog: s.catalog, Outbox: outbox, HTTP: client, Signer: signer, Mail: letters, Clock: clock, Logger: s.log, Observe: published.Published,
	})
	functions, err := s.openFunctions(outbox, clock, queues, invocations, runner)
	if err != nil {
		return nil, err
	}
	calls := destination.New(destination.Options{
		Catalog: s.catalog, HTTP: client, Sealer: sealing{s.sealer}, Logger: s.log,
		Limits: destination.Limits{Connections: s.cfg.Connections, Destinations: s.cfg.Destinations},
	})
	tails := &tail.Hub{}
	router, err := rules.New(rules.Options{
		Catalog: s.catalog, Outbox: outbox, Plans: plans, Clock: clock, Logger: s.log, AllowReserved: s.cfg.Compat == "wide",
		Observer: rules.Observers{counts, tails},
		Limits: rules.Limits{
			Buses: s.cfg.EventBuses, RulesPerBus: s.cfg.RulesPerBus, TargetsPerRule: s.cfg.TargetsPerRule, EntriesBytes: s.cfg.PutEventsBytes,
		},
	})
	if err != nil {
		return nil, err
	}
	kept, err := s.openArchives(router, clock)
	if err != nil {
		return nil, err
	}
	ran := s.countSchedules()
	planner := scheduler.New(scheduler.Options{
		Catalog: s.catalog, Outbox: outbox, Plans: plans, Clock: clock, Logger: s.log,
		Limits: scheduler.Limits{Schedules: s.cfg.Schedules, Groups: s.cfg.ScheduleGroups},
	})
	entrance := doors.New(doors.Options{Catalog: s.catalog, Rules: router, Sealer: sealing{s.sealer}, Now: s.Now, Senders: s.machine()})
	service := alarms.NewService(alarms.Options{Catalog: s.catalog, Outbox: outbox, Events: router, Plans: plans, Vectors: asked.promql})
	own := owner{service, clock}
	sizes, err := s.openScaling(outbox, router, plans, clock, client, own)
	if err != nil {
		return nil, err
	}
	resources, err := s.openScalable(router, plans, clock, client, own)
	if err != nil {
		return nil, err
	}
	far, err := s.openAbroad(client)
	if err != nil {
		return nil, err
	}
	engine := targets.New(targets.Options{
		Catalog: s.catalog, Outbox: outbox, Clock: clock, Logger: s.log, Elsewhere: s.elsewhere(far), Advice: far.Advice,
		Targets: map[targets.Kind]targets.Target{
			targets.Topic:          targets.Inside(topics.Deliver),
			targets.Queue:          targets.Direct(queues.Deliver),
			targets.Bus:            targets.Inside(router.Deliver),
			targets.ScalingPolicy:  targets.Inside(sizes.Deliver),
			targets.ScalablePolicy: targets.Inside(resources.Deliver),
			targets.Subscription:   targets.Outside(topics.Send).Paced(topics.Pace),
			targets.Destination:    targets.Outside(calls.Send).Paced(calls.Pace),
			targets.LogGroup:       targets.Idempotent(groups.Take),
			targets.Stream:         targets.Idempotent(lines.Take),
			targets.Archive:        targets.Idempotent(kept.Take),
			targets.Function:       targets.Direct(functions.Deliver),
			targets.Invocation:     targets.Outside(functions.Send).Paced(functions.Pace).Apart(functions.AtOnce()),
		},
		GivenUp:   router.GivenUp,
		Attempted: allAttempts(counts.Attempted, published.Attempted, ran.Attempted),
		Outcomes: map[string]func(*catalog.Tx, targets.Outcome) error{
			alarms.ActionKind:       service.ActionOutcome,
			rules.DeliveryKind:      allHear(counts.Ended, kept.Ended),
			topic.DeliveryKind:      published.Ended,
			scheduler.DeliveryKind:  ran.Ended,
			function.InvocationKind: functions.Ended,
		},
	})
	schedules := ticker.New(ticker.Options{
		Catalog: s.catalog, Plans: plans, Clock: clock, Logger: s.log,
		Owners: map[string]ticker.Owner{rules.SchedulePlans: router.Schedules(), scheduler.Owner: planner.Owner(), scaling.Owner: sizes.Owner(), scalable.Owner: resources.Owner(), alarms.MutePlans: service.Mutes(), alarms.SuppressionPlans: service.Suppressions()},
	})
	s.telemetry.schedules(schedules.Stats)
	s.telemetry.deliveries(engine.Stats)
	s.telemetry.events(router.Stats)
	s.telemetry.seen(tails.Listeners)
	s.actors = append(s.actors, []manual.Actor{
		{Name: "schedules", Settle: schedules.Settle},
		{Name: "deliveries", Settle: engine.Settle},
		{Name: "queues", Settle: queues.Settle},
		{Name: "event source mappings", Settle: functions.Settle},
		{Name: "topics", Settle: topics.Settle},
		{Name: "connections", Settle: calls.Settle},
		{Name: "schedule groups", Settle: planner.Settle},
		{Name: "archives", Settle: kept.Settle},
		{Name: "log groups", Settle: groups.Settle},
		{Name: "data streams", Settle: lines.Settle},
		{Name: "scaling groups", Settle: sizes.Settle},
		{Name: "scalable targets", Settle: resources.Settle},
	}...)
	for name, run := range map[string]func(context.Context) error{
		"deliveries": engine.Run, "queues": queues.Run, "topics": topics.Run, "connections": calls.Run, "schedules": schedules.Run, "schedule groups": planner.Run, "archives": kept.Run, "doors": entrance.Run, "functions": functions.Run, "event source mappings": functions.Poll, "log groups": groups.Run, "data streams": lines.Run,
	} {
		s.work(name, run)
	}
	return &actors{alarms: service, topics: topics, queues: queues, rules: router, scheduler: planner, calls: calls, signer: signer, engine: engine, tails: tails, doors: entrance, archives: kept, scaling: sizes, scalable: resources, functions: functions, logs: groups, streams: lines}, s.evaluate(service, asked)
}

// evaluate has the alarms hear of new data and judge them.
func (s *Server) evaluate(service *alarms.Service, asked *answers) error {
	o := alarms.EvaluatorOptions{Settle: s.cfg.AlarmSettle, SettleShort: s.cfg.AlarmSettleFast, Answers: asked.forAlarms(), Clock: s.clock(), Logger: s.log}
	if s.cfg.manual() {
		o.Spread = -1 // there is no load to be spread
	}
	e := alarms.NewEvaluator(service, o)
	s.acts("alarms", e.Settle)
	observe := func(o metric.Observation) { e.Observe(o) }
	s.observer.to.Store(&observe)
	s.later(func() error {
		e.Stop()
		return nil
	})
	s.telemetry.alarms(e.Stats)
	return e.Start(s.series, s.series)
}

// work owns a room's loop; its failure is the server's.
func (s *Server) work(name string, run func(context.Context) error) {
	s.own(func(ctx context.Context) {
		if err := run(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("room stopped", "room", name, "err", err)
			s.fail(err)
		}
	})
}

// egress is where webhooks may go beside the public internet. Local mode
// begins with loopback.
func (s *Server) egress() []netip.Prefix {
	allow := append([]netip.Prefix(nil), s.cfg.EgressAllow...)
	if s.auth.now().Local() {
		allow = append(allow, netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"))
	}
	return allow
}
