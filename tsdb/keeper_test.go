package tsdb

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/metric"
)

// smallDisk is a disk with a settable rest of space.
type smallDisk struct {
	vfs.FS
	left atomic.Int64
}

// GetDiskUsage implements vfs.FS.
func (d *smallDisk) GetDiskUsage(string) (vfs.DiskUsage, error) {
	return vfs.DiskUsage{AvailBytes: uint64(d.left.Load())}, nil
}

func TestKeeperSealsByAgeAndRetainsByTheHour(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sealed, retained atomic.Int64
		o := Options{Dir: "db", FS: vfs.NewMem(), Partitions: 2, SealAge: 30 * time.Minute}
		o.Events.Sealed = func(Seal) { sealed.Add(1) }
		o.Events.Retained = func(Removal) { retained.Add(1) }
		db := mustOpen(t, o)
		m := id("App", "Latency")
		mustAppend(t, db, single(m, metric.At(time.Now()), 1))
		time.Sleep(29 * time.Minute)
		synctest.Wait()
		if n := sealed.Load(); n != 0 {
			t.Errorf("sealed %d times before the age", n)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if n := sealed.Load(); n != 1 {
			t.Errorf("sealed %d times at the age", n)
		}
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		if n := sealed.Load(); n != 1 {
			t.Errorf("sealed %d times with nothing new", n)
		}
		if n := retained.Load(); n != 4 {
			t.Errorf("retention ran %d times in 3.5 h", n)
		}
		mustClose(t, db)
	})
}

func TestKeeperRefusesDataBeforeTheDiskIsFull(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		disk := &smallDisk{FS: vfs.NewMem()}
		disk.left.Store(1 << 30)
		var events []string
		o := Options{Dir: "db", FS: disk, Partitions: 2}
		o.Events.Suspended = func(err error) { events = append(events, err.Error()) }
		o.Events.Resumed = func() { events = append(events, "resumed") }
		db := mustOpen(t, o)
		samples := []metric.Sample{single(id("App", "Latency"), metric.At(time.Now()), 1)}
		put := func() error {
			time.Sleep(o.withDefaults().Tick)
			synctest.Wait()
			return db.Append(context.Background(), samples)
		}
		if err := put(); err != nil {
			t.Error(err)
		}
		disk.left.Store(100)
		if err := put(); err == nil || !strings.Contains(err.Error(), "100 bytes left") {
			t.Error(err)
		}
		disk.left.Store(1 << 30)
		if err := put(); err != nil {
			t.Error(err)
		}
		mustClose(t, db)
		if got := fmt.Sprint(events); got != "[the disk has 100 bytes left, less than 536870912 resumed]" {
			t.Error(got)
		}
	})
}
