package server

import (
	"skywatch/ingest"
	"skywatch/otlp"
)

// openOTLP makes the receiver of OTLP's metrics: what is delta goes by the rules
// of door.
func (s *Server) openOTLP(door *ingest.Ingester) *otlp.Receiver {
	r := otlp.New(otlp.Options{
		Check: door.Samples, AppendOnce: s.series.AppendOnce, AppendRaw: s.series.AppendRaw, Authenticate: s.plainTenant, Now: s.Now, Logger: s.log,
	})
	s.telemetry.counter("skywatch_otlp_points_total", "Points of OTLP/HTTP that were stored.", func() float64 { return float64(r.Stats().Taken) })
	s.telemetry.counter("skywatch_otlp_points_refused_total", "Points of OTLP/HTTP that break a rule.", func() float64 { return float64(r.Stats().Refused) })
	return r
}
