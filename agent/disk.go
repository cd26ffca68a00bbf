package agent

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/shirou/gopsutil/v4/disk"
)

type diskReader interface {
	// mounts lists what is mounted, in the order of mounting.
	mounts(ctx context.Context) ([]disk.PartitionStat, error)
	// usage does not return while a network file system does not answer.
	usage(ctx context.Context, path string) (*disk.UsageStat, error)
}

type diskCollector struct {
	from   diskReader
	ignore []string // types of file systems
	fields []field[*disk.UsageStat]
}

func newDisk(from diskReader, ignore []string) *diskCollector {
	return &diskCollector{from, ignore, diskFields()}
}

func (c *diskCollector) name() string { return "disk" }

func (c *diskCollector) metrics() []Definition {
	return definitions(c.fields, "path", "device", "fstype")
}

func (c *diskCollector) collect(ctx context.Context, out []Datum) ([]Datum, error) {
	mounts, err := c.from.mounts(ctx)
	if err != nil {
		return out, err
	}
	for i, m := range mounts {
		if c.ignored(m) || hidden(m, mounts[i+1:]) {
			continue
		}
		u, err := c.from.usage(ctx, m.Mountpoint)
		if err != nil || u.Total == 0 {
			continue // not readable by this user, or a kernel interface without blocks
		}
		out = levels(out, c.fields, u, diskDimensions(m))
	}
	return out, nil
}

func (c *diskCollector) ignored(m disk.PartitionStat) bool {
	return m.Fstype == "autofs" || m.Mountpoint != "/" && slices.Contains(c.ignore, m.Fstype)
}

// hidden reports whether a later mount covers m. Asking for its usage would
// answer for that one.
func hidden(m disk.PartitionStat, later []disk.PartitionStat) bool {
	return slices.ContainsFunc(later, func(l disk.PartitionStat) bool { return l.Mountpoint == m.Mountpoint })
}

func diskDimensions(m disk.PartitionStat) []Dimension {
	return []Dimension{
		{"device", strings.ReplaceAll(m.Device, "/dev/", "")},
		{"fstype", m.Fstype},
		{"path", m.Mountpoint},
	}
}

func diskFields() []field[*disk.UsageStat] {
	type reading = *disk.UsageStat
	level := func(name string, unit types.StandardUnit, text string, value func(reading) uint64) field[reading] {
		return field[reading]{"disk_" + name, unit, Level, text, func(u reading) float64 { return float64(value(u)) }}
	}
	return []field[reading]{
		level("free", types.StandardUnitBytes, "free for ordinary users", func(u reading) uint64 { return u.Free }),
		level("inodes_free", types.StandardUnitCount, "free index nodes", func(u reading) uint64 { return u.InodesFree }),
		level("inodes_total", types.StandardUnitCount, "all index nodes", func(u reading) uint64 { return u.InodesTotal }),
		level("inodes_used", types.StandardUnitCount, "index nodes in use", func(u reading) uint64 { return u.InodesUsed }),
		level("total", types.StandardUnitBytes, "size of the file system", func(u reading) uint64 { return u.Total }),
		level("used", types.StandardUnitBytes, "in use", func(u reading) uint64 { return u.Used }),
		{"disk_used_percent", types.StandardUnitPercent, Level, "in use, of used and free", func(u reading) float64 {
			return percent(float64(u.Used), float64(u.Used)+float64(u.Free))
		}},
	}
}
