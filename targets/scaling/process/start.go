package process

import (
	"fmt"
	"os"
	"os/exec"
	"time"
)

// Spec is a program to be started.
type Spec struct {
	// ID names it for good. It is part of a file's name, and in the environment
	// as SKYWATCH_INSTANCE_ID.
	ID    string
	Owner string
	Argv  []string
	Env   []string // all of its environment, but for the identifier
	Dir   string   // to work in; empty: the server's
	// Most is how many programs of its owner may run, this one among them; 0:
	// any number.
	Most int
}

// marker is the variable by which a process is found whose number is not on
// disk.
const marker = "SKYWATCH_INSTANCE_ID="

// Start starts a program, unless it was started before: then it runs, or has
// ended, and nothing is done. After an error it does not run.
func (s *Supervisor) Start(spec Spec) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.all[spec.ID]
	if p != nil {
		// A process that was being made when the server was killed has long been
		// made: the server has started since.
		if _, err := s.find(&p.record); err != nil || p.PID != 0 {
			return err
		}
	} else {
		if n := len(s.running(spec.Owner)); spec.Most > 0 && n >= spec.Most {
			return fmt.Errorf("%d processes run, which is the most that is allowed", n)
		}
		p = &program{record: record{ID: spec.ID, Owner: spec.Owner, Created: time.Now().UTC()}}
		if err := s.save(&p.record); err != nil {
			return fmt.Errorf("note that %s is started: %w", spec.Argv[0], err)
		}
		s.all[spec.ID] = p
	}
	who, err := s.launch(spec)
	if err != nil {
		if gone := s.forget(spec.ID); gone != nil {
			s.Logger.Warn("the record of a process that did not start cannot be removed", "instance", spec.ID, "err", gone)
		}
		return err
	}
	p.identity = who
	if err := s.save(&p.record); err != nil {
		// It runs, and is known by its environment: the start has succeeded.
		s.Logger.Warn("the number of a process cannot be kept", "instance", spec.ID, "pid", who.PID, "err", err)
	}
	return nil
}

func (s *Supervisor) launch(spec Spec) (identity, error) {
	output, err := os.OpenFile(s.path(spec.ID, outputSuffix), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return identity{}, err
	}
	defer func() { _ = output.Close() }() // the process has its own
	cmd := exec.Command(spec.Argv[0], spec.Argv[1:]...)
	cmd.Env = append([]string{marker + spec.ID}, spec.Env...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = spec.Dir, output, output
	cmd.SysProcAttr = apart()
	if err := cmd.Start(); err != nil {
		return identity{}, fmt.Errorf("start %s: %w", spec.Argv[0], err)
	}
	who := s.machine.identify(cmd.Process.Pid)
	_ = cmd.Process.Release() // it is buried by its number
	return who, nil
}
