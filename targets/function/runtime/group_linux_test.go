package runtime

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOwnGroup(t *testing.T) {
	t.Parallel()
	const mount = "35 24 0:30 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n"
	for _, c := range []struct{ own, mounts, want string }{
		{"0::/system.slice/skywatch.service\n", "1 0 8:1 / / rw - ext4 /dev/a rw\n" + mount, "/sys/fs/cgroup/system.slice/skywatch.service"},
		{"4:memory:/a\n0::/\n", mount, "/sys/fs/cgroup"},
		{"0::/docker/abc/x\n", "35 24 0:30 /docker/abc /sys/fs/cgroup rw shared:9 - cgroup2 cgroup2 rw\n", "/sys/fs/cgroup/x"},
		{"0::/other\n", "35 24 0:30 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", ""},
		{"4:memory:/a\n", mount, ""},
		{"0::/a\n", "35 24 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n", ""},
	} {
		got, err := ownGroup(c.own, c.mounts)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q: %q %v, want %q", c.own, got, err, c.want)
		}
	}
}

// delegated is a directory that looks like a control group.
func delegated(t *testing.T, has, procs string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"cgroup.controllers": has, "cgroup.procs": procs, "cgroup.subtree_control": ""} {
		if err := put(dir, name, text); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTakeOver(t *testing.T) {
	t.Parallel()
	for what, dir := range map[string]string{
		"without controllers": delegated(t, "cpu\n", "7\n"), "shared": delegated(t, "cpu memory pids\n", "7\n8\n"), "not there": t.TempDir(),
	} {
		if _, err := takeOver(dir, 7); err == nil {
			t.Errorf("%s: taken over", what)
		}
		if left, _ := filepath.Glob(dir + "/server"); len(left) > 0 {
			t.Errorf("%s: left behind", what)
		}
	}
	dir := delegated(t, "cpu memory pids\n", "7\n")
	tree, err := takeOver(dir, 7)
	if err != nil {
		t.Fatal(err)
	}
	g, err := tree.add(256 << 20)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = g.file.Close() }()
	got := map[string]string{}
	for _, name := range []string{"server/cgroup.procs", "cgroup.subtree_control", "environment-1/memory.max", "environment-1/memory.swap.max", "environment-1/memory.oom.group", "environment-1/pids.max"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
		}
		got[name] = string(b)
	}
	want := map[string]string{
		"server/cgroup.procs": "7", "cgroup.subtree_control": "+memory +pids", "environment-1/memory.max": "268435456", "environment-1/memory.swap.max": "0",
		"environment-1/memory.oom.group": "1", "environment-1/pids.max": "1024",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if g.outOfMemory() {
		t.Error("nothing was killed")
	}
	if err := put(g.dir, "memory.events", "low 0\noom 1\noom_kill 2\n"); err != nil {
		t.Fatal(err)
	}
	if !g.outOfMemory() {
		t.Error("two were killed")
	}
}

// emptyGroup makes a control group in the tree of this machine, without limits.
func emptyGroup(t *testing.T) *group {
	t.Helper()
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		t.Fatal(err)
	}
	parent, err := ownGroup(string(own), string(mounts))
	if err != nil {
		t.Skip(err)
	}
	g := &group{dir: filepath.Join(parent, "skywatch-test-"+strconv.Itoa(os.Getpid()))}
	if err := os.Mkdir(g.dir, 0o755); err != nil {
		t.Skip(err)
	}
	if g.file, err = os.Open(g.dir); err != nil {
		t.Fatal(err)
	}
	return g
}

// A process is born in its group, and all that it left there ends with it, also
// what has left its process group.
func TestGroupEndsWhole(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip("there is no setsid, with which a process leaves its session")
	}
	g := emptyGroup(t)
	m := measure()
	m.namespaces = false // they would end it, too
	dir := t.TempDir()
	out, err := os.Create(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	p, err := start(launch{
		path: "/bin/sh", args: []string{"-c", `setsid sleep 1000 & echo $! > left; cat /proc/self/cgroup`}, dir: dir, output: out,
		limits: limits{memory: 256 << 20}, access: access{readable: []string{"/"}, writable: []string{dir}}, group: g,
	}, m)
	if err != nil {
		_ = g.end()
		t.Fatal(err)
	}
	<-p.exited
	left, err := words(filepath.Join(dir, "left"))
	if err != nil || len(left) != 1 {
		t.Fatalf("%v %v", left, err)
	}
	pid, err := strconv.Atoi(left[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, 0); err != nil {
		t.Errorf("it ended with its first process: the test shows nothing: %v", err)
	}
	if err := g.end(); err != nil {
		t.Error(err)
	}
	until(t, "it goes on", func() bool { return ended(pid) })
	if _, err := os.Stat(g.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the group is there still: %v", err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "out")); err != nil || !strings.Contains(string(text), "/"+filepath.Base(g.dir)+"\n") {
		t.Errorf("born in %s %v", text, err)
	}
}

// ended reports whether a process has ended, if it was perhaps not waited for.
func ended(pid int) bool {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || strings.Contains(string(status), ") Z ")
}
