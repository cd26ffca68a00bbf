package driver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// MaxAnswer is how much of what a driver says is read.
const MaxAnswer = 1 << 20

// maxErrors is how much of a program's standard error is kept.
const maxErrors = 4 << 10

// killWait is how long a program that was killed has to close its output.
const killWait = 2 * time.Second

// SearchPath is the PATH of programs that we run: the only part of our environment
// that they get.
const SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// Run runs a program and returns its standard output. Exit code 0 is success;
// of a failure the last line of standard error says what went wrong.
func Run(ctx context.Context, argv []string, timeout time.Duration) ([]byte, error) {
	return RunWith(ctx, argv, nil, timeout)
}

// RunWith is Run for a program that is told something on its standard input; it
// need not read it.
func RunWith(ctx context.Context, argv []string, in io.Reader, timeout time.Duration) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	out, errs := &limited{most: MaxAnswer}, &limited{most: maxErrors}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, errs
	cmd.Env = []string{"PATH=" + SearchPath}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = killWait
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, Unknown(fmt.Errorf("%s did not end within %s", argv[0], timeout))
	case errors.As(err, &exit) && !exit.Exited():
		return nil, Unknown(fmt.Errorf("%s was ended by a signal: %s", argv[0], errs.lastLine()))
	case errors.As(err, &exit):
		return nil, fmt.Errorf("%s ended with exit code %d: %s", argv[0], exit.ExitCode(), errs.lastLine())
	case err != nil:
		return nil, fmt.Errorf("%s: %w", argv[0], err)
	}
	return out.kept.Bytes(), nil
}

// Fill puts values into the {placeholders} of a command line; pairs are the
// placeholder and its value in turn. A value is filled in once: what it holds is
// not looked at again.
func Fill(template []string, pairs ...string) []string {
	r := strings.NewReplacer(pairs...)
	out := make([]string, len(template))
	for i, t := range template {
		out[i] = r.Replace(t)
	}
	return out
}

// limited keeps the beginning of what is written to it.
type limited struct {
	kept bytes.Buffer
	most int
}

// Write implements io.Writer; it takes all and keeps what fits.
func (l *limited) Write(p []byte) (int, error) {
	if room := l.most - l.kept.Len(); room > 0 {
		l.kept.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (l *limited) lastLine() string {
	lines := strings.Split(strings.TrimSpace(l.kept.String()), "\n")
	return lines[len(lines)-1]
}
