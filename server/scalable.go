package server

import (
	"skywatch/rules"
	"skywatch/schedule/ticker"
	"skywatch/targets"
	"skywatch/targets/scalable"
	"skywatch/targets/webhook"
)

// openScalable makes the room of scalable targets and sets it to work.
func (s *Server) openScalable(router *rules.Service, plans *ticker.Plans, clock targets.Clock, client *webhook.Client, own owner) (*scalable.Service, error) {
	calls, err := s.openForward()
	if err != nil {
		return nil, err
	}
	resources := scalable.New(scalable.Options{
		Catalog: s.catalog, Events: router, TrackingAlarms: own, Plans: plans, Clock: clock, Logger: s.log, Drivers: scalable.Open(s.cfg.ScalableDrivers, client, calls),
	})
	s.work("scalable targets", resources.Run)
	return resources, nil
}
