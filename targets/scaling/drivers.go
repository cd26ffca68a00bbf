package scaling

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"time"

	"skywatch/targets/webhook"
)

// The kinds of drivers.
const (
	execKind    = "exec"
	webhookKind = "webhook"
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

func (c *DriverConfig) validate() error {
	if _, err := path.Match(c.Groups, ""); err != nil || c.Groups == "" {
		return errors.New("groups must be a pattern of names, such as web-*")
	}
	if t, err := c.timeout(); err != nil || t <= 0 {
		return fmt.Errorf("timeout %q is no duration above zero", c.Timeout)
	}
	switch c.Kind {
	case execKind:
		if len(c.Launch) == 0 || len(c.Terminate) == 0 {
			return errors.New("an exec driver needs the command lines launch and terminate")
		}
		if c.URL != "" || c.Lists {
			return errors.New("url and lists are for webhook drivers")
		}
	case webhookKind:
		if c.URL == "" {
			return errors.New("a webhook driver needs a url")
		}
		if len(c.Launch)+len(c.Terminate)+len(c.List) > 0 {
			return errors.New("launch, terminate and list are for exec drivers")
		}
	case awsKind:
		return errors.New("the aws driver is not in this version of Skywatch; exec and webhook are")
	default:
		return fmt.Errorf("kind %q is neither exec nor webhook", c.Kind)
	}
	return nil
}

const defaultTimeout = time.Minute

func (c *DriverConfig) timeout() (time.Duration, error) {
	if c.Timeout == "" {
		return defaultTimeout, nil
	}
	return time.ParseDuration(c.Timeout)
}

// Open makes the drivers and returns what finds the driver of a group.
func (d Drivers) Open(client *webhook.Client) func(GroupName) Driver {
	type entry struct {
		pattern string
		driver  Driver
	}
	var all []entry
	for _, c := range d {
		timeout, _ := c.timeout()
		var driver Driver = &Exec{Launching: c.Launch, Terminating: c.Terminate, Listing: c.List, Timeout: timeout}
		if c.Kind == webhookKind {
			driver = &Webhook{Client: client, URL: c.URL, Lists: c.Lists, Timeout: timeout}
		}
		all = append(all, entry{c.Groups, driver})
	}
	return func(n GroupName) Driver {
		for _, e := range all {
			if ok, _ := path.Match(e.pattern, n.Group); ok {
				return e.driver
			}
		}
		return nil
	}
}
