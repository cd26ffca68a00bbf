package runtime

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Limits of every process of an environment.
const (
	maxFiles     = 1024      // file descriptors (Lambda quotas)
	maxProcesses = 1024      // processes and threads (Lambda quotas)
	maxFileSize  = 512 << 20 // of one file; Lambda: all of /tmp, by default
	// dataFactor and dataSlack leave room for memory that is reserved and not
	// used, as thread stacks and V8's heaps are. Resident memory is what
	// watch.go holds to the function's memory size; this stops what grows
	// faster than that looks.
	dataFactor = 4
	dataSlack  = 512 << 20
)

// set changes the limits of another process of ours.
func (l limits) set(pid int, m measures) error {
	rows := []struct {
		name     string
		resource int
		max      uint64
	}{
		{"RLIMIT_CORE", unix.RLIMIT_CORE, 0},
		{"RLIMIT_NOFILE", unix.RLIMIT_NOFILE, maxFiles},
		{"RLIMIT_FSIZE", unix.RLIMIT_FSIZE, maxFileSize},
		{"RLIMIT_DATA", unix.RLIMIT_DATA, uint64(dataFactor*l.memory + dataSlack)},
	}
	for _, r := range rows {
		if err := lower(pid, r.resource, r.max); err != nil {
			return fmt.Errorf("set %s: %w", r.name, err)
		}
	}
	if !m.namespaces {
		return nil // processes are counted for each user: it would count the server's own
	}
	if err := lower(pid, unix.RLIMIT_NPROC, maxProcesses); err != nil {
		return fmt.Errorf("set RLIMIT_NPROC: %w", err)
	}
	return nil
}

// lower sets a limit unless a lower one is already there.
func lower(pid, resource int, maximum uint64) error {
	var old unix.Rlimit
	if err := unix.Prlimit(pid, resource, nil, &old); err != nil {
		return err
	}
	maximum = min(maximum, old.Max)
	return unix.Prlimit(pid, resource, &unix.Rlimit{Cur: maximum, Max: maximum}, nil)
}
