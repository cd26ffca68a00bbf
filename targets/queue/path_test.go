package queue_test

import (
	"context"
	"testing"
	"testing/synctest"

	"skywatch/rules"
	"skywatch/targets"
	"skywatch/targets/queue"
)

// path is a bus with a rule before the desk's queues, and the engine.
type path struct {
	*desk
	router *rules.Service
	engine *targets.Engine
	stop   func()
}

func openPath(d *desk) *path {
	outbox := targets.NewOutbox(nil)
	p := &path{desk: d}
	p.engine = targets.New(targets.Options{
		Catalog: d.db, Outbox: outbox, Targets: map[targets.Kind]targets.Target{targets.Queue: targets.Direct(d.s.Deliver)},
	})
	var err error
	if p.router, err = rules.New(rules.Options{Catalog: d.db, Outbox: outbox}); err != nil {
		d.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(d.t.Context())
	done := make(chan error)
	go func() { done <- p.engine.Run(ctx) }()
	p.stop = func() {
		cancel()
		if err := <-done; err != nil {
			d.t.Error(err)
		}
	}
	return p
}

func (p *path) rule(to ...rules.Target) {
	p.t.Helper()
	n := rules.RuleName{BusName: rules.BusName{Tenant: tenant, Bus: rules.DefaultBus}, Rule: "r"}
	if err := p.router.PutRule(p.t.Context(), rules.Rule{RuleName: n, Pattern: `{"source":["shop"]}`}); err != nil {
		p.t.Fatal(err)
	}
	if err := p.router.PutTargets(p.t.Context(), n, to); err != nil {
		p.t.Fatal(err)
	}
}

func (p *path) put() {
	p.t.Helper()
	got, err := p.router.PutEvents(p.t.Context(), tenant, []rules.Entry{{Source: "shop", DetailType: "order", Detail: `{"n":1}`}})
	if err != nil || got[0].Code != "" {
		p.t.Fatalf("put: %v %v", got, err)
	}
}

func (p *path) create(q string, attributes map[string]string) {
	p.t.Helper()
	if err := p.s.Create(p.t.Context(), name(q), attributes, nil); err != nil {
		p.t.Fatal(err)
	}
}

func (p *path) all(q string) []queue.Received {
	p.t.Helper()
	got, err := p.s.Receive(p.t.Context(), name(q), queue.Receive{Max: 10})
	if err != nil {
		p.t.Fatal(err)
	}
	return got
}

// When PutEvents answers, the messages are in the queues: their groups and
// deduplication as the targets have them.
func TestEventsAreInQueuesAtOnce(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, d *desk) {
		p := openPath(d)
		p.create("q", nil)
		p.create("q.fifo", map[string]string{"FifoQueue": "true"})
		p.rule(
			rules.Target{ID: "fair", ARN: name("q").ARN(), MessageGroupID: "tenant"},
			rules.Target{ID: "plain", ARN: name("q").ARN()},
			rules.Target{ID: "fifo", ARN: name("q.fifo").ARN(), MessageGroupID: "g"},
			rules.Target{ID: "again", ARN: name("q.fifo").ARN(), MessageGroupID: "g"},
		)
		p.stop() // nothing is left to the engine
		p.put()
		standard, fifo := p.all("q"), p.all("q.fifo")
		if len(standard) != 2 || standard[0].Group+standard[1].Group != "tenant" {
			t.Errorf("standard queue: %+v", standard)
		}
		if len(fifo) != 2 || fifo[0].Group != "g" || fifo[0].Deduplication == fifo[1].Deduplication {
			t.Errorf("FIFO queue: %+v", fifo)
		}
		page, err := p.engine.Deliveries(targets.LogQuery{Account: tenant.Account})
		if err != nil || len(page.Deliveries) != 4 || page.Deliveries[0].Status != targets.Delivered || page.Deliveries[0].Attempts != 1 {
			t.Errorf("log %+v, %v", page, err)
		}
		if s := p.engine.Stats(); s.Attempts != 4 || s.Delivered != 4 {
			t.Errorf("stats %+v", s)
		}
	})
}

// What a queue refuses goes the way of every delivery: the engine's, to the
// dead-letter queue; and what cannot be sent at all is there at once.
func TestEventsThatAQueueRefuses(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, d *desk) {
		p := openPath(d)
		defer p.stop()
		p.create("dead", nil)
		p.create("q", nil)
		p.rule(
			rules.Target{ID: "gone", ARN: name("gone").ARN(), DeadLetter: name("dead").ARN()},
			rules.Target{ID: "unmade", ARN: name("q").ARN(), DeadLetter: name("dead").ARN(), Input: rules.Input{
				Transformer: &rules.Transformer{Paths: map[string]string{"n": "$.detail"}, Template: `{"text":"<n>"}`},
			}},
			rules.Target{ID: "fine", ARN: name("q").ARN()},
		)
		p.put()
		synctest.Wait()
		codes := map[string]string{}
		for _, m := range p.all("dead") {
			codes[m.Attributes["ERROR_CODE"].String] = m.Attributes["ERROR_MESSAGE"].String
		}
		if len(codes) != 2 || codes[targets.NoResource] == "" || codes[targets.ClientError] == "" {
			t.Errorf("dead letters %v", codes)
		}
		if got := p.all("q"); len(got) != 1 {
			t.Errorf("%d messages in the queue", len(got))
		}
		if s := p.engine.Stats(); s.Buried != 2 || s.Broken != 0 || s.Delivered != 1 {
			t.Errorf("stats %+v", s)
		}
		page, err := p.engine.Deliveries(targets.LogQuery{Account: tenant.Account, Status: targets.Failed})
		if err != nil || len(page.Deliveries) != 2 {
			t.Errorf("log %+v, %v", page, err)
		}
	})
}
