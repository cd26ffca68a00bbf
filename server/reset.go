package server

import (
	"context"
	"errors"
	"fmt"

	"skywatch/internal/fault"
	"skywatch/targets"
)

// resetPath is answered outside of the rooms: it closes them.
const resetPath = "/skywatch/v1/reset"

// resetAccount answers it.
func (s *Server) resetAccount(c call) (any, error) {
	return struct{}{}, s.Reset(c.Context(), c.caller.Account)
}

// Reset empties an account: nothing is left of what it has, in whatever region, but
// its access keys. It takes a manual clock, as tests have one. The rooms close for
// as long, and open again on what is left: so nothing of it is left in memory.
func (s *Server) Reset(ctx context.Context, account string) error {
	if s.still == nil {
		return errRealClock()
	}
	if !s.resets.TryLock() {
		return fault.New(fault.Unavailable, "Another reset is under way, or the server stops.")
	}
	defer s.resets.Unlock()
	// What is begun is finished, though the caller be gone.
	ctx = context.WithoutCancel(ctx)
	err := s.closeRooms(ctx)
	if err == nil {
		err = s.deleteAccount(ctx, account)
	}
	s.renew()
	err = errors.Join(err, s.openRooms())
	s.gate.open()
	if err != nil {
		err = fmt.Errorf("reset account %s: %w", account, err)
		s.fail(err)
	}
	return err
}

// closeRooms lets nobody in, waits for who is inside, and closes all above the
// stores.
func (s *Server) closeRooms(ctx context.Context) error {
	s.quit() // who only waits ends
	ctx, cancel := context.WithTimeout(ctx, s.cfg.ShutdownGrace)
	defer cancel()
	if !s.gate.shut(ctx) {
		s.log.Warn("requests under way were broken off", "after", s.cfg.ShutdownGrace)
	}
	return s.unwind(s.floor)
}

func (s *Server) deleteAccount(ctx context.Context, account string) error {
	if err := s.endProcesses(ctx, account); err != nil {
		return err
	}
	if err := targets.ForgetAccount(ctx, s.catalog, account); err != nil {
		return err
	}
	if _, err := s.catalog.DeleteAccount(ctx, account); err != nil {
		return err
	}
	// The journal's logs, and packages of functions, go with the records that
	// name them when their rooms open.
	_, err := s.series.DeleteAccount(ctx, account)
	return err
}
