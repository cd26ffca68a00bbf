package scalable

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"skywatch/targets/driver"
	"skywatch/targets/forward"
	"skywatch/targets/webhook"
)

// The kinds of drivers.
const (
	execKind    = "exec"
	webhookKind = "webhook"
	awsKind     = "aws"
)

// Drivers are the drivers of the configuration file, in its order: the first
// whose patterns match a target is the target's. Custom resources that none
// matches are their own.
type Drivers = driver.List[DriverConfig, *DriverConfig]

// DriverConfig is one driver of the configuration file.
type DriverConfig struct {
	// Resources is a pattern of resource IDs and Dimensions one of scalable
	// dimensions, with * and ?; empty dimensions are all.
	Resources  string `json:"resources"`
	Dimensions string `json:"dimensions,omitempty"`
	Kind       string `json:"kind"`
	// Command lines of exec; {placeholders} stand for parts of the order.
	Get []string `json:"get,omitempty"`
	Set []string `json:"set,omitempty"`
	// URL of a webhook; {placeholders} stand for parts of the target's name.
	URL string `json:"url,omitempty"`
	// Timeout of a call, as a duration ("30s"); empty: a minute.
	Timeout string `json:"timeout,omitempty"`
}

// For is the pattern of what it drives.
func (c *DriverConfig) For() string { return c.Resources }

// Validate says what is wrong with a driver.
func (c *DriverConfig) Validate() error {
	if c.Resources == "" {
		return errors.New("resources must be a pattern of resource IDs, such as service/prod/*")
	}
	if t, err := c.timeout(); err != nil || t <= 0 {
		return fmt.Errorf("timeout %q is no duration above zero", c.Timeout)
	}
	switch c.Kind {
	case execKind:
		if len(c.Get) == 0 || len(c.Set) == 0 {
			return errors.New("an exec driver needs the command lines get and set")
		}
		if c.URL != "" {
			return errors.New("url is for webhook drivers")
		}
		if err := driver.CheckCommand("get", c.Get, placeholders()); err != nil {
			return err
		}
		return driver.CheckCommand("set", c.Set, placeholders(), "{capacity}")
	case webhookKind:
		if c.URL == "" {
			return errors.New("a webhook driver needs a url")
		}
		if len(c.Get)+len(c.Set) > 0 {
			return errors.New("get and set are for exec drivers")
		}
		return driver.CheckURL(c.URL, "{namespace}", "{resource}", "{dimension}", "{account}", "{region}")
	case awsKind:
		if len(c.Get)+len(c.Set) > 0 || c.URL != "" || c.Timeout != "" {
			return errors.New("get, set, url and timeout are not for aws drivers: they call by forward-profiles")
		}
	default:
		return fmt.Errorf("kind %q is none of exec, webhook and aws", c.Kind)
	}
	return nil
}

// NeedProfile names the first driver that calls by forwarding profiles; 0: there
// is none.
func NeedProfile(d Drivers) int {
	return 1 + slices.IndexFunc(d, func(c DriverConfig) bool { return c.Kind == awsKind })
}

const defaultTimeout = time.Minute

func (c *DriverConfig) timeout() (time.Duration, error) {
	if c.Timeout == "" {
		return defaultTimeout, nil
	}
	return time.ParseDuration(c.Timeout)
}

// entry is a driver with what it drives.
type entry struct {
	resources, dimensions *regexp.Regexp
	driver                Driver
}

// Open makes the drivers and returns what finds the driver of a target.
func Open(drivers Drivers, client *webhook.Client, aws *forward.Client) func(Name) Driver {
	var all []entry
	for _, c := range drivers {
		timeout, _ := c.timeout()
		e := entry{resources: glob(c.Resources), dimensions: glob(c.Dimensions)}
		if c.Dimensions == "" {
			e.dimensions = glob("*")
		}
		switch c.Kind {
		case execKind:
			e.driver = &Program{Get: c.Get, Put: c.Set, Timeout: timeout}
		case webhookKind:
			e.driver = &Web{Client: client, URL: c.URL, Timeout: timeout}
		case awsKind:
			e.driver = &AWS{Client: aws}
		}
		all = append(all, e)
	}
	itself := &Web{Client: client, Timeout: defaultTimeout}
	return func(n Name) Driver {
		for _, e := range all {
			if e.resources.MatchString(n.Resource) && e.dimensions.MatchString(n.Dimension) {
				return e.driver
			}
		}
		if n.Namespace == CustomResource {
			return itself
		}
		return nil
	}
}

// glob compiles a pattern in which * stands for any characters, slashes among
// them, and ? for one.
func glob(pattern string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(pattern)
	return regexp.MustCompile("(?s)^" + strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(quoted) + "$")
}
