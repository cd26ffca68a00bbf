package abroad

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"skywatch/targets/driver"
)

// Kinds of drivers.
const (
	execKind    = "exec"
	webhookKind = "webhook"
)

// defaultTimeout is how long a driver may take.
const defaultTimeout = time.Minute

// Drivers are the drivers of the configuration file, in its order: the first
// that matches a delivery is the one.
type Drivers = driver.List[Driver, *Driver]

// Driver does itself what is asked of a service that this house does not have.
type Driver struct {
	// Services are patterns of services (ecs, batch, ec2 ...), with * and ?.
	Services []string `json:"services"`
	// Targets is a pattern of the ARNs of targets; empty: all. A * of it stands
	// for anything without a slash.
	Targets string `json:"targets,omitempty"`
	Kind    string `json:"kind"`
	// Command is the command line of exec; {placeholders} stand for parts of the
	// order.
	Command []string `json:"command,omitempty"`
	// URL of a webhook.
	URL string `json:"url,omitempty"`
	// Timeout of a call, as a duration ("30s"); empty: a minute.
	Timeout string `json:"timeout,omitempty"`
}

// For implements driver.Config.
func (d *Driver) For() string { return fmt.Sprint(d.Services) }

// Validate implements driver.Config.
func (d *Driver) Validate() error {
	if len(d.Services) == 0 {
		return errors.New("services must name at least one service, such as ecs")
	}
	for _, p := range append(slices.Clone(d.Services), d.Targets) {
		if _, err := path.Match(p, ""); err != nil {
			return fmt.Errorf("%q is no pattern", p)
		}
	}
	for _, p := range d.Services {
		if !slices.ContainsFunc(drivable(), func(s string) bool { ok, _ := path.Match(p, s); return ok }) {
			return fmt.Errorf("services: %q is nothing that a driver can do; this is: %s", p, strings.Join(drivable(), ", "))
		}
	}
	if t, err := d.timeout(); err != nil || t <= 0 {
		return fmt.Errorf("timeout %q is no duration above zero", d.Timeout)
	}
	switch {
	case d.Kind == execKind && (len(d.Command) == 0 || d.URL != ""):
		return errors.New("an exec driver needs a command line, command, and no url")
	case d.Kind == webhookKind && (d.URL == "" || len(d.Command) > 0):
		return errors.New("a webhook driver needs a url, and no command")
	case d.Kind != execKind && d.Kind != webhookKind:
		return fmt.Errorf("kind %q is none of exec and webhook", d.Kind)
	case d.Kind == webhookKind:
		return driver.CheckURL(d.URL)
	}
	return driver.CheckCommand("command", d.Command, placeholders())
}

// drivable lists what drivers can be for: the services that this house does not
// have.
func drivable() []string {
	all := []string{"ec2", "redshift-data", "ssm"} // of several ARNs each
	for _, k := range kinds {
		if !k.house {
			all = append(all, k.name)
		}
	}
	slices.Sort(all)
	return all
}

func (d *Driver) timeout() (time.Duration, error) {
	if d.Timeout == "" {
		return defaultTimeout, nil
	}
	return time.ParseDuration(d.Timeout)
}

// driverOf finds the driver of a target of a service; nil: there is none.
func driverOf(all Drivers, service, target string) *Driver {
	for i := range all {
		d := &all[i]
		named := slices.ContainsFunc(d.Services, func(p string) bool {
			ok, _ := path.Match(p, service)
			return ok
		})
		if !named {
			continue
		}
		if ok, _ := path.Match(d.Targets, target); ok || d.Targets == "" {
			return d
		}
	}
	return nil
}
