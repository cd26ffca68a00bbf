package scaling

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"skywatch/targets/driver"
)

// Exec is the driver that runs programs: no shell, arguments from a template,
// nothing of our environment but PATH. Exit code 0 is success; the standard
// output of launch and list is JSON, the last line of standard error says what
// went wrong.
type Exec struct {
	Launching, Terminating, Listing []string
	Timeout                         time.Duration
}

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
func (e *Exec) List(ctx context.Context, n GroupName, _ []string) ([]Listed, error) {
	if len(e.Listing) == 0 {
		return nil, ErrNotListed
	}
	a, err := e.run(ctx, e.Listing, Order{GroupName: n}, true)
	return a.listed(), err
}

func (e *Exec) run(ctx context.Context, template []string, o Order, reads bool) (a answer, err error) {
	argv := fill(template, o)
	out, err := driver.Run(ctx, argv, e.Timeout)
	if err != nil || !reads {
		return a, err
	}
	if err := json.Unmarshal(out, &a); err != nil {
		return a, driver.Unknown(fmt.Errorf("the standard output of %s is not the JSON that is wanted: %w", argv[0], err)) // it was run
	}
	return a, nil
}

// fill puts the parts of an order into a command line.
func fill(template []string, o Order) []string {
	return driver.Fill(template, pairs(o)...)
}

// placeholders lists those of command lines.
func placeholders() (names []string) {
	for pair := range slices.Chunk(pairs(Order{}), 2) {
		names = append(names, pair[0])
	}
	return names
}

func pairs(o Order) []string {
	tags, _ := json.Marshal(o.Tags)
	return []string{
		"{group}", o.Group, "{activity}", o.Activity, "{instance}", o.Instance, "{account}", o.Account, "{region}", o.Region,
		"{zone}", o.Zone, "{subnets}", o.Subnets, "{launch-configuration}", o.LaunchConfiguration,
		"{launch-template-id}", o.LaunchTemplate.ID, "{launch-template-name}", o.LaunchTemplate.Name,
		"{launch-template-version}", o.LaunchTemplate.Version, "{placement-group}", o.PlacementGroup, "{tags}", string(tags),
	}
}
