package main

import (
	"fmt"
	"runtime"
	"syscall"
	"time"
)

// cost is what one datum of work in this process took.
type cost struct {
	cpu         float64 // nanoseconds
	wall        float64 // nanoseconds
	allocations float64
	bytes       float64
}

// meter runs work, which deals with n data in all, and returns the cost of
// one. The CPU of the garbage collector is part of it.
func meter(n int, work func() error) (cost, error) {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, begin := ownCPU(), time.Now()
	if err := work(); err != nil {
		return cost{}, err
	}
	used, took := ownCPU()-cpu, time.Since(begin)
	runtime.ReadMemStats(&after)
	each := 1 / float64(n)
	return cost{
		cpu: float64(used) * each, wall: float64(took) * each,
		allocations: float64(after.Mallocs-before.Mallocs) * each, bytes: float64(after.TotalAlloc-before.TotalAlloc) * each,
	}, nil
}

// ownCPU is the CPU time of this process.
func ownCPU() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // fails only for a bad argument
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (c cost) figure(what, note string) figure {
	return figure{
		What:   what,
		Ours:   fmt.Sprintf("%s ns, %s allocations", number(c.cpu), number(c.allocations)),
		Values: map[string]float64{"ns": c.cpu, "allocations": c.allocations, "bytes": c.bytes},
		Note:   fmt.Sprintf("%s ns on the wall, %s B allocated%s", number(c.wall), number(c.bytes), note),
	}
}
