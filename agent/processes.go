package agent

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// processes counts the machine's processes by the letter of their state in
// /proc/<pid>/stat.
type processes struct {
	total   int
	threads int
	states  [256]int
}

type processesReader interface {
	processes(ctx context.Context) (processes, error)
}

type processesCollector struct {
	from   processesReader
	fields []field[*processes]
}

func newProcesses(from processesReader) *processesCollector {
	return &processesCollector{from, processesFields()}
}

func (c *processesCollector) name() string { return "processes" }

func (c *processesCollector) metrics() []Definition { return definitions(c.fields) }

func (c *processesCollector) collect(ctx context.Context, out []Datum) ([]Datum, error) {
	p, err := c.from.processes(ctx)
	if err != nil {
		return out, err
	}
	return levels(out, c.fields, &p, nil), nil
}

func processesFields() []field[*processes] {
	state := func(name, text, letters string) field[*processes] {
		return field[*processes]{"processes_" + name, types.StandardUnitCount, Level, text, func(p *processes) float64 {
			n := 0
			for i := range len(letters) {
				n += p.states[letters[i]]
			}
			return float64(n)
		}}
	}
	zombies := state("zombies", "ended, not yet waited for by their parent", "Z")
	// The CloudWatch agent's table of units says "zombie", so that this one
	// metric goes out without a unit (receiver/adapter/accumulator/
	// default_unit.go, August 2026).
	zombies.unit = types.StandardUnitNone
	return []field[*processes]{
		state("blocked", "in a sleep that cannot be interrupted, mostly I/O", "D"),
		state("dead", "being removed", "X"),
		state("idle", "idle kernel threads", "I"),
		state("paging", "paging (kernels before 2.6 only)", "W"),
		state("running", "running or ready to run", "R"),
		state("sleeping", "waiting for an event", "S"),
		state("stopped", "stopped by a signal or a debugger", "Tt"),
		{"processes_total", types.StandardUnitCount, Level, "all processes", func(p *processes) float64 { return float64(p.total) }},
		{"processes_total_threads", types.StandardUnitCount, Level, "threads of all processes", func(p *processes) float64 { return float64(p.threads) }},
		zombies,
	}
}
