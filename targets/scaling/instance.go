package scaling

import "time"

// LifecycleState is where an instance stands in its life.
type LifecycleState string

// The states that this house has (EC2 Auto Scaling user guide, "instance
// lifecycle").
const (
	Pending            LifecycleState = "Pending"
	PendingWait        LifecycleState = "Pending:Wait"
	InService          LifecycleState = "InService"
	Terminating        LifecycleState = "Terminating"
	TerminatingWait    LifecycleState = "Terminating:Wait"
	TerminatingProceed LifecycleState = "Terminating:Proceed"
	Standby            LifecycleState = "Standby"
)

// Instance is a member of a group.
type Instance struct {
	ID    string
	Group string
	State LifecycleState
	// Unhealthy instances are replaced.
	Unhealthy bool   `json:",omitempty"`
	Type      string `json:",omitempty"`
	Zone      string
	Protected bool `json:",omitempty"`
	// What it was launched from.
	LaunchConfiguration string          `json:",omitempty"`
	LaunchTemplate      *LaunchTemplate `json:",omitempty"`
	Launched            time.Time
	// Warm is when it counts for the policies that asked for it.
	Warm time.Time `json:",omitzero"`
}

// counts reports whether the instance is part of the group's capacity.
func (i *Instance) counts() bool {
	return i.State == Pending || i.State == PendingWait || i.State == InService
}

// going reports whether the instance is on its way out.
func (i *Instance) going() bool {
	return i.State == Terminating || i.State == TerminatingWait || i.State == TerminatingProceed
}

// Health returns the status in AWS's words.
func (i *Instance) Health() string {
	if i.Unhealthy {
		return "Unhealthy"
	}
	return "Healthy"
}
