package process

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// machine is the processes of this machine, as /proc shows them.
type machine struct{ boot string }

func thisMachine() (machine, error) {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return machine{strings.TrimSpace(string(b))}, err
}

// apart is what keeps a process running when the server ends, or the terminal
// that it was started from.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// stat is what /proc/PID/stat says.
type stat struct {
	state         byte
	parent, group int
	start         uint64
}

func statOf(pid int) (s stat, err error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return s, err
	}
	// The name, in parentheses, may hold anything. After it are the third field
	// (state) and the others; the start is the 22nd (proc_pid_stat(5)).
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	if len(f) < 20 {
		return s, fmt.Errorf("/proc/%d/stat has %d fields", pid, len(f)+2)
	}
	s.state = f[0][0]
	var errs [3]error
	s.parent, errs[0] = strconv.Atoi(f[1])
	s.group, errs[1] = strconv.Atoi(f[2])
	s.start, errs[2] = strconv.ParseUint(f[19], 10, 64)
	return s, errors.Join(errs[:]...)
}

// ended reports whether only the entry of a process is left.
func (s stat) ended() bool { return s.state == 'Z' || s.state == 'X' }

// identify names a child of ours, which has an entry until it is buried.
func (m machine) identify(pid int) identity {
	s, _ := statOf(pid)
	return identity{PID: pid, Start: s.start, Boot: m.boot}
}

// stat returns what there is of a process, if the number is still its own.
func (m machine) stat(who identity) (stat, bool) {
	if who.PID == 0 || who.Boot != m.boot {
		return stat{}, false
	}
	s, err := statOf(who.PID)
	return s, err == nil && s.start == who.Start
}

func (m machine) runs(who identity) bool {
	s, ok := m.stat(who)
	return ok && !s.ended()
}

// signal reaches the group of a process that runs.
func (m machine) signal(who identity, what syscall.Signal) bool {
	return m.runs(who) && syscall.Kill(-who.PID, what) == nil
}

// bury takes a child of ours off the machine's list, and first kills what it
// left in its group: so long nobody else can have the number.
func (m machine) bury(who identity) {
	s, ok := m.stat(who)
	if !ok || !s.ended() || s.parent != os.Getpid() {
		return
	}
	_ = syscall.Kill(-who.PID, syscall.SIGKILL)
	_, _ = syscall.Wait4(who.PID, nil, syscall.WNOHANG, nil)
}

// sweep kills what a process of an earlier life left in its group.
func (m machine) sweep(id string, who identity) {
	if who.Boot != m.boot {
		return
	}
	for _, pid := range marked(id) {
		if s, err := statOf(pid); err == nil && s.group == who.PID {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// search finds the first process of a program by its environment: it leads its
// group.
func (m machine) search(id string) (identity, bool) {
	for _, pid := range marked(id) {
		if s, err := statOf(pid); err == nil && s.group == pid && !s.ended() {
			return identity{PID: pid, Start: s.start, Boot: m.boot}, true
		}
	}
	return identity{}, false
}

// marked lists the processes that were started with an identifier in their
// environment.
func marked(id string) (pids []int) {
	entries, _ := os.ReadDir("/proc")
	want := []byte("\x00" + marker + id + "\x00")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
		if err == nil && bytes.Contains(append([]byte{0}, env...), want) {
			pids = append(pids, pid)
		}
	}
	return pids
}
