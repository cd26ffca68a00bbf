package server

import "context"

// counting is a room that counts what a service does (gather.Sums).
type counting interface {
	Run(context.Context) error
	Flush(context.Context) error
	Close() error
	Uncounted() uint64
}

// counts has a room write what it counts in a namespace, until nothing is left
// that it counts. Call it before what it counts is set to work.
func (s *Server) counts(namespace, name string, c counting) {
	s.later(func() error {
		s.cancel()
		s.owned.Wait()
		return c.Close()
	})
	s.work(name, c.Run)
	s.actsNow(name, c)
	s.telemetry.uncounted(namespace, c.Uncounted)
}
