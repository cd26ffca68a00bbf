package agent

import (
	"fmt"
	"syscall"
	"testing"
	"time"
)

// BenchmarkRead measures a whole reading of this machine, and of each part.
// cpu-µs/op is processor time of user and kernel; at 10 s an op every 10 s,
// so 1,000 µs are 0.01 % of one CPU.
func BenchmarkRead(b *testing.B) {
	all := newCollectors(machine{"/proc"}, DefaultConfig().IgnoreFileSystemTypes)
	b.Run("all", func(b *testing.B) { benchmarkRead(b, all...) })
	for _, c := range all {
		b.Run(c.name(), func(b *testing.B) { benchmarkRead(b, c) })
	}
}

func benchmarkRead(b *testing.B, collectors ...collector) {
	r, _ := newTestReader(collectors...)
	b.ReportAllocs()
	before, datums := processorTime(b), 0
	for b.Loop() {
		datums = len(r.read(b.Context(), time.Now()))
	}
	b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
	b.ReportMetric(float64(datums), "datums/op")
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(fmt.Errorf("processor time: %w", err))
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
