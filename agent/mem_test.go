package agent

import (
	"context"
	"testing"

	"github.com/shirou/gopsutil/v4/mem"
)

type memReading mem.VirtualMemoryStat

func (r *memReading) memory(context.Context) (*mem.VirtualMemoryStat, error) {
	return (*mem.VirtualMemoryStat)(r), nil
}

func TestMem(t *testing.T) {
	t.Parallel()
	c := newMem(&memReading{
		Total: 1000, Available: 600, Free: 100, Buffers: 50, Cached: 350, Active: 300, Inactive: 200,
		Used: 400, UsedPercent: 40, // gopsutil's, not the agent's
	})
	checkLines(t, collectOnce(t, c), `
		mem_active{} 300 Bytes
		mem_available{} 600 Bytes
		mem_available_percent{} 60 Percent
		mem_buffered{} 50 Bytes
		mem_cached{} 350 Bytes
		mem_free{} 100 Bytes
		mem_inactive{} 200 Bytes
		mem_total{} 1000 Bytes
		mem_used{} 500 Bytes
		mem_used_percent{} 50 Percent`)
}

func TestMemUsedIsNotNegative(t *testing.T) {
	t.Parallel()
	if got := memUsed(&mem.VirtualMemoryStat{Total: 100, Free: 60, Cached: 50}); got != 0 {
		t.Errorf("used = %g", got)
	}
}
