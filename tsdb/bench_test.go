//go:build unix

package tsdb

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/metric"
)

// fleet returns one minute's samples of n series, three dimensions each.
func fleet(n int) []metric.Sample {
	out := make([]metric.Sample, n)
	for i := range out {
		out[i] = single(id("Bench", fmt.Sprintf("Metric%d", i%10),
			"Host", fmt.Sprintf("host-%04d", i/10), "Zone", "eu-1a", "Service", "checkout"), t0, float64(i%100))
	}
	return out
}

func benchOptions(b *testing.B) Options {
	o := quiet(vfs.Default)
	o.Dir = b.TempDir()
	o.Partitions = 64
	o.Tick = time.Hour
	o.CacheBytes, o.memTableBytes = 0, 0
	return o
}

// processorTime returns the processor time of the process.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkAppend appends batches of 1,000 data of 10,000 series, a minute
// after the other, sealing included.
func BenchmarkAppend(b *testing.B) {
	const batch, series = 1000, 10_000
	db := mustOpen(b, benchOptions(b))
	samples := fleet(series)
	b.ReportAllocs()
	i, cpu := 0, processorTime(b)
	for b.Loop() {
		part := samples[i*batch%series:][:batch]
		for j := range part {
			part[j].Time += metric.Minute.Millis()
		}
		mustAppend(b, db, part...)
		i++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(i*batch), "ns/datum")
	b.ReportMetric(float64(processorTime(b)-cpu)/float64(i*batch), "cpu-ns/datum")
	mustClose(b, db)
}

// BenchmarkReadDay reads 24 h of one series of 1,000, from Pebble.
func BenchmarkReadDay(b *testing.B) {
	db := mustOpen(b, benchOptions(b))
	samples := fleet(1000)
	for range 1440 {
		for j := range samples {
			samples[j].Time += metric.Minute.Millis()
		}
		mustAppend(b, db, samples...)
	}
	mustFlush(b, db)
	for _, p := range []metric.Period{metric.Minute, metric.FiveMinute, metric.Hour} {
		b.Run(p.Duration().String(), func(b *testing.B) {
			b.ReportAllocs()
			i, n := 0, 0
			for b.Loop() {
				m := samples[i%len(samples)].ID
				err := db.Read(context.Background(), m, p, t0, t0.Add(25*time.Hour), func(metric.Datapoint) { n++ })
				if err != nil {
					b.Fatal(err)
				}
				i++
			}
			if n == 0 {
				b.Fatal("nothing was read")
			}
		})
	}
	mustClose(b, db)
}

// BenchmarkOpen opens a store of 10,000 series with 300,000 data in the log.
func BenchmarkOpen(b *testing.B) {
	o := benchOptions(b)
	o.FS = vfs.NewCrashableMem()
	o.Tick = -1
	db := mustOpen(b, o)
	samples := fleet(10_000)
	for i := range 30 {
		for j := range samples {
			samples[j].Time += metric.Minute.Millis()
		}
		mustAppend(b, db, samples...)
		if i == 0 {
			mustFlush(b, db)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		o.FS = o.FS.(*vfs.MemFS).CrashClone(vfs.CrashCloneCfg{})
		b.StartTimer()
		_ = mustOpen(b, o) // left open: to close it would seal the log
	}
	mustClose(b, db)
}

// BenchmarkMemory tells what a series costs in memory when its data are in
// Pebble.
func BenchmarkMemory(b *testing.B) {
	const series = 100_000
	for b.Loop() {
		b.StopTimer()
		samples := fleet(series)
		db := mustOpen(b, benchOptions(b))
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		b.StartTimer()
		for part := range slices.Chunk(samples, 1000) {
			mustAppend(b, db, part...)
		}
		b.StopTimer()
		mustFlush(b, db)
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(samples)
		b.ReportMetric(float64(int64(after.HeapAlloc-before.HeapAlloc))/series, "B/series")
		mustClose(b, db)
		b.StartTimer()
	}
}
