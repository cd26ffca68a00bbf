package scaling

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"skywatch/targets/driver"
	"skywatch/targets/scaling/process"
)

// Local is the driver whose instances are processes of this machine: each
// launch starts the program once, and it runs until its group has it end or it
// ends by itself, also while the server does not run.
type Local struct {
	Processes *process.Supervisor
	Command   []string // placeholders stand for parts of the order
	Directory string
	// Grace is how long a process has to end once it was asked to.
	Grace time.Duration
	// Most is how many processes a group has.
	Most int
}

// Launch implements Driver. The identifier comes from the activity, so that a
// call that comes again is known.
func (l *Local) Launch(_ context.Context, o Order) (Launched, error) {
	o.Instance = instanceID(o.Activity)
	err := l.Processes.Start(process.Spec{
		ID: o.Instance, Owner: ownerOf(o.GroupName), Most: l.Most, Argv: fill(l.Command, o), Dir: l.Directory,
		Env: []string{"PATH=" + driver.SearchPath, "SKYWATCH_GROUP=" + o.Group},
	})
	return Launched{ID: o.Instance, Type: localType}, err
}

// localType is the instance type of a process.
const localType = "process"

// instanceID has the form of EC2's.
func instanceID(activity string) string {
	sum := sha256.Sum256([]byte(activity))
	return "i-" + hex.EncodeToString(sum[:])[:17]
}

func ownerOf(n GroupName) string { return strings.Join(n.key(), "/") }

// EndLocal ends the processes of all groups of an account, or of all accounts
// where it is empty. Nobody else may use them.
func EndLocal(ctx context.Context, p *process.Supervisor, account string, grace time.Duration) error {
	if account != "" {
		account += "/"
	}
	return p.StopAll(ctx, account, grace)
}

// Terminate implements Driver.
func (l *Local) Terminate(ctx context.Context, o Order) error {
	return l.Processes.Stop(ctx, o.Instance, l.Grace)
}

// List implements Driver.
func (l *Local) List(_ context.Context, n GroupName, _ []string) (out []Listed, err error) {
	for _, id := range l.Processes.Running(ownerOf(n)) {
		out = append(out, Listed{ID: id})
	}
	return out, nil
}
