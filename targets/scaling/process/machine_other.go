//go:build !linux

package process

import (
	"errors"
	"syscall"
)

// machine would be the processes of this machine; only Linux's are known.
type machine struct{}

func thisMachine() (machine, error) {
	return machine{}, errors.New("the process driver needs Linux")
}

func apart() *syscall.SysProcAttr { return nil }

func (machine) identify(pid int) identity            { return identity{PID: pid} }
func (machine) runs(identity) bool                   { return false }
func (machine) signal(identity, syscall.Signal) bool { return false }
func (machine) bury(identity)                        {}
func (machine) sweep(string, identity)               {}
func (machine) search(string) (identity, bool)       { return identity{}, false }
