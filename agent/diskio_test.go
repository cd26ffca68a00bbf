package agent

import (
	"context"
	"testing"

	"github.com/shirou/gopsutil/v4/disk"
)

type diskIOReadings []map[string]disk.IOCountersStat

func (r *diskIOReadings) diskIO(context.Context) (map[string]disk.IOCountersStat, error) {
	first := (*r)[0]
	*r = (*r)[1:]
	return first, nil
}

func TestDiskIO(t *testing.T) {
	t.Parallel()
	c := newDiskIO(&diskIOReadings{
		{"sda": {ReadCount: 10, WriteCount: 20, ReadBytes: 1000, WriteBytes: 2000, ReadTime: 5, WriteTime: 6, IoTime: 7, IopsInProgress: 3}},
		{
			"sda": {ReadCount: 11, WriteCount: 22, ReadBytes: 1512, WriteBytes: 2000, ReadTime: 9, WriteTime: 16, IoTime: 27, IopsInProgress: 1},
			"sdb": {ReadCount: 1},
		},
		{"sda": {ReadCount: 1, WriteCount: 23}, "sdb": {ReadCount: 5}},
	})
	checkLines(t, collectOnce(t, c), "diskio_iops_in_progress{name=sda} 3 Count")
	checkLines(t, collectOnce(t, c), `
		diskio_io_time{name=sda} 20 Milliseconds
		diskio_iops_in_progress{name=sda} 1 Count
		diskio_read_bytes{name=sda} 512 Bytes
		diskio_read_time{name=sda} 4 Milliseconds
		diskio_reads{name=sda} 1 Count
		diskio_write_bytes{name=sda} 0 Bytes
		diskio_write_time{name=sda} 10 Milliseconds
		diskio_writes{name=sda} 2 Count
		diskio_iops_in_progress{name=sdb} 0 Count`)
	// sda's counters went backwards, all but one.
	checkLines(t, collectOnce(t, c), `
		diskio_iops_in_progress{name=sda} 0 Count
		diskio_writes{name=sda} 1 Count
		diskio_io_time{name=sdb} 0 Milliseconds
		diskio_iops_in_progress{name=sdb} 0 Count
		diskio_read_bytes{name=sdb} 0 Bytes
		diskio_read_time{name=sdb} 0 Milliseconds
		diskio_reads{name=sdb} 4 Count
		diskio_write_bytes{name=sdb} 0 Bytes
		diskio_write_time{name=sdb} 0 Milliseconds
		diskio_writes{name=sdb} 0 Count`)
}
