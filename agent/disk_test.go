package agent

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/shirou/gopsutil/v4/disk"
)

// diskReading answers usage by path; a path it does not know is an error.
type diskReading struct {
	mounted []disk.PartitionStat
	usages  map[string]*disk.UsageStat
	asked   []string
}

func (r *diskReading) mounts(context.Context) ([]disk.PartitionStat, error) { return r.mounted, nil }

func (r *diskReading) usage(_ context.Context, path string) (*disk.UsageStat, error) {
	r.asked = append(r.asked, path)
	if u := r.usages[path]; u != nil {
		return u, nil
	}
	return nil, errors.New("permission denied")
}

func TestDisk(t *testing.T) {
	t.Parallel()
	c := newDisk(&diskReading{
		mounted: []disk.PartitionStat{{Device: "/dev/sda1", Mountpoint: "/", Fstype: "ext4"}},
		usages: map[string]*disk.UsageStat{"/": {
			Total: 1100, Free: 300, Used: 700, InodesTotal: 10, InodesFree: 6, InodesUsed: 4,
		}},
	}, nil)
	checkLines(t, collectOnce(t, c), `
		disk_free{device=sda1,fstype=ext4,path=/} 300 Bytes
		disk_inodes_free{device=sda1,fstype=ext4,path=/} 6 Count
		disk_inodes_total{device=sda1,fstype=ext4,path=/} 10 Count
		disk_inodes_used{device=sda1,fstype=ext4,path=/} 4 Count
		disk_total{device=sda1,fstype=ext4,path=/} 1100 Bytes
		disk_used{device=sda1,fstype=ext4,path=/} 700 Bytes
		disk_used_percent{device=sda1,fstype=ext4,path=/} 70 Percent`)
}

func TestDiskChoosesMounts(t *testing.T) {
	t.Parallel()
	some := &disk.UsageStat{Total: 1}
	r := &diskReading{
		mounted: []disk.PartitionStat{
			{Device: "overlay", Mountpoint: "/", Fstype: "overlay"},             // kept: "/"
			{Device: "proc", Mountpoint: "/proc", Fstype: "proc"},               // no blocks
			{Device: "tmpfs", Mountpoint: "/run", Fstype: "tmpfs"},              // ignored
			{Device: "auto.home", Mountpoint: "/home", Fstype: "autofs"},        // never asked
			{Device: "/dev/sdb1", Mountpoint: "/data", Fstype: "ext4"},          // covered by the next
			{Device: "/dev/mapper/vg-data", Mountpoint: "/data", Fstype: "xfs"}, // kept
			{Device: "/dev/sdc1", Mountpoint: "/secret", Fstype: "ext4"},        // not readable
		},
		usages: map[string]*disk.UsageStat{"/": some, "/proc": {}, "/run": some, "/home": some, "/data": some},
	}
	var devices []string
	for _, d := range collectOnce(t, newDisk(r, []string{"tmpfs", "overlay"})) {
		if d.Name == "disk_total" {
			devices = append(devices, d.Dimensions[0].Value)
		}
	}
	if want := []string{"overlay", "mapper/vg-data"}; !slices.Equal(devices, want) {
		t.Errorf("devices %q, want %q", devices, want)
	}
	if slices.Contains(r.asked, "/home") {
		t.Error("asked an automounter's path, which would mount it")
	}
}
