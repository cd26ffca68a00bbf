package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// served is a server under way.
type served struct {
	cmd    *exec.Cmd
	stdout *bufio.Reader
	stderr *os.File
}

// serve starts a server, which writes its standard error to serve.log, and
// sets AWS_ENDPOINT_URL to what the ready line says.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	refuseNeg(ts, neg)
	var env []string
	for len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		env, args = append(env, args[0]), args[1:]
	}
	h := houseOf(ts)
	if h.server != nil {
		ts.Fatalf("a server is under way")
	}
	s, ready, err := startServer(ts, env, args)
	ts.Check(err)
	h.server = s
	ts.Defer(func() {
		if h.server != nil {
			_, _ = h.server.end()
		}
	})
	url, ok := strings.CutPrefix(ready, "skywatch is ready on ")
	if !ok {
		ts.Fatalf("ready line is %q; see serve.log", ready)
	}
	ts.Setenv("AWS_ENDPOINT_URL", strings.TrimSpace(url))
}

func startServer(ts *testscript.TestScript, env, args []string) (*served, string, error) {
	log, err := os.OpenFile(ts.MkAbs("serve.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, "", err
	}
	cmd := exec.Command("skywatch", append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	cmd.Dir, cmd.Stderr = ts.Getenv("WORK"), log
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + ts.Getenv("WORK")}, env...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := cmd.Start(); err != nil {
		return nil, "", err
	}
	s := &served{cmd, bufio.NewReader(stdout), log}
	ready, err := s.stdout.ReadString('\n')
	if err != nil {
		_, end := s.end()
		return nil, "", fmt.Errorf("no ready line: %w, %w\n%s", err, end, ts.ReadFile("serve.log"))
	}
	return s, ready, nil
}

// end stops the server and returns what else it wrote to standard output.
func (s *served) end() (string, error) {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	var rest strings.Builder
	_, _ = s.stdout.WriteTo(&rest)
	err := s.cmd.Wait()
	_ = s.stderr.Close()
	return rest.String(), err
}

func terminate(ts *testscript.TestScript, neg bool, _ []string) {
	refuseNeg(ts, neg)
	h := houseOf(ts)
	if h.server == nil {
		ts.Fatalf("no server is under way")
	}
	rest, err := h.server.end()
	h.server = nil
	ts.Check(err)
	if rest != "" {
		ts.Fatalf("standard output has more than the ready line: %q", rest)
	}
}
