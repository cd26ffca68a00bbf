package runtime

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// subtree is the part of the tree of control groups (version 2) that was
// delegated to the server: its own group, below which each environment gets one.
// nil: there is none.
type subtree struct {
	dir  string
	leaf string // where the server itself is: only leaves may hold processes
	last atomic.Uint64
}

// The controllers that limit an environment.
var controllers = [...]string{"memory", "pids"}

// openSubtree takes over the server's own group: it must have been delegated to
// the server's user and to the server alone (Delegate=yes of systemd).
func openSubtree() (*subtree, error) {
	own, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil, err
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	dir, err := ownGroup(string(own), string(mounts))
	if err != nil {
		return nil, err
	}
	return takeOver(dir, os.Getpid())
}

// ownGroup finds the directory of a process's own group in the texts of its
// cgroup and mountinfo (cgroups(7), proc(5)).
func ownGroup(own, mounts string) (string, error) {
	path := ""
	for line := range strings.Lines(own) {
		if p, ok := strings.CutPrefix(strings.TrimSpace(line), "0::"); ok {
			path = p
		}
	}
	if path == "" {
		return "", errors.New("there are no control groups of version 2")
	}
	for line := range strings.Lines(mounts) {
		before, after, _ := strings.Cut(line, " - ")
		fields := strings.Fields(before)
		if len(fields) < 5 || !strings.HasPrefix(after, "cgroup2 ") {
			continue
		}
		below, err := filepath.Rel(fields[3], path) // the mount may show a part of the tree
		if err == nil && !strings.HasPrefix(below, "..") {
			return filepath.Join(fields[4], below), nil
		}
	}
	return "", fmt.Errorf("the control group %s is not mounted", path)
}

// takeOver moves the server into a leaf below its group, and has the controllers
// work for the groups beside it.
func takeOver(dir string, pid int) (*subtree, error) {
	has, err := words(filepath.Join(dir, "cgroup.controllers"))
	if err != nil {
		return nil, err
	}
	for _, c := range controllers {
		if !slices.Contains(has, c) {
			return nil, fmt.Errorf("the control group %s has no controller %s", dir, c)
		}
	}
	self := strconv.Itoa(pid)
	procs, err := words(filepath.Join(dir, "cgroup.procs"))
	if err != nil {
		return nil, err
	}
	if !slices.Equal(procs, []string{self}) {
		return nil, fmt.Errorf("the control group %s is not the server's alone", dir)
	}
	t := &subtree{dir: dir, leaf: filepath.Join(dir, "server")}
	if err := os.Mkdir(t.leaf, 0o755); err != nil {
		return nil, err
	}
	err = put(t.leaf, "cgroup.procs", self)
	if err == nil {
		err = put(dir, "cgroup.subtree_control", "+"+strings.Join(controllers[:], " +"))
	}
	if err != nil {
		return nil, errors.Join(err, t.leave(pid))
	}
	return t, nil
}

// leave undoes takeOver.
func (t *subtree) leave(pid int) error {
	if t == nil {
		return nil
	}
	return errors.Join(
		put(t.dir, "cgroup.subtree_control", "-"+strings.Join(controllers[:], " -")),
		put(t.dir, "cgroup.procs", strconv.Itoa(pid)), os.Remove(t.leaf))
}

func words(path string) ([]string, error) {
	b, err := os.ReadFile(path)
	return strings.Fields(string(b)), err
}

func put(dir, name, text string) error {
	return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644)
}
