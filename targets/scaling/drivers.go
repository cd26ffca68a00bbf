package scaling

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

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
type Drivers []DriverConfig

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

// UnmarshalText reads drivers from JSON: the form in which an environment
// variable has them, and the configuration file once it is read.
func (d *Drivers) UnmarshalText(text []byte) error {
	var all []DriverConfig
	if err := json.Unmarshal(text, &all); err != nil {
		return fmt.Errorf("is no list of drivers: %w", err)
	}
	*d = all
	return nil
}

// MarshalText writes what UnmarshalText reads.
func (d Drivers) MarshalText() ([]byte, error) {
	if len(d) == 0 {
		return nil, nil
	}
	return json.Marshal([]DriverConfig(d))
}

// Validate says what is wrong with the drivers.
func (d Drivers) Validate() error {
	for i := range d {
		if err := d[i].validate(); err != nil {
			return fmt.Errorf("driver %d, of groups %q: %w", i+1, d[i].Groups, err)
		}
	}
	return nil
}

// Local reports whether there are drivers that run processes on this machine
// and need a supervisor of them.
func (d Drivers) Local() bool {
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

func (c *DriverConfig) validate() error {
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
	case c.Kind == awsKind:
		return errors.New("the aws driver is not in this version of Skywatch; exec, webhook and process are")
	case !slices.Contains([]string{execKind, webhookKind, processKind}, c.Kind):
		return fmt.Errorf("kind %q is none of exec, webhook and process", c.Kind)
	}
	return nil
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
	Processes *process.Supervisor // nil unless Drivers.Local
}

// Open makes the drivers and returns what finds the driver of a group.
func (d Drivers) Open(m Means) func(GroupName) Driver {
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
	case processKind:
		grace, _ := duration(c.Grace, defaultGrace)
		return &Local{Processes: m.Processes, Command: c.Command, Directory: c.Directory, Grace: grace, Most: cmp.Or(c.Most, defaultMost)}
	default:
		return &Exec{Launching: c.Launch, Terminating: c.Terminate, Listing: c.List, Timeout: timeout}
	}
}
