package agent

import (
	"context"
	stdnet "net"

	"github.com/shirou/gopsutil/v4/common"
	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/disk"
	"github.com/shirou/gopsutil/v4/mem"
	"github.com/shirou/gopsutil/v4/net"
)

// machine reads this Linux machine: through gopsutil, and where gopsutil does
// more work than counting needs (procfs.go), from procRoot itself.
type machine struct {
	procRoot string // "/proc", or a copy in tests
}

// within makes gopsutil read the same procRoot instead of asking the
// environment for HOST_PROC.
func (m machine) within(ctx context.Context) context.Context {
	return context.WithValue(ctx, common.EnvKey, common.EnvMap{common.HostProcEnvKey: m.procRoot})
}

func (m machine) cpuTimes(ctx context.Context) ([]cpu.TimesStat, error) {
	ctx = m.within(ctx)
	each, err := cpu.TimesWithContext(ctx, true)
	if err != nil {
		return nil, err
	}
	all, err := cpu.TimesWithContext(ctx, false)
	return append(each, all...), err
}

func (m machine) memory(ctx context.Context) (*mem.VirtualMemoryStat, error) {
	return mem.VirtualMemoryWithContext(m.within(ctx))
}

func (m machine) swap(ctx context.Context) (*mem.SwapMemoryStat, error) {
	return mem.SwapMemoryWithContext(m.within(ctx))
}

func (m machine) mounts(ctx context.Context) ([]disk.PartitionStat, error) {
	return disk.PartitionsWithContext(m.within(ctx), true)
}

func (m machine) usage(ctx context.Context, path string) (*disk.UsageStat, error) {
	return disk.UsageWithContext(ctx, path)
}

func (m machine) diskIO(ctx context.Context) (map[string]disk.IOCountersStat, error) {
	return disk.IOCountersWithContext(m.within(ctx))
}

func (m machine) netIO(ctx context.Context) ([]net.IOCountersStat, error) {
	return net.IOCountersWithContext(m.within(ctx), true)
}

func (m machine) upInterfaces() (map[string]bool, error) {
	all, err := stdnet.Interfaces()
	if err != nil {
		return nil, err
	}
	up := make(map[string]bool, len(all))
	for _, i := range all {
		up[i.Name] = i.Flags&stdnet.FlagUp != 0 && i.Flags&stdnet.FlagLoopback == 0
	}
	return up, nil
}
