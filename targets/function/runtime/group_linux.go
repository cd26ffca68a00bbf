package runtime

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// group is the control group of an environment. The methods of nil do nothing:
// the environment has none.
type group struct {
	dir  string
	file *os.File // of the directory, for those that are born in it

	mu    sync.Mutex
	ended bool
	oom   bool
}

// How long a group's processes are given to be gone once they are killed.
const (
	emptyWithin = 5 * time.Second
	emptyLook   = 5 * time.Millisecond
)

// add makes the group of an environment with its limits.
func (t *subtree) add(memory int64) (g *group, err error) {
	if t == nil {
		return nil, nil
	}
	g = &group{dir: filepath.Join(t.dir, fmt.Sprintf("environment-%d", t.last.Add(1)))}
	if err := os.Mkdir(g.dir, 0o755); err != nil {
		return nil, err
	}
	for _, limit := range [...][2]string{
		{"memory.max", strconv.FormatInt(memory, 10)}, {"memory.swap.max", "0"}, {"memory.oom.group", "1"}, {"pids.max", strconv.Itoa(maxProcesses)},
	} {
		err := put(g.dir, limit[0], limit[1])
		if limit[0] == "memory.swap.max" && errors.Is(err, os.ErrNotExist) {
			err = nil // a kernel without swap
		}
		if err != nil {
			return nil, errors.Join(err, os.Remove(g.dir))
		}
	}
	if g.file, err = os.Open(g.dir); err != nil {
		return nil, errors.Join(err, os.Remove(g.dir))
	}
	return g, nil
}

// enter has a process be born in the group.
func (g *group) enter(a *syscall.SysProcAttr) {
	if g != nil {
		a.UseCgroupFD, a.CgroupFD = true, int(g.file.Fd())
	}
}

// outOfMemory reports whether the kernel killed the group for its memory.
func (g *group) outOfMemory() bool {
	if g == nil {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.ended {
		g.look()
	}
	return g.oom
}

func (g *group) look() {
	events, _ := words(filepath.Join(g.dir, "memory.events"))
	for i := 0; i+1 < len(events); i += 2 {
		if n, _ := strconv.Atoi(events[i+1]); events[i] == "oom_kill" && n > 0 {
			g.oom = true
		}
	}
}

// end kills what is left in the group, whatever process group it is in, and
// removes it.
func (g *group) end() error {
	if g == nil {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.look()
	g.ended = true
	killed := put(g.dir, "cgroup.kill", "1")
	gone := os.Remove(g.dir)
	for until := time.Now().Add(emptyWithin); errors.Is(gone, syscall.EBUSY) && time.Now().Before(until); gone = os.Remove(g.dir) {
		time.Sleep(emptyLook)
	}
	return errors.Join(killed, gone, g.file.Close())
}
