package runtime

import (
	"bytes"
	"os"
	"strconv"
)

// residentDepth bounds how deep a tree of processes is followed.
const residentDepth = 8

// resident tells the bytes of memory that a process and its descendants have
// now, and the most that the process itself ever had. Zero: it has ended.
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
				rss, _ := residentOf(child)
				sum += rss + residentBelow(child, depth-1)
			}
		}
	}
	return sum
}

func residentOf(pid int) (now, peak int64) {
	status, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	for line := range bytes.Lines(status) {
		switch name, value, _ := bytes.Cut(line, []byte(":")); string(name) {
		case "VmRSS":
			now = kilobytes(value)
		case "VmHWM":
			peak = kilobytes(value)
		}
	}
	return now, peak
}

// kilobytes reads "   1234 kB".
func kilobytes(value []byte) int64 {
	n, _, _ := bytes.Cut(bytes.TrimSpace(value), []byte(" "))
	kb, _ := strconv.ParseInt(string(n), 10, 64)
	return kb << 10
}
