package runtime

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	goruntime "runtime"
	"strconv"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// process is the first process of an environment and the leader of its group.
// Whenever it ends, by itself or by us, its whole group is killed.
type process struct {
	pid    int
	exited chan struct{} // closed after the group is killed and the leader reaped
	state  *os.ProcessState

	mu     sync.Mutex
	reaped bool // pid may be another's from here on
}

// start runs a process under the given measures. A process has an operating
// system thread of its own: what it inherits (umask, no_new_privs, Landlock)
// is set on that thread only; its death signal is bound to that thread's life;
// and a tracer is a thread. The thread waits for the process and ends with it,
// because its goroutine ends without unlocking it.
func start(l launch, m measures) (*process, error) {
	p := &process{exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		goruntime.LockOSThread()
		cmd, err := p.launch(l, m)
		started <- err
		if err == nil {
			p.wait(cmd)
		}
	}()
	return p, <-started
}

func (p *process) launch(l launch, m measures) (*exec.Cmd, error) {
	if err := m.confineThread(l.access); err != nil {
		return nil, err
	}
	cmd := &exec.Cmd{
		Path: l.path, Args: append([]string{l.path}, l.args...), Env: l.env, Dir: l.dir,
		Stdout: l.output, Stderr: l.output,
		SysProcAttr: m.attributes(l.group),
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w: %w", errProgram, err)
	}
	p.pid = cmd.Process.Pid
	if err := m.limit(p.pid, l.limits); err != nil {
		_ = syscall.Kill(-p.pid, syscall.SIGKILL)
		_ = cmd.Wait()
		return nil, err
	}
	return cmd, nil
}

// limit sets the limits of a process that was just started and, if it is
// traced, has not yet run an instruction; then it lets it go.
func (m measures) limit(pid int, l limits) error {
	if m.traced {
		var status syscall.WaitStatus
		if _, err := retry(func() (int, error) { return syscall.Wait4(pid, &status, 0, nil) }); err != nil {
			return fmt.Errorf("wait for a new process: %w", err)
		}
		if !status.Stopped() {
			return errors.New("a new process ended before it began")
		}
	}
	if err := l.set(pid, m); err != nil {
		return err
	}
	if m.traced {
		return syscall.PtraceDetach(pid)
	}
	return nil
}

// wait kills the group once its leader has ended and not yet been reaped: so
// long nobody else can have its number.
func (p *process) wait(cmd *exec.Cmd) {
	_, _ = retry(func() (int, error) { return 0, unix.Waitid(unix.P_PID, p.pid, nil, unix.WEXITED|unix.WNOWAIT, nil) })
	p.mu.Lock()
	_ = syscall.Kill(-p.pid, syscall.SIGKILL)
	p.reaped = true
	p.mu.Unlock()
	_ = cmd.Wait()
	p.state = cmd.ProcessState
	close(p.exited)
}

// signal reaches the whole group.
func (p *process) signal(s syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.reaped {
		_ = syscall.Kill(-p.pid, s)
	}
}

func (p *process) terminate() { p.signal(syscall.SIGTERM) }

func (p *process) kill() { p.signal(syscall.SIGKILL) }

// readNow reads from a pipe that does not block.
func readNow(fd uintptr, b []byte) (int, error) {
	return retry(func() (int, error) { return syscall.Read(int(fd), b) })
}

func retry(f func() (int, error)) (int, error) {
	for {
		n, err := f()
		if !errors.Is(err, syscall.EINTR) {
			return n, err
		}
	}
}

// closeOnExec keeps the files that the server was itself started with from
// functions; the Go runtime's own are so from the beginning.
func closeOnExec() error {
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return err
	}
	for _, entry := range open {
		if fd, err := strconv.Atoi(entry.Name()); err == nil && fd > 2 {
			unix.CloseOnExec(fd)
		}
	}
	return nil
}
