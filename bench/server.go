package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// build makes the binary under test as make build does.
func (b *bench) build(ctx context.Context) error {
	b.progress("building the server")
	b.binary = filepath.Join(b.dir, "skywatch")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.binary, "./cmd/skywatch")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the server (run bench in the module's directory): %w\n%s", err, out)
	}
	return nil
}

// server is a server process under test.
type server struct {
	cmd     *exec.Cmd
	out     *bufio.Reader
	log     *bytes.Buffer
	url     string
	debug   string // URL of pprof
	started time.Time
	ready   time.Duration // from the start of the process to its ready line
	atReady time.Duration // CPU until then
}

// start runs the binary on a directory, with flags beside those of every row,
// and returns when it is ready.
func (b *bench) start(dir string, flags ...string) (*server, error) {
	debug, err := freeAddress()
	if err != nil {
		return nil, err
	}
	s := &server{log: &bytes.Buffer{}, debug: "http://" + debug + "/debug/pprof/"}
	s.cmd = exec.Command(b.binary, append([]string{"serve", "--listen", "127.0.0.1:0", "--data-dir", dir, "--debug-listen", debug, "--log-level", "WARN"}, flags...)...)
	s.cmd.Stderr = s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.out = bufio.NewReader(out)
	s.started = time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	line, err := s.out.ReadString('\n')
	s.ready = time.Since(s.started)
	if err != nil {
		s.kill()
		return nil, fmt.Errorf("the server did not start: %w\n%s", err, s.log)
	}
	s.url = strings.TrimSpace(strings.TrimPrefix(line, "skywatch is ready on "))
	if s.atReady, err = s.cpu(); err != nil {
		s.kill()
		return nil, err
	}
	return s, nil
}

// freeAddress returns a loopback address that was free a moment ago.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func (s *server) pid() int { return s.cmd.Process.Pid }

func (s *server) cpu() (time.Duration, error) { return cpuOf(s.pid()) }

// kill ends the server as kill -9 does. It may be called after stop.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// life is what a process has used from its start to its end.
type life struct {
	cpu     time.Duration
	written int64
}

// stop ends the server cleanly, so that everything it has postponed is done.
func (s *server) stop() (life, error) {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return life{}, fmt.Errorf("stop the server: %w", err)
	}
	// Its end of the pipe closes when the process ends; what it wrote can be
	// asked for until Wait.
	if _, err := io.Copy(io.Discard, s.out); err != nil {
		return life{}, err
	}
	written, err := writtenBy(s.pid())
	if err := errors.Join(err, s.cmd.Wait()); err != nil {
		return life{}, fmt.Errorf("stop the server: %w\n%s", err, s.log)
	}
	return life{cpu: s.cmd.ProcessState.UserTime() + s.cmd.ProcessState.SystemTime(), written: written}, nil
}

// settled waits until the server has used less than a fiftieth of a core for
// a second.
func (s *server) settled(ctx context.Context) error {
	last, err := s.cpu()
	for err == nil {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
		var now time.Duration
		if now, err = s.cpu(); err == nil && now-last <= 2*clockTick {
			return nil
		}
		last = now
	}
	return err
}
