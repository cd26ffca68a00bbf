package runtime

import (
	"bytes"
	"os"
	"strconv"
)

// residentDepth bounds how deep a tree of processes is followed.
const residentDepth = 8

// resident tells the bytes of memory that a process and its descendants have
// now, and the most that the process itself ever had. Zero: it has ended. What
// descendants share with each other counts once, in parts.
func resident(pid int) (now, peak int64) {
	now, peak = residentOf(pid)
	return now + residentBelow(pid, residentDepth), peak
}

func residentBelow(pid, depth int) (sum int64) {
	if depth == 0 {
		return 0
	}
	tasks, err := os.ReadDir("/proc/" + strconv.Itoa(pid) + "/task")
	if err != nil {
		return 0
	}
	for _, task := range tasks {
		children, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/task/" + task.Name() + "/children")
		for word := range bytes.FieldsSeq(children) {
			if child, err := strconv.Atoi(string(word)); err == nil {
				sum += shareOf(child) + residentBelow(child, depth-1)
			}
		}
	}
	return sum
}

func residentOf(pid int) (now, peak int64) {
	status, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	return field(status, "VmRSS"), field(status, "VmHWM")
}

// shareOf is a process's proportional share, where the kernel tells.
func shareOf(pid int) int64 {
	rollup, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/smaps_rollup")
	if err != nil {
		now, _ := residentOf(pid)
		return now
	}
	return field(rollup, "Pss")
}

// field finds a line as "VmRSS:   1234 kB".
func field(text []byte, wanted string) int64 {
	for line := range bytes.Lines(text) {
		if name, value, _ := bytes.Cut(line, []byte(":")); string(name) == wanted {
			return kilobytes(value)
		}
	}
	return 0
}

// kilobytes reads "   1234 kB".
func kilobytes(value []byte) int64 {
	n, _, _ := bytes.Cut(bytes.TrimSpace(value), []byte(" "))
	kb, _ := strconv.ParseInt(string(n), 10, 64)
	return kb << 10
}
