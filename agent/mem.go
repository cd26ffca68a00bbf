package agent

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/shirou/gopsutil/v4/mem"
)

type memReader interface {
	memory(ctx context.Context) (*mem.VirtualMemoryStat, error)
}

type memCollector struct {
	from   memReader
	fields []field[*mem.VirtualMemoryStat]
}

func newMem(from memReader) *memCollector { return &memCollector{from, memFields()} }

func (c *memCollector) name() string { return "mem" }

func (c *memCollector) metrics() []Definition { return definitions(c.fields) }

func (c *memCollector) collect(ctx context.Context, out []Datum) ([]Datum, error) {
	m, err := c.from.memory(ctx)
	if err != nil {
		return out, err
	}
	return levels(out, c.fields, m, nil), nil
}

// memUsed is what the CloudWatch agent calls used: total without free, buffers
// and cache. It is not gopsutil v4's Used, which is total without available;
// the agent is built on v3.
func memUsed(m *mem.VirtualMemoryStat) float64 {
	return max(float64(m.Total)-float64(m.Free)-float64(m.Buffers)-float64(m.Cached), 0)
}

// percent returns part of whole in percent, 0 of nothing.
func percent(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return 100 * part / whole
}

func memFields() []field[*mem.VirtualMemoryStat] {
	type reading = *mem.VirtualMemoryStat
	bytes := func(name, text string, value func(reading) uint64) field[reading] {
		return field[reading]{"mem_" + name, types.StandardUnitBytes, Level, text, func(m reading) float64 { return float64(value(m)) }}
	}
	share := func(name, text string, value func(reading) float64) field[reading] {
		return field[reading]{"mem_" + name, types.StandardUnitPercent, Level, text, func(m reading) float64 { return percent(value(m), float64(m.Total)) }}
	}
	return []field[reading]{
		bytes("active", "used recently", func(m reading) uint64 { return m.Active }),
		bytes("available", "can be given to programs without swapping", func(m reading) uint64 { return m.Available }),
		share("available_percent", "available, of the total", func(m reading) float64 { return float64(m.Available) }),
		bytes("buffered", "buffers of block devices", func(m reading) uint64 { return m.Buffers }),
		bytes("cached", "file cache, with reclaimable kernel memory", func(m reading) uint64 { return m.Cached }),
		bytes("free", "not used at all", func(m reading) uint64 { return m.Free }),
		bytes("inactive", "not used for some time", func(m reading) uint64 { return m.Inactive }),
		bytes("total", "all memory", func(m reading) uint64 { return m.Total }),
		{"mem_used", types.StandardUnitBytes, Level, "total without free, buffered and cached", memUsed},
		share("used_percent", "used, of the total", memUsed),
	}
}
