package server

import (
	"skywatch/ingest"
	"skywatch/otlp"
)

// openOTLP makes the receiver of OTLP's metrics: what is delta goes by the rules
// of door.
func (s *Server) openOTLP(door *ingest.Ingester) *otlp.Receiver {
	return otlp.New(otlp.Options{
		Check: door.Samples, Append: s.series.Append, AppendRaw: s.series.AppendRaw, Authenticate: s.plainTenant, Now: s.Now, Logger: s.log,
	})
}
