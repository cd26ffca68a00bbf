package scaling

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Exec is the driver that runs programs: no shell, arguments from a template,
// nothing of our environment but PATH. Exit code 0 is success; the standard
// output of launch and list is JSON, the last line of standard error says what
// went wrong.
type Exec struct {
	Launching, Terminating, Listing []string
	Timeout                         time.Duration
}

// Bounds of a program's output.
const (
	maxOutput = 1 << 20
	maxErrors = 4 << 10
)

// killWait is how long a program that was killed has to close its output.
const killWait = 2 * time.Second

// answer is what a driver says, on standard output or in the body of an answer.
type answer struct {
	InstanceID       string `json:"InstanceId"`
	InstanceType     string
	AvailabilityZone string
	Instances        []struct {
		InstanceID   string `json:"InstanceId"`
		HealthStatus string
	}
}

func (a *answer) launched() Launched {
	return Launched{a.InstanceID, a.InstanceType, a.AvailabilityZone}
}

func (a *answer) listed() []Listed {
	out := make([]Listed, len(a.Instances))
	for i, l := range a.Instances {
		out[i] = Listed{l.InstanceID, l.HealthStatus == "Unhealthy"}
	}
	return out
}

// Launch implements Driver.
func (e *Exec) Launch(ctx context.Context, o Order) (Launched, error) {
	a, err := e.run(ctx, e.Launching, o, true)
	return a.launched(), err
}

// Terminate implements Driver.
func (e *Exec) Terminate(ctx context.Context, o Order) error {
	_, err := e.run(ctx, e.Terminating, o, false)
	return err
}

// List implements Driver.
func (e *Exec) List(ctx context.Context, n GroupName) ([]Listed, error) {
	if len(e.Listing) == 0 {
		return nil, ErrNotListed
	}
	a, err := e.run(ctx, e.Listing, Order{GroupName: n}, true)
	return a.listed(), err
}

func (e *Exec) run(ctx context.Context, template []string, o Order, reads bool) (a answer, err error) {
	ctx, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()
	argv := fill(template, o)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	out, errs := &limited{most: maxOutput}, &limited{most: maxErrors}
	cmd.Stdout, cmd.Stderr = out, errs
	cmd.Env = []string{"PATH=" + searchPath}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = killWait
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return a, Unknown(fmt.Errorf("%s did not end within %s", argv[0], e.Timeout))
	case errors.As(err, &exit) && !exit.Exited():
		return a, Unknown(fmt.Errorf("%s was ended by a signal: %s", argv[0], errs.lastLine()))
	case errors.As(err, &exit):
		return a, fmt.Errorf("%s ended with exit code %d: %s", argv[0], exit.ExitCode(), errs.lastLine())
	case err != nil:
		return a, fmt.Errorf("%s: %w", argv[0], err)
	case !reads:
		return a, nil
	}
	if err := json.Unmarshal(out.kept.Bytes(), &a); err != nil {
		return a, fmt.Errorf("the standard output of %s is not the JSON that is wanted: %w", argv[0], err)
	}
	return a, nil
}

// searchPath is where programs are looked for by programs that we run.
const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// fill puts the parts of an order into a command line. A part is filled in
// once: what it holds is not looked at again.
func fill(template []string, o Order) []string {
	tags, _ := json.Marshal(o.Tags)
	r := strings.NewReplacer(
		"{group}", o.Group, "{activity}", o.Activity, "{instance}", o.Instance, "{account}", o.Account, "{region}", o.Region,
		"{zone}", o.Zone, "{subnets}", o.Subnets, "{launch-configuration}", o.LaunchConfiguration,
		"{launch-template-id}", o.LaunchTemplate.ID, "{launch-template-name}", o.LaunchTemplate.Name,
		"{launch-template-version}", o.LaunchTemplate.Version, "{placement-group}", o.PlacementGroup, "{tags}", string(tags),
	)
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
