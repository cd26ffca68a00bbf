package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of CPU time in /proc/PID/stat: USER_HZ is 100 on every
// Linux that Go runs on.
const clockTick = 10 * time.Millisecond

// cpuOf returns the CPU time that a process has used, in steps of clockTick.
func cpuOf(pid int) (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The name, in parentheses, may hold blanks; utime and stime are the 12th
	// and 13th fields behind it (proc_pid_stat(5)).
	_, rest, _ := strings.Cut(string(b), ") ")
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0, fmt.Errorf("read CPU time of process %d: unknown form %q", pid, b)
	}
	user, err := strconv.ParseInt(f[11], 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(f[12], 10, 64)
	return time.Duration(user+system) * clockTick, err
}

// fineCPUOf is cpuOf in nanoseconds. It sees only threads that live, which is
// all of them in a server that idles.
func fineCPUOf(pid int) (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(files) == 0 {
		return cpuOf(pid)
	}
	var sum time.Duration
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		ran, _, _ := strings.Cut(string(b), " ")
		ns, err := strconv.ParseInt(ran, 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(ns)
	}
	return sum, nil
}

// writtenBy returns the bytes that a process had written to disks. It can be
// read until the process is waited for.
func writtenBy(pid int) (int64, error) {
	return strconv.ParseInt(field(fmt.Sprintf("/proc/%d/io", pid), "write_bytes"), 10, 64)
}

// memoryOf returns what /proc tells of a process's memory under a name.
func memoryOf(pid int, name string) (int64, error) {
	kib, ok := strings.CutSuffix(field(fmt.Sprintf("/proc/%d/status", pid), name), " kB")
	if !ok {
		return 0, fmt.Errorf("process %d has no %s", pid, name)
	}
	n, err := strconv.ParseInt(kib, 10, 64)
	return n << 10, err
}

// diskBytes returns the sum of the sizes of the files below dir for which keep
// is true.
func diskBytes(dir string, keep func(path string) bool) (sum int64, err error) {
	err = filepath.Walk(dir, func(path string, i os.FileInfo, err error) error {
		if err == nil && i.Mode().IsRegular() && keep(path) {
			sum += i.Size()
		}
		return err
	})
	return sum, err
}
