package server

import (
	"context"
	"sync/atomic"

	"github.com/google/uuid"

	"skywatch/api"
	"skywatch/catalog"
	"skywatch/event"
	"skywatch/rules"
)

// called puts an event on the default bus for each call of the API, if that is
// wanted. It has a transaction of its own, after the call's and before its
// answer: a call that was answered has its event, but for a failure of that
// transaction, which is logged and counted; a crash between the two loses the
// event of a call that was not answered.
func (s *Server) called(router *rules.Service) func(context.Context, api.APICall) {
	if !s.cfg.APICallEvents {
		return nil
	}
	var lost atomic.Uint64
	s.telemetry.counter("skywatch_api_call_events_lost_total", "Events of calls that could not be put.", func() float64 { return float64(lost.Load()) })
	return func(ctx context.Context, c api.APICall) {
		e := event.Event{
			ID: uuid.NewString(), Source: "aws." + c.Service, DetailType: "AWS API Call via CloudTrail",
			Account: c.Account, Region: c.Region, Time: c.At, Detail: c.Record,
		}
		err := s.catalog.Update(ctx, func(tx *catalog.Tx) error { return router.Publish(tx, e) })
		if err != nil {
			lost.Add(1)
			s.log.Error("event of a call is lost", "service", c.Service, "err", err)
		}
	}
}
