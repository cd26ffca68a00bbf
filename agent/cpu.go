package agent

import (
	"context"
	"math"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/shirou/gopsutil/v4/cpu"
)

type cpuReader interface {
	// cpuTimes returns the seconds that each CPU ("cpu0", ...) and all of
	// them together ("cpu-total") spent in each state since boot.
	cpuTimes(ctx context.Context) ([]cpu.TimesStat, error)
}

// cpuCollector publishes how the time since the last reading was spent. The
// agent's cpu_time_* metrics (ever growing, off by default) are left out.
type cpuCollector struct {
	from   cpuReader
	fields []field[cpu.TimesStat] // of the time between two readings
	last   map[string]cpu.TimesStat
}

func newCPU(from cpuReader) *cpuCollector {
	return &cpuCollector{from: from, fields: cpuFields()}
}

func (c *cpuCollector) name() string { return "cpu" }

func (c *cpuCollector) metrics() []Definition { return definitions(c.fields, "cpu") }

func (c *cpuCollector) collect(ctx context.Context, out []Datum) ([]Datum, error) {
	times, err := c.from.cpuTimes(ctx)
	if err != nil {
		return out, err
	}
	last := c.last
	c.last = make(map[string]cpu.TimesStat, len(times))
	for _, now := range times {
		c.last[now.CPU] = now
		if before, ok := last[now.CPU]; ok {
			out = c.shares(out, cpuSpent(before, now))
		}
	}
	return out, nil
}

// shares appends each state's part of the time d. A part below 0 or above 100
// comes from a counter that went backwards (Linux lets iowait and idle do so)
// and is left out.
func (c *cpuCollector) shares(out []Datum, d cpu.TimesStat) []Datum {
	const rounding = 1e-6 // percent; the seconds are binary fractions
	total := cpuTotal(d)
	if total <= 0 {
		return out
	}
	dims := []Dimension{{"cpu", d.CPU}}
	for _, f := range c.fields {
		share := 100 * f.value(d) / total
		if share < -rounding || share > 100+rounding {
			continue
		}
		out = append(out, f.datum(math.Min(math.Max(share, 0), 100), dims))
	}
	return out
}

// cpuTotal leaves out guest time, which the kernel counts in User and Nice too.
func cpuTotal(t cpu.TimesStat) float64 {
	return t.User + t.System + t.Nice + t.Iowait + t.Irq + t.Softirq + t.Steal + t.Idle
}

func cpuSpent(from, to cpu.TimesStat) cpu.TimesStat {
	return cpu.TimesStat{
		CPU:       to.CPU,
		User:      to.User - from.User,
		System:    to.System - from.System,
		Idle:      to.Idle - from.Idle,
		Nice:      to.Nice - from.Nice,
		Iowait:    to.Iowait - from.Iowait,
		Irq:       to.Irq - from.Irq,
		Softirq:   to.Softirq - from.Softirq,
		Steal:     to.Steal - from.Steal,
		Guest:     to.Guest - from.Guest,
		GuestNice: to.GuestNice - from.GuestNice,
	}
}

func cpuFields() []field[cpu.TimesStat] {
	share := func(name, text string, value func(cpu.TimesStat) float64) field[cpu.TimesStat] {
		return field[cpu.TimesStat]{"cpu_usage_" + name, types.StandardUnitPercent, Share, text, value}
	}
	return []field[cpu.TimesStat]{
		share("active", "not idle", func(d cpu.TimesStat) float64 { return cpuTotal(d) - d.Idle }),
		share("guest", "running a virtual CPU of a guest", func(d cpu.TimesStat) float64 { return d.Guest }),
		share("guest_nice", "running a low-priority virtual CPU of a guest", func(d cpu.TimesStat) float64 { return d.GuestNice }),
		share("idle", "idle", func(d cpu.TimesStat) float64 { return d.Idle }),
		share("iowait", "idle while I/O was outstanding", func(d cpu.TimesStat) float64 { return d.Iowait }),
		share("irq", "serving interrupts", func(d cpu.TimesStat) float64 { return d.Irq }),
		share("nice", "user code of low priority, without guests", func(d cpu.TimesStat) float64 { return d.Nice - d.GuestNice }),
		share("softirq", "serving software interrupts", func(d cpu.TimesStat) float64 { return d.Softirq }),
		share("steal", "taken by other virtual machines", func(d cpu.TimesStat) float64 { return d.Steal }),
		share("system", "kernel code", func(d cpu.TimesStat) float64 { return d.System }),
		share("user", "user code, without guests", func(d cpu.TimesStat) float64 { return d.User - d.Guest }),
	}
}
