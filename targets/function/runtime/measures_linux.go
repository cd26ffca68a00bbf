package runtime

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	goruntime "runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// measures are what this machine lets us put between functions and itself,
// found out by trying.
type measures struct {
	// namespaces: a user and a PID namespace for each environment. All of its
	// processes end with the first one, whatever group they are in; it sees
	// and signals none of the machine's, and cannot read the server's memory.
	namespaces bool
	// traced: a process is stopped before its first instruction until its
	// limits are set.
	traced bool
	// landlock is the version of Landlock's interface; 0: none.
	landlock int
	groups   bool // each environment has a control group of its own
	root     bool // the server is root: limits on processes do not bind
}

// measure tries what works. It starts no program: a process that was made as
// asked and then did not find its program has shown what it should.
func measure() measures {
	m := measures{landlock: landlockVersion(), root: os.Geteuid() == 0}
	m.namespaces = works(measures{namespaces: true})
	m.traced = works(measures{traced: true})
	return m
}

func works(m measures) bool {
	done := make(chan bool)
	go func() {
		goruntime.LockOSThread()
		cmd := &exec.Cmd{Path: "/proc/self/no-such-program", SysProcAttr: m.attributes(nil)}
		done <- errors.Is(cmd.Start(), syscall.ENOENT)
	}()
	return <-done
}

// attributes are of a new process: its own group; gone when our thread, and so
// the server, is gone, even by kill -9.
func (m measures) attributes(g *group) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, Ptrace: m.traced}
	if m.namespaces {
		// Without a mapping its user reads as 65534 inside and is still ours
		// outside, without any capability after exec.
		a.Cloneflags = syscall.CLONE_NEWUSER | syscall.CLONE_NEWPID
	}
	g.enter(a)
	return a
}

// confineThread changes the calling thread for good: what it starts can gain
// no rights by exec, makes files that only we read, and reaches only the files
// it needs.
func (m measures) confineThread(a access) error {
	if err := unix.Unshare(unix.CLONE_FS); err == nil { // else umask would be the whole server's
		unix.Umask(0o077)
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("set no_new_privs: %w", err)
	}
	if m.landlock == 0 {
		return nil
	}
	return a.restrictThread(m.landlock)
}

// describe names the measures for people.
func (m measures) describe() []string {
	list := []string{"own process group, killed as a whole", "clean environment, no open files of the server", "no_new_privs", "resource limits, resident memory watched"}
	if m.groups {
		list = append(list, "a control group for each environment: memory and processes limited and ended as one")
	} else {
		list = append(list, "no control groups: memory is looked at, not held, and limits are of each process (--function-cgroups)")
	}
	if m.traced {
		list = append(list, "limits set before the first instruction")
	}
	if m.namespaces {
		list = append(list, "user and PID namespaces: processes end with the environment, the server's can be neither signalled nor read, but the command lines of all can be seen")
	} else {
		list = append(list, "NO namespaces: processes that leave their group outlive it")
	}
	if m.landlock > 0 {
		list = append(list, fmt.Sprintf("Landlock %d: files only of the code, the system and temporary directories", m.landlock))
	} else {
		list = append(list, "NO Landlock: functions reach all files of the server's user")
	}
	if m.root {
		list = append(list, "the server is ROOT, and so are functions outside of their namespace")
	}
	return list
}
