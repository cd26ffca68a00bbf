package agent

import (
	"context"
	"testing"

	"github.com/shirou/gopsutil/v4/cpu"
)

// cpuReadings answers with one reading after the other.
type cpuReadings [][]cpu.TimesStat

func (r *cpuReadings) cpuTimes(context.Context) ([]cpu.TimesStat, error) {
	first := (*r)[0]
	*r = (*r)[1:]
	return first, nil
}

func TestCPUShares(t *testing.T) {
	t.Parallel()
	before := cpu.TimesStat{CPU: "cpu-total", User: 100, System: 50, Idle: 800, Nice: 10, Iowait: 20, Irq: 1, Softirq: 2, Steal: 3, Guest: 40, GuestNice: 5}
	// 100 s: 30 user (10 of them guest), 4 nice (1 of them guest), 6 system,
	// 50 idle, 5 iowait, 1 irq, 2 softirq, 2 steal.
	after := cpu.TimesStat{CPU: "cpu-total", User: 130, System: 56, Idle: 850, Nice: 14, Iowait: 25, Irq: 2, Softirq: 4, Steal: 5, Guest: 50, GuestNice: 6}
	c := newCPU(&cpuReadings{{before}, {after}})
	checkLines(t, collectOnce(t, c), "")
	checkLines(t, collectOnce(t, c), `
		cpu_usage_active{cpu=cpu-total} 50 Percent
		cpu_usage_guest{cpu=cpu-total} 10 Percent
		cpu_usage_guest_nice{cpu=cpu-total} 1 Percent
		cpu_usage_idle{cpu=cpu-total} 50 Percent
		cpu_usage_iowait{cpu=cpu-total} 5 Percent
		cpu_usage_irq{cpu=cpu-total} 1 Percent
		cpu_usage_nice{cpu=cpu-total} 3 Percent
		cpu_usage_softirq{cpu=cpu-total} 2 Percent
		cpu_usage_steal{cpu=cpu-total} 2 Percent
		cpu_usage_system{cpu=cpu-total} 6 Percent
		cpu_usage_user{cpu=cpu-total} 20 Percent`)
}

func TestCPUCounterBackwards(t *testing.T) {
	t.Parallel()
	times := func(name string, user, idle, iowait float64) cpu.TimesStat {
		return cpu.TimesStat{CPU: name, User: user, Idle: idle, Iowait: iowait}
	}
	tests := []struct {
		name          string
		before, after cpu.TimesStat
		missing       []string // of the 11 metrics
	}{
		{"steady", times("cpu0", 10, 80, 10), times("cpu0", 20, 160, 20), nil},
		{"iowait back", times("cpu0", 10, 80, 10), times("cpu0", 20, 171, 9), []string{"cpu_usage_iowait"}},
		{"idle back", times("cpu0", 10, 80, 10), times("cpu0", 20, 79, 20), []string{"cpu_usage_active", "cpu_usage_idle"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newCPU(&cpuReadings{{tt.before}, {tt.after}})
			collectOnce(t, c)
			got := map[string]bool{}
			for _, d := range collectOnce(t, c) {
				got[d.Name] = true
				if d.Value < 0 || d.Value > 100 {
					t.Errorf("%s = %g", d.Name, d.Value)
				}
			}
			for _, name := range tt.missing {
				if got[name] {
					t.Errorf("%s is published", name)
				}
			}
			if len(got) != 11-len(tt.missing) {
				t.Errorf("%d metrics, want %d", len(got), 11-len(tt.missing))
			}
		})
	}
}

func TestCPUWithoutTimePassed(t *testing.T) {
	t.Parallel()
	now := cpu.TimesStat{CPU: "cpu0", User: 5, Idle: 10}
	reset := cpu.TimesStat{CPU: "cpu0", User: 1, Idle: 2}
	c := newCPU(&cpuReadings{{now}, {now}, {reset}, {}, {now}})
	for range 5 {
		// Nothing on the first reading, without progress, after a restart of
		// all counters, while the CPU is gone, and on its return.
		checkLines(t, collectOnce(t, c), "")
	}
}
