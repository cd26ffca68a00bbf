package agent

import (
	"context"
	"testing"
)

type processesReading string // one letter of state a process

func (r processesReading) processes(context.Context) (processes, error) {
	p := processes{total: len(r), threads: 2 * len(r)}
	for i := range len(r) {
		p.states[r[i]]++
	}
	return p, nil
}

func TestProcesses(t *testing.T) {
	t.Parallel()
	checkLines(t, collectOnce(t, newProcesses(processesReading("RSSDDDZZZZTtXIWP"))), `
		processes_blocked{} 3 Count
		processes_dead{} 1 Count
		processes_idle{} 1 Count
		processes_paging{} 1 Count
		processes_running{} 1 Count
		processes_sleeping{} 2 Count
		processes_stopped{} 2 Count
		processes_total{} 16 Count
		processes_total_threads{} 32 Count
		processes_zombies{} 4 None`)
}
