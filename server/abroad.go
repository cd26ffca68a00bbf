package server

import (
	"fmt"

	"skywatch/targets"
	"skywatch/targets/abroad"
	"skywatch/targets/forward"
	"skywatch/targets/webhook"
)

// openAbroad makes what carries to targets that are not of this server.
func (s *Server) openAbroad(client *webhook.Client) (*abroad.Service, error) {
	calls, err := s.openForward()
	if err != nil {
		return nil, err
	}
	return abroad.New(abroad.Options{Client: calls, Drivers: s.cfg.ActionDrivers, HTTP: client}), nil
}

// openForward makes a client that calls by the forwarding profiles.
func (s *Server) openForward() (*forward.Client, error) {
	calls, err := forward.New(s.ctx, forward.Options{Profiles: s.cfg.ForwardProfiles})
	if err != nil {
		return nil, fmt.Errorf("--forward-profiles: %w", err)
	}
	s.later(func() error {
		calls.Close()
		return nil
	})
	return calls, nil
}

// elsewhere is what the engine asks before its own targets; nil, and so nothing
// on the way of each delivery, where nothing is configured.
func (s *Server) elsewhere(a *abroad.Service) func(string) (targets.Target, bool) {
	if len(s.cfg.ForwardProfiles) == 0 && len(s.cfg.ActionDrivers) == 0 {
		return nil
	}
	return a.Target
}
