package mail

// BreakIdle ends the connections of idle sessions, as a relay does that is
// tired of them.
func (s *Sender) BreakIdle() {
	for range len(s.idle) {
		c := <-s.idle
		_ = c.conn.Close()
		s.idle <- c
	}
}
