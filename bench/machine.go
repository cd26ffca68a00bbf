package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// machine is the head of a report: a figure without it says nothing.
type machine struct {
	Date   time.Time
	Commit string
	Go     string
	CPU    string
	Cores  int
	Memory string
	// Load is the machine's load average before the first row: how shared it
	// was.
	Load string
}

func describeMachine(ctx context.Context) machine {
	return machine{
		Date: time.Now().UTC().Truncate(time.Second), Commit: commit(ctx), Go: runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH,
		CPU: field("/proc/cpuinfo", "model name"), Cores: runtime.NumCPU(), Memory: field("/proc/meminfo", "MemTotal"), Load: load(),
	}
}

func (m machine) lines() []string {
	return []string{
		fmt.Sprintf("%s, commit %s, %s", m.Date.Format(time.RFC3339), m.Commit, m.Go),
		fmt.Sprintf("%d cores (%s), memory %s, load average %s before the first row", m.Cores, m.CPU, m.Memory, m.Load),
	}
}

// commit names the checkout, with -dirty behind it where files are changed.
func commit(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty", "--abbrev=10").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// field returns the value of the first "name : value" line of a file of /proc.
func field(file, name string) string {
	b, _ := os.ReadFile(file)
	for line := range strings.Lines(string(b)) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == name {
			return strings.TrimSpace(v)
		}
	}
	return "unknown"
}

func load() string {
	b, _ := os.ReadFile("/proc/loadavg")
	if f := strings.Fields(string(b)); len(f) >= 3 {
		return strings.Join(f[:3], " ")
	}
	return "unknown"
}
