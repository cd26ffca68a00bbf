package server

import (
	"context"
	"net"
	"time"

	"skywatch/emf"
	"skywatch/ingest"
	"skywatch/statsd"
)

// openIngress opens the sockets of protocols that carry metrics and know no keys.
// What they take belongs to the default account, and they end before the stores.
func (s *Server) openIngress() error {
	if err := s.openDocuments(); err != nil {
		return err
	}
	return s.openStatsD()
}

func (s *Server) openDocuments() error {
	if s.cfg.EMFListen == "" {
		return nil
	}
	l, err := emf.Listen(s.cfg.EMFListen, emf.ListenerOptions{Intake: s.documents(), Tenant: s.tenant(), Now: s.Now, Logger: s.log})
	if err != nil {
		return err
	}
	s.log.Info("embedded metric format", "tcp", l.Addr().String())
	s.telemetry.documents(l.Stats)
	s.work("embedded metric format", l.Run)
	return nil
}

func (s *Server) openStatsD() error {
	if s.cfg.StatsDListen == "" {
		return nil
	}
	socket, err := statsd.Listen(s.cfg.StatsDListen)
	if err != nil {
		return err
	}
	service := statsd.New(statsd.Options{
		Rules: s.dataRules(), To: s.series, Tenant: s.tenant(), Namespace: s.cfg.StatsDNamespace, Interval: s.cfg.StatsDInterval, Now: s.Now, Logger: s.log,
	})
	s.later(func() error {
		s.cancel()
		s.owned.Wait()
		return service.Close()
	})
	s.log.Info("StatsD", "udp", socket.Addr().String())
	s.telemetry.statsd(service.Stats)
	s.actsEach(s.cfg.StatsDInterval, "metrics of StatsD", service)
	s.work("metrics of StatsD", service.Run)
	s.work("StatsD", func(ctx context.Context) error { return socket.Serve(ctx, service.Receive) })
	return nil
}

// documents registers the figures of the socket for the embedded metric format.
func (t *telemetry) documents(stats func() emf.ListenerStats) {
	t.counter("skywatch_emf_documents_total", "Documents of the embedded metric format that the socket took.", func() float64 { return float64(stats().Taken) })
	t.counter("skywatch_emf_lines_refused_total", "Lines on that socket that are no document, or whose metrics break a rule.", func() float64 { return float64(stats().Refused) })
	t.counter("skywatch_emf_documents_lost_total", "Documents from that socket that could not be kept before the server stopped.", func() float64 { return float64(stats().Lost) })
	t.counter("skywatch_emf_connections_refused_total", "Connections of that socket closed because there were too many, or for a line that is too long.", func() float64 { return float64(stats().TurnedAway + stats().TooLong) })
}

// statsd registers the figures of StatsD.
func (t *telemetry) statsd(stats func() statsd.Stats) {
	t.counter("skywatch_statsd_lines_total", "Lines of StatsD that count.", func() float64 { return float64(stats().Lines) })
	t.counter("skywatch_statsd_lines_refused_total", "Lines of StatsD that break a rule, or for which there was no memory.", func() float64 { return float64(stats().Refused) })
	t.counter("skywatch_statsd_crowded_total", "Times that a timer had too many different values in an interval: it has no percentiles then.", func() float64 { return float64(stats().Crowded) })
	t.counter("skywatch_statsd_data_lost_total", "Data of StatsD given up since the store took nothing for long.", func() float64 { return float64(stats().Lost) })
	t.gauge("skywatch_statsd_metrics", "Metrics of StatsD in memory.", func() float64 { return float64(stats().Metrics) })
}

// checkIngress says what is wrong with the options of those sockets.
func (c Config) checkIngress(bad func(option, format string, args ...any)) {
	for _, o := range []struct{ option, address string }{{"emf-listen", c.EMFListen}, {"statsd-listen", c.StatsDListen}} {
		switch {
		case o.address == "":
		case !addressed(o.address):
			bad(o.option, "%q is not host:port", o.address)
		case !loopback(o.address) && !c.InsecureListeners:
			bad(o.option, "%q is not a loopback address, and the protocol knows no keys: take --insecure-listeners too, or a loopback address", o.address)
		}
	}
	if c.StatsDInterval < time.Second || c.StatsDInterval%time.Second != 0 || time.Minute%c.StatsDInterval != 0 {
		bad("statsd-interval", "%s is not a number of seconds that divides a minute", c.StatsDInterval)
	}
	rules := ingest.New(nil, ingest.Options{AllowReserved: c.Compat == "wide"})
	if err := rules.CheckNamespace(c.StatsDNamespace); err != nil {
		bad("statsd-namespace", "%w", err)
	}
}

func addressed(address string) bool {
	_, _, err := net.SplitHostPort(address)
	return err == nil
}
