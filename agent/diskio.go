package agent

import (
	"cmp"
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/shirou/gopsutil/v4/disk"
)

type diskIOReader interface {
	// diskIO returns the counters of block devices and partitions, without
	// those that have never been used.
	diskIO(ctx context.Context) (map[string]disk.IOCountersStat, error)
}

type diskIOCollector struct {
	from   diskIOReader
	growth *growth[disk.IOCountersStat]
}

func newDiskIO(from diskIOReader) *diskIOCollector {
	return &diskIOCollector{from, newGrowth(diskIOFields())}
}

func (c *diskIOCollector) name() string { return "diskio" }

func (c *diskIOCollector) metrics() []Definition { return definitions(c.growth.fields, "name") }

func (c *diskIOCollector) collect(ctx context.Context, out []Datum) ([]Datum, error) {
	devices, err := c.from.diskIO(ctx)
	if err != nil {
		return out, err
	}
	c.growth.begin()
	for _, d := range sortedDevices(devices) {
		out = c.growth.add(out, d.Name, d, []Dimension{{"name", d.Name}})
	}
	c.growth.end()
	return out, nil
}

func sortedDevices(devices map[string]disk.IOCountersStat) []disk.IOCountersStat {
	sorted := make([]disk.IOCountersStat, 0, len(devices))
	for name, d := range devices {
		d.Name = name
		sorted = append(sorted, d)
	}
	slices.SortFunc(sorted, func(a, b disk.IOCountersStat) int { return cmp.Compare(a.Name, b.Name) })
	return sorted
}

func diskIOFields() []field[disk.IOCountersStat] {
	type reading = disk.IOCountersStat
	grows := func(name string, unit types.StandardUnit, text string, value func(reading) uint64) field[reading] {
		return field[reading]{"diskio_" + name, unit, Growth, text, func(d reading) float64 { return float64(value(d)) }}
	}
	return []field[reading]{
		grows("io_time", types.StandardUnitMilliseconds, "time with requests outstanding", func(d reading) uint64 { return d.IoTime }),
		{"diskio_iops_in_progress", types.StandardUnitCount, Level, "requests outstanding", func(d reading) float64 { return float64(d.IopsInProgress) }},
		grows("read_bytes", types.StandardUnitBytes, "read", func(d reading) uint64 { return d.ReadBytes }),
		grows("read_time", types.StandardUnitMilliseconds, "sum of the time that reads took", func(d reading) uint64 { return d.ReadTime }),
		grows("reads", types.StandardUnitCount, "completed reads", func(d reading) uint64 { return d.ReadCount }),
		grows("write_bytes", types.StandardUnitBytes, "written", func(d reading) uint64 { return d.WriteBytes }),
		grows("write_time", types.StandardUnitMilliseconds, "sum of the time that writes took", func(d reading) uint64 { return d.WriteTime }),
		grows("writes", types.StandardUnitCount, "completed writes", func(d reading) uint64 { return d.WriteCount }),
	}
}
