//go:build !linux

package runtime

import (
	"errors"
	"net"
	"os"
)

// What separates functions from the machine is Linux's; elsewhere none run.
var errNotLinux = errors.New("functions run on Linux only")

type measures struct{ groups bool }

func measure() measures { return measures{} }

func (measures) describe() []string { return []string{errNotLinux.Error()} }

func (measures) open(string) string { return "" }

type process struct {
	pid    int
	exited chan struct{}
	state  *os.ProcessState
}

func start(launch, measures) (*process, error) { return nil, errNotLinux }

func (*process) terminate() {}

func (*process) kill() {}

func readNow(uintptr, []byte) (int, error) { return 0, errNotLinux }

func closeOnExec() error { return nil }

func resident(int) (now, peak int64) { return 0, 0 }

type ownedListener struct{ net.Listener }
