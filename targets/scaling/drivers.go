package scaling

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"skywatch/targets/driver"
	"skywatch/targets/forward"
	"skywatch/targets/scaling/process"
	"skywatch/targets/webhook"
)

// The kinds of drivers.
const (
	execKind    = "exec"
	webhookKind = "webhook"
	processKind = "process"
	awsKind     = "aws"
)

// Drivers are the drivers of the configuration file, in its order: the first
// whose pattern matches a group's name is the group's.
type Drivers = driver.List[DriverConfig, *DriverConfig]

// DriverConfig is one driver of the configuration file.
type DriverConfig struct {
	// Groups is a pattern of group names, with * and ?.
	Groups string `json:"groups"`
	Kind   string `json:"kind"`
	// Command lines of exec; {placeholders} stand for parts of the order.
	Launch    []string `json:"launch,omitempty"`
	Terminate []string `json:"terminate,omitempty"`
	List      []string `json:"list,omitempty"`
	// Command line of process, likewise.
	Command []string `json:"command,omitempty"`
	// Directory in which processes work; empty: the server's.
	Directory string `json:"directory,omitempty"`
	// Grace is how long a process has to end, as a duration; empty: 10 s.
	Grace string `json:"grace,omitempty"`
	// Most is how many processes a group has; 0: 100.
	Most int `json:"most,omitempty"`
	// URL of a webhook.
	URL string `json:"url,omitempty"`
	// Lists says that a webhook answers List, too.
	Lists bool `json:"lists,omitempty"`
	// Timeout of a call, as a duration ("30s"); empty: a minute.
	Timeout string `json:"timeout,omitempty"`
}

// For implements driver.Config.
func (c *DriverConfig) For() string { return c.Groups }

// NeedProcesses reports whether there are drivers that run processes on this machine
// and need a supervisor of them.
func NeedProcesses(d Drivers) bool {
	return slices.ContainsFunc(d, func(c DriverConfig) bool { return c.Kind == processKind })
}

// members lists what a configuration names, beside its groups and kind, and the
// kind that it belongs to.
func (c *DriverConfig) members() map[string]string {
	of := map[string]string{}
	for name, m := range map[string]struct {
		there bool
		kinds string
	}{
		"launch": {len(c.Launch) > 0, execKind}, "terminate": {len(c.Terminate) > 0, execKind}, "list": {len(c.List) > 0, execKind},
		"command": {len(c.Command) > 0, processKind}, "directory": {c.Directory != "", processKind}, "grace": {c.Grace != "", processKind},
		"most": {c.Most != 0, processKind}, "url": {c.URL != "", webhookKind}, "lists": {c.Lists, webhookKind},
		"timeout": {c.Timeout != "", execKind + " " + webhookKind},
	} {
		if m.there {
			of[name] = m.kinds
		}
	}
	return of
}

// Validate implements driver.Config.
func (c *DriverConfig) Validate() error {
	if _, err := path.Match(c.Groups, ""); err != nil || c.Groups == "" {
		return errors.New("groups must be a pattern of names, such as web-*")
	}
	for name, text := range map[string]string{"timeout": c.Timeout, "grace": c.Grace} {
		if d, err := duration(text, time.Minute); err != nil || d <= 0 {
			return fmt.Errorf("%s %q is no duration above zero", name, text)
		}
	}
	of := c.members()
	for _, name := range slices.Sorted(maps.Keys(of)) {
		if !slices.Contains(strings.Fields(of[name]), c.Kind) {
			return fmt.Errorf("%s is for drivers of the kind %s", name, strings.ReplaceAll(of[name], " ", " or "))
		}
	}
	return c.complete()
}

// complete checks that what a kind needs is there.
func (c *DriverConfig) complete() error {
	switch {
	case c.Kind == execKind && (len(c.Launch) == 0 || len(c.Terminate) == 0):
		return errors.New("an exec driver needs the command lines launch and terminate")
	case c.Kind == webhookKind && c.URL == "":
		return errors.New("a webhook driver needs a url")
	case c.Kind == processKind && len(c.Command) == 0:
		return errors.New("a process driver needs a command line, command")
	case c.Most < 0:
		return errors.New("most must not be negative")
	case !slices.Contains([]string{execKind, webhookKind, processKind, awsKind}, c.Kind):
		return fmt.Errorf("kind %q is none of exec, webhook, process and aws", c.Kind)
	case c.Kind == webhookKind:
		return driver.CheckURL(c.URL)
	}
	for name, argv := range map[string][]string{"launch": c.Launch, "list": c.List, "command": c.Command} {
		if err := driver.CheckCommand(name, argv, placeholders()); err != nil {
			return err
		}
	}
	if c.Kind == execKind {
		return driver.CheckCommand("terminate", c.Terminate, placeholders(), "{instance}")
	}
	return nil
}

// NeedProfile names the first driver that calls by a forwarding profile for
// ec2; 0: there is none.
func NeedProfile(d Drivers) int {
	return 1 + slices.IndexFunc(d, func(c DriverConfig) bool { return c.Kind == awsKind })
}

// Defaults of drivers.
const (
	defaultTimeout = time.Minute
	defaultGrace   = 10 * time.Second
	defaultMost    = 100
)

func duration(text string, otherwise time.Duration) (time.Duration, error) {
	if text == "" {
		return otherwise, nil
	}
	return time.ParseDuration(text)
}

// Means are what drivers work with.
type Means struct {
	HTTP      *webhook.Client
	Forward   *forward.Client
	Processes *process.Supervisor // nil unless NeedProcesses
}

// Open makes the drivers and returns what finds the driver of a group.
func Open(d Drivers, m Means) func(GroupName) Driver {
	all := make([]Driver, len(d))
	for i := range d {
		all[i] = d[i].open(m)
	}
	return func(n GroupName) Driver {
		for i := range d {
			if ok, _ := path.Match(d[i].Groups, n.Group); ok {
				return all[i]
			}
		}
		return nil
	}
}

func (c *DriverConfig) open(m Means) Driver {
	timeout, _ := duration(c.Timeout, defaultTimeout)
	switch c.Kind {
	case webhookKind:
		return &Webhook{Client: m.HTTP, URL: c.URL, Lists: c.Lists, Timeout: timeout}
	case awsKind:
		return &AWS{Client: m.Forward}
	case processKind:
		grace, _ := duration(c.Grace, defaultGrace)
		return &Local{Processes: m.Processes, Command: c.Command, Directory: c.Directory, Grace: grace, Most: cmp.Or(c.Most, defaultMost)}
	default:
		return &Exec{Launching: c.Launch, Terminating: c.Terminate, Listing: c.List, Timeout: timeout}
	}
}
